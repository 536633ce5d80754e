import APTRepository
public import Diagnostics
import Digests
import IndexFiles
import LinuxIO
import RPMFormat
import RepositoryFiles
import SiteDefinition
import YUMRepository

extension SiteState {
    /// The packages that a query is about.
    ///
    /// - Parameters:
    ///   - query: Which.
    ///   - channels: In which channels; nil for all.
    /// - Returns: The packages: Debian's, then RPM's, then installers, each by channel, place, name and version.
    public func items(_ query: PackageQuery, channels: [String]? = nil) throws(Failure) -> [PublishedItem] {
        var items: [PublishedItem] = []
        for suite in context.definition.suites where channels?.contains(suite.channel) ?? true {
            try forEachPackage(suite, query) { path, record throws(Failure) in
                let item = try PublishedItem(record, in: suite, context.definition)
                // A package for all architectures is in the index of each.
                if record.key.architecture == "all", items.contains(where: { $0.isSame(as: item) }) { return }
                items.append(item)
            }
        }
        for repository in context.definition.repositories where channels?.contains(repository.channel) ?? true {
            try forEachPackage(repository, query) { package, _ throws(Failure) in
                items.append(try PublishedItem(package, in: repository, context.definition))
            }
        }
        for channel in context.definition.channels where channels?.contains(channel.name) ?? true {
            items += try installers(query, in: channel)
        }
        return items
    }

    /// Takes the stanzas of a suite that a query is about, with the index each is in.
    func forEachPackage(
        _ suite: SuiteID, _ query: PackageQuery, _ body: (String, PackagesRecord) throws(Failure) -> Void
    ) throws(Failure) {
        guard let release = try release(suite)?.release else { return }
        for path in release.files.map(\.path) where path.hasSuffix("/Packages") {
            for name in query.eachName {
                try forEachPackage(suite, path, named: name, release: release) { record throws(Failure) in
                    if query.includes(version: record.key.version) { try body(path, record) }
                }
            }
        }
    }

    /// Takes the packages of a repository that a query is about, with the record of primary.
    func forEachPackage(
        _ repository: RepositoryID, _ query: PackageQuery,
        _ body: (PublishedPackage, [UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        guard let repomd = try repomd(repository)?.repomd,
            let index = try index(PrimaryIndex.self, repository, repomd: repomd)
        else { return }
        for name in query.eachName {
            let first = name.map { PackageKey(name: $0, version: .init(version: "", release: ""), architecture: "") }
            try index.forEachRecord(from: first) { key, bytes throws(Failure) in
                if let name, key.name != name { return false }
                guard query.includes(version: key.version.description) else { return true }
                let record = Array(bytes)
                try body(PublishedPackage(record), record)
                return true
            }
        }
    }

    /// The installers of a channel that a query is about.
    func installers(_ query: PackageQuery, in channel: Channel) throws(Failure) -> [PublishedItem] {
        var items: [PublishedItem] = []
        for product in context.definition.products where query.includes(name: product.name) {
            let directory = PathText.parent(context.definition.installerPath(product, in: channel)) + "/" + product.name
            for entry in try reader?.entries(directory) ?? [] where query.includes(version: entry.name) {
                let path = context.definition.installerPath(product, version: entry.name, in: channel)
                guard let source = try reader?.open(path) else { continue }
                let sum = try reader?.read(path + ".sha256") ?? []
                items.append(
                    PublishedItem(
                        format: "bin", name: product.name, version: entry.name, architecture: "", channel: channel.name,
                        place: "", path: path, size: source.size,
                        sha256: String(decoding: sum.prefix(64), as: UTF8.self)))
            }
        }
        return items
    }
}

extension PackageQuery {
    /// What to look for in an index, one by one: nil for everything at once.
    fileprivate var eachName: [String?] { names ?? [nil] }
}

extension PublishedItem {
    fileprivate func isSame(as other: PublishedItem) -> Bool {
        name == other.name && version == other.version && place == other.place && channel == other.channel
            && architecture == other.architecture
    }
}
