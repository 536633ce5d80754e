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
        let retention = context.definition.indexRetention
        let finished = try site.finished()
        let limit = context.time - Int64(retention.hours) * 3600
        var gone: [Int] = []
        for (number, next) in zip(finished, finished.dropFirst()).dropLast(max(1, retention.generations) - 1) {
            let status = try site.directory.status(SiteDirectory.path(ofGeneration: next))
            guard let replaced = status?.modified.seconds, replaced < limit else { break }
            try site.removeGeneration(number, lock: lock)
            gone.append(number)
        }
        return gone
    }

    /// The files of the store that no generation offers.
    func orphans(_ site: borrowing SiteDirectory, _ store: borrowing PackageStore) throws(Failure) -> [String] {
        var used: Set<String> = []
        var seen: Set<String> = []
        for number in try site.finished() {
            let state = try SiteState(path, context: context, generation: number)
            for suite in context.definition.suites {
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
            for repository in context.definition.repositories {
                guard let repomd = try state.repomd(repository)?.repomd, let primary = repomd.data(PrimaryIndex.type),
                    seen.insert(primary.checksum.value).inserted
                else { continue }
                try state.forEachPackage(repository, PackageQuery()) { package, _ in
                    used.insert("rpm/" + PathText.lastComponent(package.location))
                }
            }
            for channel in context.definition.channels {
                for item in try state.installers(PackageQuery(), in: channel) {
                    used.formUnion(InstallerFiles.stored(item).values)
                }
            }
        }
        var orphans: [String] = []
        for directory in ["bin", "deb", "rpm"] {
            orphans += try store.files(below: directory).filter { !used.contains($0) }
        }
        return orphans
    }
}
