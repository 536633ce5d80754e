import APTRepository
import Diagnostics
import Digests
import LinuxIO
import RepositoryFiles
import SiteDefinition
import SiteStorage
import YUMRepository

/// Takes indexes out of the next generation that no client asks for any more.
///
/// A client that has read an old Release or repomd.xml asks for what that lists. So an index stays until the oldest
/// generation that is kept was made without it.
extension SiteWriter {
    /// Takes superseded indexes out.
    ///
    /// - Parameter oldest: The oldest generation that is kept; nil for the served one.
    mutating func removeOldIndexes(_ oldest: DirectoryReader?) throws(Failure) {
        guard let oldest else { return }
        for suite in definition.suites { try removeOldIndexes(of: suite, oldest) }
        for repository in definition.repositories {
            let directory = try definition.repositoryPath(repository)
            try removeOldIndexes(in: directory, oldest)
            try removeOldSnapshots(in: directory, oldest)
        }
    }

    private mutating func removeOldIndexes(of suite: SuiteID, _ oldest: DirectoryReader) throws(Failure) {
        let directory = try definition.suitePath(suite)
        guard let then = try Self.digests(oldest.read("\(directory)/Release")),
            let now = try Self.digests(draft.bytes(of: "\(directory)/Release"))
        else { return }
        for path in draft.paths(below: directory) where path.contains("/by-hash/") {
            let digest = PathText.lastComponent(path)
            // Neither listed then nor now, and there already then: replaced before.
            guard !then.contains(digest), !now.contains(digest), try oldest.open(path) != nil else { continue }
            try draft.remove(path)
        }
    }

    private static func digests(_ release: [UInt8]?) throws(Failure) -> Set<String>? {
        guard let release else { return nil }
        return Set(try ReleaseFile(parsing: release, name: "Release").files.compactMap { $0.sha256?.hex })
    }

    private mutating func removeOldIndexes(in directory: String, _ oldest: DirectoryReader) throws(Failure) {
        let name = "\(directory)/\(RepositoryFileNames.index)"
        guard let then = try oldest.read(name), let now = try draft.bytes(of: name) else { return }
        let listed = try (Repomd(then, name: name).data + Repomd(now, name: name).data).map {
            "\(directory)/\($0.location)"
        }
        for path in draft.paths(below: "\(directory)/\(RepositoryFileNames.directory)") where path.hasSuffix(".gz") {
            guard !listed.contains(path), try oldest.open(path) != nil else { continue }
            try draft.remove(path)
        }
    }

    private mutating func removeOldSnapshots(in directory: String, _ oldest: DirectoryReader) throws(Failure) {
        let name = "\(directory)/\(RepositoryFileNames.index)"
        guard let then = try oldest.read(name), let now = try draft.bytes(of: name) else { return }
        let prefix = directory + "/snapshots/"
        let kept = Set(try [Repomd(then, name: name), Repomd(now, name: name)].map { $0.revision ?? "0" })
        for path in draft.paths(below: directory + "/snapshots") {
            let revision = path.dropFirst(prefix.count).prefix { $0 != "/" }
            guard !kept.contains(String(revision)),
                try oldest.open("\(prefix)\(revision)/\(RepositoryFileNames.index)") != nil
            else { continue }
            try draft.remove(path)
        }
    }
}

extension GenerationDraft {
    /// A small file as it will be; nil where there is none.
    func bytes(of path: String) throws(Failure) -> [UInt8]? {
        guard let source = try open(path) else { return nil }
        return try source.read(Int(min(source.size, 16 << 20)), at: 0)
    }
}
