import APTRepository
import Diagnostics
import IndexFiles
import SiteDefinition
import YUMRepository

/// What has to be signed anew.
extension SiteState {
    /// The archives' codenames and the repositories that a change has signed anew, by their paths below the site's URL.
    func signed(by change: SiteChange) throws(Failure) -> [String] {
        let definition = context.definition
        var paths: [String] = []
        for suite in definition.suites {
            if change.suites[suite]?.values.contains(where: { !$0.isEmpty }) != true, try isCurrent(suite) { continue }
            paths.append(try definition.suitePath(suite))
        }
        for repository in definition.repositories {
            if change.repositories[repository]?.isEmpty ?? true, try isCurrent(repository) { continue }
            paths.append(try definition.repositoryPath(repository))
        }
        return paths
    }

    /// All of them.
    func parts() throws(Failure) -> [String] {
        var paths: [String] = []
        for suite in context.definition.suites { paths.append(try context.definition.suitePath(suite)) }
        for repository in context.definition.repositories {
            paths.append(try context.definition.repositoryPath(repository))
        }
        return paths
    }

    private func isCurrent(_ suite: SuiteID) throws(Failure) -> Bool {
        guard let old = try release(suite), let signers = context.definition.keys.apt?.signers else { return false }
        let hasContents = old.release.files.contains { $0.path.contains("/Contents-") }
        guard hasContents == context.definition.apt?.hasContents else { return false }
        return isCurrent(
            try context.definition.release(old.release.files, of: suite), as: old, signers: signers.map(\.fingerprint))
    }

    private func isCurrent(_ repository: RepositoryID) throws(Failure) -> Bool {
        guard let old = try repomd(repository), let signers = context.definition.keys.rpm?.signers else { return false }
        return old.repomd.data.count == 3 && old.signer == signers[0].fingerprint
    }

    /// Whether a published Release says all that it has to say, for long enough, and by whom.
    ///
    /// - Parameters:
    ///   - release: What it has to say, but for dates.
    ///   - old: The published one.
    ///   - signers: The primary keys that have to sign it.
    func isCurrent(_ release: ReleaseFile, as old: PublishedRelease, signers: [String]) -> Bool {
        var release = release
        release.date = old.release.date
        release.validUntil = old.release.validUntil
        let isValid = context.definition.apt?.validity == nil ? release.validUntil == nil : !isDue(release)
        return isValid && release == old.release && old.signers == signers
    }

    /// Whether a Release that expires has to be signed anew: half of its time is over.
    private func isDue(_ release: ReleaseFile) -> Bool {
        guard let end = release.validUntil, let start = release.date else { return true }
        return context.time >= start + (end - start) / 2
    }

    /// Compares all indexes with what is signed.
    ///
    /// - Throws: `.integrity` for the first that isn't what the site's keys vouch for.
    func checkIndexes() throws(Failure) {
        for suite in context.definition.suites {
            guard let release = try release(suite)?.release else { continue }
            for file in release.files { _ = try listed(suite, file.path, release: release) }
        }
        for repository in context.definition.repositories {
            guard let repomd = try repomd(repository)?.repomd else { continue }
            _ = try index(PrimaryIndex.self, repository, repomd: repomd)
            _ = try index(FilelistsIndex.self, repository, repomd: repomd)
            _ = try index(OtherIndex.self, repository, repomd: repomd)
        }
    }
}

extension SiteDefinition {
    /// What a suite's Release says, but for its dates.
    func release(_ files: [ReleaseFile.File], of suite: SuiteID) throws(Failure) -> ReleaseFile {
        var release = ReleaseFile()
        release.origin = origin
        release.label = try requiredChannel(suite.channel).label
        release.suite = suite.codename
        release.codename = suite.codename
        release.acquireByHash = true
        release.architectures = apt?.distribution(named: suite.codename)?.architectures ?? []
        release.components = apt?.components ?? []
        release.description = apt?.description
        release.files = files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        return release
    }
}
