import DebFormat
import Diagnostics
import Digests
import LinuxIO
import RPMFormat
import Signing
import TarFormat
import XZ

extension ArtifactVerification {
    /// Checks a Debian package: its members, the control archive, every path and file.
    init(deb file: DebFile, path: String, _ verifier: GPGVerifier?) throws(Failure) {
        self.init(try Artifact(file, path: path, listsPaths: false))
        var count = 0
        let contents = try file.verify { entry throws(Failure) in
            if case .file = entry.header.content { count += 1 }
        }
        files = count
        blocks = artifact.compression.blocks.count
        note("members", "\(file.members.count) in their order, with even sizes; nothing behind them")
        note("control", "fields, scripts, conffiles and triggers are well formed")
        note(
            "paths", "\(contents.count) in an order that dpkg unpacks, all below /; the archive ends where it should")
        let listed = (file.md5sums ?? []).count
        if file.md5sums == nil {
            note("files", "\(files) decoded; the package has no md5sums to compare them with", isProven: false)
        } else {
            let more = files > listed ? files - listed : 0
            let verb = more == 1 ? "is" : "are"
            let rest = more == 0 ? "" : "; \(more) \(verb) not listed (configuration files never are)"
            note("files", "\(files) decoded; the \(listed) of md5sums have the MD5 listed\(rest)")
        }
        let sum: String? =
            if case .xz(let layout) = file.dataCompression {
                layout.check == "none" ? nil : layout.check
            } else {
                file.dataCompression.name == "gzip" ? "CRC32" : nil
            }
        if let sum {
            note("content", "\(contents.plainSize) bytes of \(artifact.compression.compressor) have their \(sum)")
        } else {
            note("content", "\(contents.plainSize) bytes without a check sum over them", isProven: false)
        }
        for warning in (file.warnings + contents.warnings) { note("remark", warning) }
        for signature in try file.signatures {
            try check(signature.description, signature.bytes, of: signature.content, verifier, isInside: true)
            if verifier != nil { isOriginProven = true }
        }
    }

    /// Checks an RPM package: the digests and sizes of its headers and payload, every path and file, the signatures.
    init(rpm file: RPMFile, path: String, _ verifier: GPGVerifier?) throws(Failure) {
        self.init(try Artifact(file, path: path))
        let result = try file.isPayloadUnread ? file.verifyPacked() : file.verify()
        let entries = artifact.entries ?? []
        let owned = entries.count { $0.flags.contains("ghost") }
        files = entries.count { $0.kind == .file && !$0.flags.contains("ghost") }
        blocks = artifact.compression.blocks.count
        note("stated", "\(result.verified.joined(separator: ", ")) hold")
        if !result.unknown.isEmpty {
            note("stated", "\(result.unknown.joined(separator: ", ")) can't be checked here", isProven: false)
        }
        if file.isPayloadUnread {
            note(
                "files",
                "the payload is as its digest says, but \(file.compressor ?? "") is not supported: nothing in it was "
                    + "compared with the header", isProven: false)
        } else {
            note(result, of: file, owned: owned)
        }
        try checkSignatures(of: file, payloadDigest: result.verified.contains(RPMTag.payloadSHA256.name), verifier)
    }

    private mutating func note(_ result: RPMVerification, of file: RPMFile, owned: Int) {
        let algorithm = file.header.number(.fileDigestAlgo).map(Artifact.algorithm) ?? "md5"
        note(
            "files",
            "\(files) decoded, in the header's order; each has its \(algorithm)"
                + (owned > 0 ? "; \(owned) more \(owned == 1 ? "is" : "are") owned but not in the payload" : ""))
        note("payload", "\(result.payloadSize) bytes of cpio, with zeros for padding and nothing behind the end")
    }

    /// Judges the signatures inside an RPM package: one of a named key is enough, none may be wrong.
    private mutating func checkSignatures(
        of file: RPMFile, payloadDigest: Bool, _ verifier: GPGVerifier?
    ) throws(Failure) {
        var unknown: Failure?
        var coversPayload = false
        for signature in try file.signatures() {
            let described = try ArtifactSignature(signature, of: file)
            guard let verifier else {
                signatures.append(CheckedSignature(signature: described, result: .unchecked, isInside: true))
                continue
            }
            do throws(Failure) {
                try check(
                    described, signature.packet, of: file.signedBytes(signature.scope), verifier, isInside: true)
                if signature.scope == .headerAndPayload || payloadDigest { coversPayload = true }
            } catch {
                guard case .unknownKey = try verifier.verify(signature.packet, of: file.signedBytes(signature.scope))
                else { throw error }
                unknown = error
                signatures.append(CheckedSignature(signature: described, result: .unchecked, isInside: true))
            }
        }
        guard verifier != nil else { return }
        if !signatures.contains(where: { $0.result == .trusted }), let unknown { throw unknown }
        isOriginProven = coversPayload
        if !coversPayload, !signatures.isEmpty {
            note("origin", "the signed header has no digest of the payload", isProven: false)
        }
    }
}
