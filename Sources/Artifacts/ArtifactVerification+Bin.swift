import BinFormat
import Diagnostics
import LinuxIO
import SetupPlan

extension ArtifactVerification {
    /// Checks an installer: every byte, every file, the key.
    init(installer opened: borrowing OpenArtifact, demands: VerificationDemands, threads: Int) throws(Failure) {
        let file = try opened.installer()
        let described = try Artifact(file, path: opened.path)
        try demands.check(described.signatures.first, path: opened.path)
        self.init(described)
        let payload =
            "in the payload, bytes \(file.trailer.headLength) to "
            + "\(file.trailer.headLength + file.trailer.payloadLength)"
        let verified = try file.verified(threads: threads)
        do throws(Failure) {
            try verified.checkContents(threads: threads)
        } catch {
            throw error.located(payload)
        }
        blocks = described.compression.blocks.count
        files = (described.entries ?? []).count { $0.kind == .file }
        note("bytes", "all \(described.size) are as the file's own digests say")
        if described.format == .configTool {
            note("files", "none: this is the installed config tool")
        } else {
            let count = "\(blocks) block\(blocks == 1 ? "" : "s")"
            note("files", "\(files) in \(count) decoded; each has the SHA-256 of the plan")
        }
        signatures = described.signatures.map {
            CheckedSignature(
                signature: $0, result: demands.key == nil ? .selfNamed : .trusted, isInside: true)
        }
        isOriginProven = demands.key != nil && !signatures.isEmpty
    }
}
