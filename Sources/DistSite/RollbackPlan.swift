import APTRepository
import Diagnostics
import IndexFiles
import LinuxIO
import SiteDefinition
import YUMRepository

extension SiteState {
    /// What makes the packages of every channel those that an older state has.
    ///
    /// Dates and revisions don't go back: clients would refuse them.
    ///
    /// - Parameter older: The state to go back to.
    func rollback(to older: SiteState) throws(Failure) -> SiteChange {
        var change = SiteChange()
        for suite in context.definition.suites {
            let release = try release(suite)?.release
            let olderRelease = try older.release(suite)?.release
            let listed = (release?.files ?? []) + (olderRelease?.files ?? [])
            for path in Set(listed.map(\.path).filter { $0.hasSuffix("/Packages") }).sorted() {
                let difference = try IndexDifference.between(
                    try release.map { release throws(Failure) in
                        try packages(suite, path, release: release, forWriting: false)
                    } ?? nil,
                    try olderRelease.map { release throws(Failure) in
                        try older.packages(suite, path, release: release, forWriting: false)
                    } ?? nil)
                if difference.isEmpty { continue }
                change.suites[suite, default: [:]][path] = difference
                for key in difference.removed.sorted() { change.tell(.remove, key, suite) }
                for record in difference.added { change.tell(.add, record.key, suite) }
            }
        }
        for repository in context.definition.repositories { try rollback(repository, to: older, &change) }
        for channel in context.definition.channels { try rollback(channel, to: older, &change) }
        return change
    }

    private func rollback(
        _ repository: RepositoryID, to older: SiteState, _ change: inout SiteChange
    ) throws(Failure) {
        let now = try repomd(repository)?.repomd
        let then = try older.repomd(repository)?.repomd
        func difference<Grammar: PackageIndexGrammar>(_ type: Grammar.Type) throws(Failure) -> IndexChange<Grammar> {
            try IndexDifference.between(
                try now.map { repomd throws(Failure) in try index(type, repository, repomd: repomd) } ?? nil,
                try then.map { repomd throws(Failure) in try older.index(type, repository, repomd: repomd) } ?? nil)
        }
        let primary = try difference(PrimaryIndex.self)
        if primary.isEmpty { return }
        // A package whose record of primary is another one is taken out and put in with all three.
        var result = RepositoryChange(removed: primary.removed, added: [])
        for record in primary.added {
            guard let then,
                let paths = try older.index(FilelistsIndex.self, repository, repomd: then)?.record(record.key),
                let other = try older.index(OtherIndex.self, repository, repomd: then)?.record(record.key)
            else { throw Failure(.integrity, "\(record.key) is not in all indexes of the older generation") }
            result.added.append(
                RepositoryRecords(
                    primary: record, filelists: try IndexRecord(paths), other: try IndexRecord(other)))
            change.tell(.add, record.key, repository)
        }
        for key in primary.removed.sorted() { change.tell(.remove, key, repository) }
        change.repositories[repository] = result
    }

    private func rollback(_ channel: Channel, to older: SiteState, _ change: inout SiteChange) throws(Failure) {
        let now = try installers(PackageQuery(), in: channel)
        let then = try older.installers(PackageQuery(), in: channel)
        for item in now where !then.contains(where: { $0.path == item.path }) {
            let installer = InstallerID(channel: channel.name, product: item.name, version: item.version)
            change.installers[installer] = [:]
            change.tell(.remove, installer)
        }
        for item in then where !now.contains(where: { $0.path == item.path }) {
            let installer = InstallerID(channel: channel.name, product: item.name, version: item.version)
            change.installers[installer] = InstallerFiles.stored(item)
            change.tell(.add, installer)
        }
    }
}

/// Where the files of an installer are in the store.
enum InstallerFiles {
    /// By their names.
    static func stored(_ item: PublishedItem) -> [String: String] {
        let name = PathText.lastComponent(item.path)
        return Dictionary(uniqueKeysWithValues: ["", ".asc", ".sha256"].map { (name + $0, item.storePath + $0) })
    }
}
