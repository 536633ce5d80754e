import BinFormat
import ByteIO
import Diagnostics
import Digests
import LinuxIO
import Packaging
import Planning
import SetupPlan

/// Makes the runtime of native packages: `setup`, whose blocks all packages share, then the plan of each.
struct RuntimeImages {
    private let path: String
    private let source: FileSource
    private let digest: SHA256Digest
    private let x86Filter: Bool
    private let sign: PlanSigning?

    /// Looks at the executable.
    ///
    /// - Parameters:
    ///   - path: The `setup` executable.
    ///   - x86Filter: Whether x86 executables take a filter chain of their own.
    ///   - sign: Signs program and plan; nil leaves them unsigned.
    init(setup path: String, x86Filter: Bool, sign: PlanSigning?) throws(Failure) {
        let file = try SharedFile(path: path)
        let digest = SHA256()
        try file.source().forEachPiece { digest.update($0) }
        self.path = path
        source = .file(path: path, identity: SourceIdentity(try file.status()))
        self.digest = digest.finish()
        self.x86Filter = x86Filter
        self.sign = sign
    }

    /// The runtime that carries a plan.
    func file(_ plan: Plan) throws(Failure) -> PackagedFile {
        let image = try ConfigToolImage.make(runtime: path, plan: plan, sign: sign)
        let program = BlockSegment(of: source, offset: 0, count: Int(image.head.setupLength))
        let zeros = [UInt8](repeating: 0, count: Int(image.head.headLength - image.head.setupLength))
        return PackagedFile(
            size: image.size, digest: image.sha256, md5: image.md5,
            parts: [
                .own(program, digest: digest, isX86: x86Filter), .shared(BlockSegment(zeros + image.tail)),
            ])
    }
}
