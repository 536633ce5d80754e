import Diagnostics
import LinuxIO
import OpenPGP
import Signing

/// An OpenPGP signature in a file of its own.
struct DetachedSignature {
    /// The most bytes of such a file.
    static let sizeLimit = 1 << 16

    let path: String
    let signature: ArtifactSignature
    /// One signature packet.
    let bytes: [UInt8]

    /// Reads a file, armored or not.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - content: What it is of, for reports.
    /// - Throws: `.integrity` unless it holds exactly one signature; what reading throws.
    init(path: String, of content: String = "whole file") throws(Failure) {
        self.path = path
        let shown = PathText.display(path)
        let file = try readFile(path, limit: Self.sizeLimit)
        bytes = try Self.packet(file, name: shown)
        signature = try ArtifactSignature(openPGP: bytes, covers: content, place: path, name: shown)
    }

    /// The signature in a file, armored or not.
    ///
    /// - Throws: `.integrity` for an empty file, another kind of block, or several.
    static func packet(_ file: [UInt8], name: String) throws(Failure) -> [UInt8] {
        guard !file.isEmpty else {
            throw Failure(.integrity, "\(name) is empty: it ends at byte 0, before a signature")
        }
        guard Armor.isArmored(file) else {
            // Every packet begins with a byte of 128 or more; RFC 9580, section 4.2.
            guard file[0] & 0x80 != 0 else {
                throw Failure(
                    .integrity, "\(name) is no OpenPGP signature, armored or not, from byte 0 on",
                    hints: ["A server may have answered with a page instead of the file: look into it."])
            }
            return file
        }
        let blocks = try Armor.read(file, name: name)
        guard blocks.count == 1, let block = blocks.first, block.label == .signature else {
            throw Failure(
                .integrity, "\(name) has \(blocks.count) OpenPGP blocks from byte 0 on; one signature is expected")
        }
        return block.content
    }
}

extension ArtifactVerification {
    /// Checks the signature beside a file, where there is one or one was named.
    mutating func checkDetached(
        _ opened: borrowing OpenArtifact, _ demands: VerificationDemands, _ verifier: GPGVerifier?
    ) throws(Failure) {
        let path = demands.detached ?? opened.path + ".asc"
        guard demands.detached != nil || (demands.looksBeside && fileStatus(path) != nil) else { return }
        let detached = try DetachedSignature(path: path)
        try check(detached.signature, detached.bytes, of: opened.source, verifier, isInside: false)
        if verifier != nil { isOriginProven = true }
    }

    /// Judges one OpenPGP signature and adds it.
    mutating func check(
        _ signature: ArtifactSignature, _ bytes: [UInt8], of content: ByteSource, _ verifier: GPGVerifier?,
        isInside: Bool
    ) throws(Failure) {
        guard let verifier else {
            signatures.append(CheckedSignature(signature: signature, result: .unchecked, isInside: isInside))
            return
        }
        let verdict = try verifier.verify(bytes, of: content)
        guard case .good = verdict else {
            throw Failure(
                .integrity,
                "the signature of the \(signature.covers) (\(PathText.display(signature.place))) doesn't hold",
                cause: verdict.words, hints: Self.hints(verdict, verifier))
        }
        signatures.append(CheckedSignature(signature: signature, result: .trusted, isInside: isInside))
    }

    private static func hints(_ verdict: SignatureVerdict, _ verifier: GPGVerifier) -> [String] {
        guard case .unknownKey = verdict else { return [] }
        return ["The keys that you named: \(verifier.fingerprints.joined(separator: ", "))"]
    }
}
