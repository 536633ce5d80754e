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

    /// Checks a file and signs it.
    ///
    /// - Parameter path: The artifact.
    /// - Returns: What was done.
    /// - Throws: What `plan` throws; what signing and writing report. A file is replaced whole or not at all.
    public func sign(_ path: String) throws(Failure) -> Outcome { try sign(planned: plan(path)) }

    /// Signs a file that was checked.
    ///
    /// - Parameter outcome: What `plan` said of it.
    /// - Returns: The same.
    /// - Throws: What signing and writing report. All signatures are made before anything is replaced.
    public func sign(planned outcome: Outcome) throws(Failure) -> Outcome {
        let path = outcome.path
        if let openPGP, outcome.format == .rpm {
            try Self.resign(package: path, with: openPGP)
        } else {
            let content = try signed(SharedFile(path: path).source(), path)
            let detached = try openPGP.map { signer throws(Failure) in try signer.armored(content) }
            if message != nil { try Self.replace(path, with: content) }
            if let detached { try Self.replace(path + ".asc", with: detached) }
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

    /// An installer's bytes with a trailer that has our signature; what it covers doesn't depend on who signed before.
    private func signed(_ source: ByteSource, _ path: String) throws(Failure) -> ByteSource {
        guard let message else { return source }
        var trailer = try OpenArtifact(path).installer().trailer
        trailer.signature = PlanSignature(
            publicKey: message.publicKey.bytes, signature: try message.sign(trailer.signedMessage))
        let body = try source.part(0..<(source.size - UInt64(Trailer.byteCount)), name: source.name)
        return ByteSource(joining: [body, ByteSource(trailer.bytes, name: "trailer")], name: source.name)
    }

    private static func resign(package path: String, with signer: any OpenPGPSigner) throws(Failure) {
        let target = try resolvedPath(path)
        let file = try RPMFile(try SharedFile(path: target).source())
        let directory = try Directory.open(PathText.parent(target))
        try file.sign(
            replacing: PathText.lastComponent(target), in: directory, mode: fileStatus(target)?.mode ?? 0o644
        ) { content throws(Failure) in try signer.detached(content) }
    }

    /// Puts bytes in the place of a file, whose mode stays.
    private static func replace(_ path: String, with content: ByteSource) throws(Failure) {
        let target = try fileStatus(path) == nil ? path : resolvedPath(path)
        let output = try StagedFile(replacing: target, mode: fileStatus(target)?.mode ?? 0o644)
        try content.forEachPiece { piece throws(Failure) in try output.write(piece) }
        try output.commit()
    }

    private static func replace(_ path: String, with bytes: [UInt8]) throws(Failure) {
        try replace(path, with: ByteSource(bytes, name: path))
    }

    /// `FILE.sha256` in the form of sha256sum(1).
    private static func writeSum(of path: String) throws(Failure) {
        let digest = SHA256()
        try SharedFile(path: path).source().forEachPiece { piece in digest.update(piece) }
        let line = "\(digest.finish().hex)  \(PathText.lastComponent(path))\n"
        try replace(path + ".sha256", with: Array(line.utf8))
    }
}
