import APTRepository
import Artifacts
import DebFormat
public import Diagnostics
import Digests
import IndexFiles
import LinuxIO
import RPMFormat
import Signing
import SiteDefinition
import YUMRepository

/// An artifact that is to be published: verified, and described as indexes will have it.
public struct IncomingPackage {
    /// What its format's indexes say.
    enum Records {
        case deb(PackagesRecord)
        case rpm(PackageRecords)
        /// Product and version; the bytes of the files beside it, by what follows its name.
        case installer(product: String, version: String, beside: [String: [UInt8]])
    }

    /// The file.
    public let path: String
    let digest: FileDigest
    let records: Records

    /// Opens and verifies an artifact: every byte of it, and that a key of the site signed what has to be signed.
    ///
    /// RPM packages are signed in themselves, installers by a FILE.asc beside them. APT vouches for Debian packages by its
    /// Release, so those need no signature; one that lies beside must be right.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - context: The site's.
    ///   - takesUnlisted: Whether a native package may have a name that no product lists.
    ///   - threads: How many threads read a large one.
    /// - Throws: `.integrity` for damage and signatures by others; `.requirement` for what a target of the site would refuse;
    ///   `.usage` for what the site doesn't publish.
    init(_ path: String, context: SiteContext, takesUnlisted: Bool, threads: Int) throws(Failure) {
        let artifact = try OpenArtifact(path)
        guard artifact.format != .configTool else {
            throw Failure(.usage, "\(PathText.display(path)) is an installed program, not an installer")
        }
        try Self.verify(path, artifact.format, context, threads: threads)
        let targets = try TargetCheck(context.definition, time: context.time)
        self.path = path
        let source = artifact.source
        switch artifact.format {
        case .deb:
            try targets.check(deb: source, path)
            let record = try PackagesRecord(
                describing: DebFile(source), component: context.definition.apt?.components.first ?? "main")
            if !takesUnlisted { try Self.requireListed(record.key.package, path, context.definition) }
            guard let sha256 = record.sha256 else { throw Failure(.failed, "no digest") }
            digest = FileDigest(size: record.size, sha256: sha256)
            records = .deb(record)
        case .rpm:
            let file = try RPMFile(source)
            guard !file.isSource else {
                throw Failure(.usage, "\(PathText.display(path)) is a source package, which the site doesn't publish")
            }
            if !takesUnlisted { try Self.requireListed(file.packageKey.name, path, context.definition) }
            try targets.check(rpm: file, path)
            let location = "Packages/" + (try PackageFileName.name(of: file.packageKey))
            let described = try PackageRecords(file, location: location)
            digest = FileDigest(size: source.size, sha256: described.digest)
            records = .rpm(described)
        case .bin, .configTool:
            let identity = try artifact.description(listsPaths: false).identity
            guard let product = context.definition.product(named: identity.name), product.hasInstaller else {
                throw Failure(
                    .usage, "the site publishes no installer of \(PathText.display(identity.name))",
                    hints: ["List it under products, with installer: true."])
            }
            let signature = try readFile(path + ".asc", limit: 1 << 16)
            let sha256 = try Self.sha256(of: source)
            digest = FileDigest(size: source.size, sha256: sha256)
            let version = try Self.version(identity.version, path: path)
            let name = "\(product.name)-\(version).bin"
            records = .installer(
                product: product.name, version: version,
                beside: [".asc": signature, ".sha256": Array("\(sha256.hex)  \(name)\n".utf8)])
        }
    }

    /// Refuses a package whose name nobody wrote into the definition: a typo in either would be on machines for years.
    private static func requireListed(
        _ name: String, _ path: String, _ definition: SiteDefinition
    ) throws(Failure) {
        guard !definition.hasPackage(named: name) else { return }
        let known = definition.products.flatMap(\.packages)
        throw Failure(
            .usage, "\(PathText.display(path)) is the package \(PathText.display(name)), which no product lists",
            hints: Suggestion.hints(for: name, among: known) + [
                "Add it to the packages of a product in \(PathText.display(definition.file)), "
                    + "or publish it as it is with --unlisted."
            ])
    }

    private static func verify(
        _ path: String, _ format: ArtifactFormat, _ context: SiteContext, threads: Int
    ) throws(Failure) {
        var demands = VerificationDemands()
        let hasBeside = fileStatus(path + ".asc") != nil
        if format != .deb || hasBeside {
            demands.verifier = context.keys.rpm?.verifier ?? context.keys.apt?.verifier
            demands.requiresSignature = true
        }
        do throws(Failure) {
            _ = try ArtifactVerification(of: path, demands: demands, threads: threads)
        } catch {
            throw error.during("\(PathText.display(path)) can't be published")
        }
    }

    private static func sha256(of source: ByteSource) throws(Failure) -> SHA256Digest {
        let digest = SHA256()
        try source.forEachPiece { piece throws(Failure) in digest.update(piece) }
        return digest.finish()
    }

    /// A version that may become a part of a path.
    private static func version(_ text: String, path: String) throws(Failure) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || Array(".+~-".utf8).contains(byte)
        }
        guard isPlain, let first = text.utf8.first, (0x30...0x39).contains(first), text.utf8.count <= 100 else {
            throw Failure(
                .usage, "\(PathText.display(path)) has the version \(PathText.display(text)), which can't be a path",
                cause: "a version is digits, letters and . + ~ -, a digit first")
        }
        // The first release of a version is found under the version alone.
        return text.hasSuffix("-1") ? String(text.dropLast(2)) : text
    }
}

extension IncomingPackage {
    /// Opens and verifies artifacts, several at once.
    ///
    /// - Parameters:
    ///   - paths: The files.
    ///   - context: The site's; says how many threads there are.
    ///   - takesUnlisted: Whether native packages may have names that no product lists.
    /// - Returns: The packages in the order of their files.
    /// - Throws: What `init` throws for the first file that can't be published.
    public static func read(
        _ paths: [String], context: SiteContext, takesUnlisted: Bool = false
    ) throws(Failure) -> [IncomingPackage] {
        let workers = max(1, min(context.threads, paths.count))
        let work = Monitor<(next: Int, found: [IncomingPackage?], failure: (index: Int, failure: Failure)?)>(
            (0, Array(repeating: nil, count: paths.count), nil))
        try Threads.run(workers) { _ throws(Failure) in
            while true {
                let next = work.with { work -> Int? in
                    guard work.failure == nil, work.next < paths.count else { return nil }
                    work.next += 1
                    return work.next - 1
                }
                guard let index = next else { return }
                do throws(Failure) {
                    let package = try IncomingPackage(
                        paths[index], context: context, takesUnlisted: takesUnlisted,
                        threads: workers > 1 ? 1 : context.threads)
                    work.with { $0.found[index] = package }
                } catch {
                    // Files are handed out in order, so all before it are being read, and the first failure will be known.
                    work.with { work in
                        if work.failure.map({ index < $0.index }) ?? true { work.failure = (index, error) }
                    }
                }
            }
        }
        if let failure = work.with({ $0.failure }) { throw failure.failure }
        return work.with { $0.found.compactMap { $0 } }
    }
}
