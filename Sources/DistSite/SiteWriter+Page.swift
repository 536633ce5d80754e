import APTRepository
import Diagnostics
import LinuxIO
import SiteDefinition
import SiteStorage
import YUMRepository

extension SiteWriter {
    /// Writes the page of each channel.
    mutating func writePages(_ change: SiteChange) throws(Failure) {
        for channel in definition.channels {
            var names: Set<String> = []
            var items: [PublishedItem] = []
            for product in definition.products {
                for name in product.packages where names.insert(name).inserted {
                    items += try state.items(PackageQuery(name: name), channels: [channel.name])
                        .filter { $0.format != "bin" }
                }
            }
            items = try change.applied(to: items, names: names, channel: channel, definition)
            for product in definition.products { items += try installers(of: product, in: channel) }
            var times: [String: Int64] = [:]
            for item in items { times[item.sha256] = try store.status(item.storePath)?.modified.seconds }
            let page = ChannelPage(
                context: context, channel: channel, items: items, times: times, updated: try updated(channel))
            try draft.write(try page.html(), to: definition.base(of: channel) + "index.html")
        }
    }

    /// The installers of the next generation.
    private func installers(of product: SiteProduct, in channel: Channel) throws(Failure) -> [PublishedItem] {
        guard product.hasInstaller else { return [] }
        let directory = PathText.parent(definition.installerPath(product, in: channel)) + "/" + product.name
        var items: [PublishedItem] = []
        for path in draft.paths(below: directory) where path.hasSuffix(".bin") {
            guard let source = try draft.open(path), let sum = try draft.bytes(of: path + ".sha256") else { continue }
            items.append(
                PublishedItem(
                    format: "bin", name: product.name, version: PathText.lastComponent(PathText.parent(path)),
                    architecture: "", channel: channel.name, place: "", path: path, size: source.size,
                    sha256: String(decoding: sum.prefix(64), as: UTF8.self)))
        }
        return items
    }

    /// When anything of a channel was signed last: the page says the same until something else is published.
    private func updated(_ channel: Channel) throws(Failure) -> Int64 {
        var newest: Int64 = 0
        for suite in definition.suites where suite.channel == channel.name {
            let path = try definition.suitePath(suite) + "/Release"
            guard let bytes = try draft.bytes(of: path) else { continue }
            newest = max(newest, try ReleaseFile(parsing: bytes, name: path).date ?? 0)
        }
        for repository in definition.repositories where repository.channel == channel.name {
            let path = try definition.repositoryPath(repository) + "/" + RepositoryFileNames.index
            guard let bytes = try draft.bytes(of: path) else { continue }
            newest = max(newest, try Repomd(bytes, name: path).revision.flatMap { Int64($0) } ?? 0)
        }
        return newest
    }
}
