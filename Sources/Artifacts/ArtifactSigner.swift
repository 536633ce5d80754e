import BinFormat
public import Diagnostics
import Digests
import LinuxIO
import RPMFormat
import SetupPlan
public import Signing

/// Signs artifacts that were built elsewhere, after everything in them was checked.
///
/// An RPM package gets its signatures inside, in the room it reserves for them. Anything gets `FILE.asc` beside it by an
/// OpenPGP key, and an installer gets an Ed25519 signature in its trailer, which the installed product compares later.
public struct ArtifactSigner: Sendable {
    /// What was, or would be, done to one file.
    public struct Outcome: Sendable, Equatable {
        /// The artifact.
        public var path: String
        /// What it is.
        public var format: ArtifactFormat
        /// Files that were written, the artifact among them where it changed.
        public var written: [String]
        /// What was signed by whom, a line each.
        public var signatures: [String]
    }

    /// The OpenPGP signer.
    public var openPGP: (any OpenPGPSigner)?
    /// The Ed25519 signer.
    public var message: (any MessageSigner)?

    /// Takes the signers.
    ///
    /// - Throws: `.usage` without any.
    public init(openPGP: (any OpenPGPSigner)?, message: (any MessageSigner)?) throws(Failure) {
        guard openPGP != nil || message != nil else {
            throw Failure(
                .usage, "no key to sign with was named",
                hints: ["Name an OpenPGP key with --gpg-key, an installer's Ed25519 key with --key."])
        }
        self.openPGP = openPGP
        self.message = message
    }

    /// Checks a file and says what signing would do.
    ///
    /// - Parameter path: The artifact.
    /// - Throws: `.integrity` for a damaged file, `.usage` for one that the named keys don't fit, `.conflict` for a
    ///   detached signature beside it that would no longer hold.
    public func plan(_ path: String) throws(Failure) -> Outcome {
        let format = try ArtifactVerification(of: path, demands: digestsAlone(path)).artifact.format
        var outcome = Outcome(path: path, format: format, written: [], signatures: [])
        if let message {
            guard format == .bin || format == .configTool else {
                throw Failure(
                    .usage, "\(PathText.display(path)) is a \(format.title); only installers take an Ed25519 signature",
                    hints: ["Sign it with --gpg-key."])
            }
            outcome.written.append(path)
            outcome.signatures.append("program and plan: Ed25519 by \(message.publicKey.fingerprint)")
        }
        if let openPGP {
            if format == .rpm {
                outcome.written.append(path)
                outcome.signatures.append("header, and header and payload: OpenPGP by \(openPGP.fingerprint)")
            } else {
                outcome.signatures.append("whole file: OpenPGP by \(openPGP.fingerprint)")
            }
        }
        let isChanged = !outcome.written.isEmpty
        let detached = path + ".asc"
        if openPGP != nil, format != .rpm {
            outcome.written.append(detached)
        } else if isChanged, fileStatus(detached) != nil {
            throw Failure(
                .conflict, "\(PathText.display(detached)) is a signature of the bytes as they are",
                hints: ["Remove it, or sign with --gpg-key, too, so that it is made again."])
        }
        if isChanged, fileStatus(path + ".sha256") != nil { outcome.written.append(path + ".sha256") }
        return outcome
    }

    /// Signs a file.
    ///
    /// - Parameter path: The artifact.
    /// - Returns: What was done.
    /// - Throws: What `plan` throws; what signing and writing report. A file is replaced whole or not at all.
    public func sign(_ path: String) throws(Failure) -> Outcome {
        let outcome = try plan(path)
        if let message { try Self.resign(installer: path, with: message) }
        if let openPGP {
            if outcome.format == .rpm {
                try Self.resign(package: path, with: openPGP)
            } else {
                let signature = try openPGP.armored(SharedFile(path: path).source())
                try Self.replace(path + ".asc", with: signature)
            }
        }
        if outcome.written.contains(path + ".sha256") { try Self.writeSum(of: path) }
        return outcome
    }

    /// What is beside the file isn't looked at: it may be a signature that is to be made again.
    private func digestsAlone(_ path: String) -> VerificationDemands {
        var demands = VerificationDemands()
        demands.looksBeside = false
        return demands
    }

    /// Replaces the trailer by one with a signature; what it covers doesn't depend on who signed before.
    private static func resign(installer path: String, with signer: any MessageSigner) throws(Failure) {
        let opened = try OpenArtifact(path)
        var trailer = try opened.installer().trailer
        trailer.signature = PlanSignature(
            publicKey: signer.publicKey.bytes, signature: try signer.sign(trailer.signedMessage))
        let body = try opened.source.part(
            0..<(opened.source.size - UInt64(Trailer.byteCount)), name: opened.source.name)
        let target = try resolvedPath(path)
        let output = try StagedFile(replacing: target, mode: fileStatus(target)?.mode ?? 0o755)
        try body.forEachPiece { piece throws(Failure) in try output.write(piece) }
        try output.write(trailer.bytes)
        try output.commit()
    }

    private static func resign(package path: String, with signer: any OpenPGPSigner) throws(Failure) {
        let target = try resolvedPath(path)
        let file = try RPMFile(try SharedFile(path: target).source())
        let directory = try Directory.open(PathText.parent(target))
        try file.sign(
            replacing: PathText.lastComponent(target), in: directory, mode: fileStatus(target)?.mode ?? 0o644
        ) { content throws(Failure) in try signer.detached(content) }
    }

    private static func replace(_ path: String, with bytes: [UInt8]) throws(Failure) {
        let output = try StagedFile(replacing: path, mode: 0o644)
        try output.write(bytes)
        try output.commit()
    }

    /// `FILE.sha256` in the form of sha256sum(1).
    private static func writeSum(of path: String) throws(Failure) {
        let digest = SHA256()
        try SharedFile(path: path).source().forEachPiece { piece in digest.update(piece) }
        let line = "\(digest.finish().hex)  \(PathText.lastComponent(path))\n"
        try replace(path + ".sha256", with: Array(line.utf8))
    }
}
