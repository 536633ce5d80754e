import APTRepository
public import Diagnostics
import Digests
import IndexFiles
import LinuxIO
import RepositoryFiles
import Signing
import SiteDefinition
import SiteStorage
import YUMRepository

/// What is published: read from the generation that is served, and believed only as far as a key of the site signed it.
///
/// A site whose files were changed by somebody else is not carried over into a new generation and signed again.
public struct SiteState: Sendable {
    /// A Release that one of the site's keys signed.
    struct PublishedRelease: Sendable {
        var release: ReleaseFile
        /// The primary keys that signed it, in their order.
        var signers: [String]
    }

    /// A repomd.xml that one of the site's keys signed.
    struct PublishedRepomd: Sendable {
        var repomd: Repomd
        var signer: String
    }

    let context: SiteContext
    /// Nil before the first generation.
    let reader: DirectoryReader?
    /// What was looked at already: generations don't change.
    private let seen = Monitor(Seen())

    private struct Seen {
        var releases: [SuiteID: PublishedRelease] = [:]
        var repomds: [RepositoryID: PublishedRepomd] = [:]
        /// Indexes that are what their list states.
        var indexes: [String: ByteSource] = [:]
    }

    /// Looks at a site.
    ///
    /// - Parameters:
    ///   - path: The site's directory.
    ///   - context: What it is to be.
    ///   - generation: The generation; nil for the one that is served.
    /// - Throws: What reading reports; `.usage` for a generation that isn't there.
    public init(_ path: String, context: SiteContext, generation: Int? = nil) throws(Failure) {
        self.context = context
        let top = PathText.join(path, generation.map { SiteDirectory.path(ofGeneration: $0) } ?? "public")
        if generation == nil, fileStatus(top) == nil {
            reader = nil
        } else {
            reader = try DirectoryReader(top, boundary: path)
        }
    }

    /// A suite's Release.
    ///
    /// - Returns: Nil where the suite isn't published yet.
    /// - Throws: `.integrity` where none of the site's keys signed it.
    func release(_ suite: SuiteID) throws(Failure) -> PublishedRelease? {
        if let seen = seen.with({ $0.releases[suite] }) { return seen }
        let found = try readRelease(suite)
        seen.with { $0.releases[suite] = found }
        return found
    }

    private func readRelease(_ suite: SuiteID) throws(Failure) -> PublishedRelease? {
        let directory = try context.definition.suitePath(suite)
        guard let bytes = try reader?.read("\(directory)/Release"), let keys = context.keys.apt else { return nil }
        let name = "\(directory)/Release"
        guard let signature = try reader?.read("\(directory)/Release.gpg") else {
            throw Self.unsigned(name, "there is no Release.gpg")
        }
        let verdicts = try keys.verifier.verdicts(signature, of: ByteSource(bytes, name: name))
        let signers = verdicts.compactMap { Self.signer($0) }
        guard !signers.isEmpty else { throw Self.unsigned(name, verdicts.map(\.words).joined(separator: ", ")) }
        return PublishedRelease(release: try ReleaseFile(parsing: bytes, name: name), signers: signers)
    }

    /// The index of a suite's packages for one architecture.
    ///
    /// - Parameters:
    ///   - suite: The suite.
    ///   - path: The index below the suite's directory, `main/binary-amd64/Packages`.
    ///   - release: The suite's Release, which states the digests.
    ///   - forWriting: Whether all of its forms are needed, not just enough to look a package up.
    /// - Returns: Nil where there is no such index yet.
    func packages(
        _ suite: SuiteID, _ path: String, release: ReleaseFile, forWriting: Bool
    ) throws(Failure) -> PublishedIndex<PackagesIndex>? {
        guard release.file(path + ".gz") != nil else { return nil }
        let gzip = try listed(suite, path + ".gz", release: release)
        guard forWriting else { return try PublishedIndex(plain: nil, gzip: gzip, xz: nil) }
        return try PublishedIndex(
            plain: try listed(suite, path, release: release), gzip: gzip,
            xz: try listed(suite, path + ".xz", release: release))
    }

