import APTRepository
import Diagnostics
import Digests
import IndexFiles
import LinuxIO
import SiteDefinition
import SiteStorage
import YUMRepository

/// Takes away what nothing offers any more.
struct SiteCleaning: ~Copyable {
    private let path: String
    private let context: SiteContext

    init(_ path: String, context: SiteContext) {
        self.path = path
        self.context = context
    }

    /// Removes generations that were replaced long ago and aren't among the newest.
    ///
    /// How old a generation is doesn't matter: clients began with it until the next one came.
    ///
    /// - Returns: The numbers of those that went.
    func removeGenerations(_ site: borrowing SiteDirectory, lock: borrowing SiteLock) throws(Failure) -> [Int] {
        let old = try oldGenerations(site)
        for number in old { try site.removeGeneration(number, lock: lock) }
        return old
    }

    /// The numbers of generations that neither number nor age keeps: each was replaced when the next one came.
    ///
    /// - Parameters:
    ///   - site: The site.
    ///   - oneMore: Whether there is about to be one more.
    func oldGenerations(_ site: borrowing SiteDirectory, oneMore: Bool = false) throws(Failure) -> [Int] {
        let retention = context.definition.indexRetention
        let finished = try site.finished()
        let limit = context.time - Int64(retention.hours) * 3600
        var old: [Int] = []
        for (number, next) in zip(finished, finished.dropFirst()).dropLast(retention.generations - (oneMore ? 1 : 0)) {
            let status = try site.directory.status(SiteDirectory.path(ofGeneration: next))
            guard let replaced = status?.modified.seconds, replaced < limit else { break }
            old.append(number)
        }
        return old
    }

    /// The files of the store that no generation offers.
    ///
    /// - Parameters:
    ///   - site: The site.
    ///   - store: Its store.
    ///   - gone: Generations that don't count.
    func orphans(
        _ site: borrowing SiteDirectory, _ store: borrowing PackageStore, without gone: [Int] = []
    ) throws(Failure) -> [String] {
        var used = StoredFiles()
        for number in try site.finished() where !gone.contains(number) {
            try used.add(try SiteState(path, context: context, generation: number))
        }
        return try used.orphans(in: store)
    }
}

/// The files of the store that generations offer.
struct StoredFiles {
    private var used: Set<String> = []
    /// The digests of indexes that were read: most generations have most of them in common.
    private var seen: Set<String> = []

    /// Adds what a generation offers.
    ///
    /// - Throws: `.integrity` where its keys don't vouch for it.
    mutating func add(_ state: SiteState) throws(Failure) {
        let definition = state.context.definition
        for suite in definition.suites {
            guard let release = try state.release(suite)?.release else { continue }
            for file in release.files where file.path.hasSuffix("/Packages") {
                guard seen.insert(file.sha256?.hex ?? "").inserted else { continue }
                let index = try state.packages(suite, file.path, release: release, forWriting: false)
                try index?.forEachRecord { _, bytes throws(Failure) in
                    let record = try PackagesRecord(parsing: Array(bytes))
                    used.insert("deb" + record.filename.dropFirst("pool".count))
                    return true
                }
            }
        }
        for repository in definition.repositories {
            guard let repomd = try state.repomd(repository)?.repomd, let primary = repomd.data(PrimaryIndex.type),
                seen.insert(primary.checksum.value).inserted
            else { continue }
            try state.forEachPackage(repository, PackageQuery()) { package, _ in
                used.insert("rpm/" + PathText.lastComponent(package.location))
            }
        }
        for channel in definition.channels {
            for item in try state.installers(PackageQuery(), in: channel) {
                used.formUnion(InstallerFiles.stored(item).values)
            }
        }
    }

    /// The files, and the directories above them.
    func paths(below directory: String) -> Set<String> {
        var paths: Set<String> = [directory]
        for file in used {
            var path = "\(directory)/\(file)"
            while paths.insert(path).inserted { path = PathText.parent(path) }
        }
        return paths
    }

    /// The files that none of them offers, below the store.
    func orphans(in store: borrowing PackageStore) throws(Failure) -> [String] {
        var orphans: [String] = []
        for directory in ["bin", "deb", "rpm"] {
            orphans += try store.files(below: directory).filter { !used.contains($0) }
        }
        return orphans
    }
}