    /// A file that a Release lists, compared with it.
    func listed(_ suite: SuiteID, _ path: String, release: ReleaseFile) throws(Failure) -> ByteSource {
        let full = try context.definition.suitePath(suite) + "/" + path
        guard let file = release.file(path), let sha256 = file.sha256 else {
            throw Failure(.integrity, "the Release of \(full) doesn't list it")
        }
        return try checked(full, FileDigest(size: file.size, sha256: sha256))
    }

    /// A repository's repomd.xml.
    ///
    /// - Returns: Nil where the repository isn't published yet.
    /// - Throws: `.integrity` where none of the site's keys signed it.
    func repomd(_ repository: RepositoryID) throws(Failure) -> PublishedRepomd? {
        if let seen = seen.with({ $0.repomds[repository] }) { return seen }
        let found = try readRepomd(repository)
        seen.with { $0.repomds[repository] = found }
        return found
    }

    private func readRepomd(_ repository: RepositoryID) throws(Failure) -> PublishedRepomd? {
        let name = try context.definition.repositoryPath(repository) + "/" + RepositoryFileNames.index
        guard let bytes = try reader?.read(name), let keys = context.keys.rpm else { return nil }
        guard let signature = try reader?.read(name + ".asc") else {
            throw Self.unsigned(name, "there is no \(name).asc")
        }
        let verdict = try keys.verifier.verify(signature, of: ByteSource(bytes, name: name))
        guard let signer = Self.signer(verdict) else { throw Self.unsigned(name, verdict.words) }
        return PublishedRepomd(repomd: try Repomd(bytes, name: name), signer: signer)
    }

    /// An index of a repository's packages.
    ///
    /// - Returns: Nil where the repository has no such index.
    func index<Grammar: PackageIndexGrammar>(
        _ type: Grammar.Type, _ repository: RepositoryID, repomd: Repomd
    ) throws(Failure) -> PublishedIndex<Grammar>? {
        guard let entry = repomd.data(Grammar.type) else { return nil }
        let path = try context.definition.repositoryPath(repository) + "/" + entry.location
        guard let size = entry.size, let sha256 = SHA256Digest(hex: entry.checksum.value) else {
            throw Failure(.integrity, "\(path) has no size and SHA-256 in repomd.xml")
        }
        return try PublishedIndex(plain: nil, gzip: checked(path, FileDigest(size: size, sha256: sha256)), xz: nil)
    }

    /// A file, compared with what something signed says of it.
    private func checked(_ path: String, _ digest: FileDigest) throws(Failure) -> ByteSource {
        if let seen = seen.with({ $0.indexes[path] }) { return seen }
        guard let source = try reader?.open(path) else {
            throw Failure(.integrity, "\(path) is not there", hints: Self.damageHints)
        }
        let found = SHA256()
        try source.forEachPiece { piece throws(Failure) in found.update(piece) }
        guard source.size == digest.size, found.finish() == digest.sha256 else {
            throw Failure(.integrity, "\(path) is not the file that the site's keys vouch for", hints: Self.damageHints)
        }
        seen.with { $0.indexes[path] = source }
        return source
    }

    private static func signer(_ verdict: SignatureVerdict) -> String? {
        switch verdict {
        // Bytes that a key signed before it expired are still those that it signed.
        case .good(let signer), .expired(let signer): signer.primary
        default: nil
        }
    }

    /// That there is nothing to work on yet.
    static func nothing(in path: String) -> Failure {
        Failure(
            .usage, "nothing is published in \(PathText.display(path)) yet",
            hints: ["Publish with: agentpack repo publish FILE…", "Or name the site's directory with --site."])
    }

    private static let damageHints = [
        "See everything that is wrong with: agentpack repo verify", "Go back with: agentpack repo rollback",
    ]

    private static func unsigned(_ path: String, _ reason: String) -> Failure {
        Failure(
            .integrity, "\(path) is not signed by a key of the site, so it isn't carried over", cause: reason,
            hints: damageHints)
    }
}
