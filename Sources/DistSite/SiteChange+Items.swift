import APTRepository
import Diagnostics
import Digests
import IndexFiles
import LinuxIO
import RPMFormat
import SiteDefinition
import YUMRepository

extension PublishedItem {
    /// A Debian package in a suite.
    init(_ record: PackagesRecord, in suite: SuiteID, _ definition: SiteDefinition) throws(Failure) {
        let root = PathText.parent(PathText.parent(try definition.suitePath(suite)))
        self.init(
            format: "deb", name: record.key.package, version: record.key.version, architecture: record.key.architecture,
            channel: suite.channel, place: suite.codename, path: "\(root)/\(record.filename)", size: record.size,
            sha256: record.sha256?.hex ?? "")
    }

    /// An RPM package in a repository.
    init(_ package: PublishedPackage, in repository: RepositoryID, _ definition: SiteDefinition) throws(Failure) {
        self.init(
            format: "rpm", name: package.key.name, version: package.key.version.description,
            architecture: package.key.architecture, channel: repository.channel, place: repository.architecture,
            path: try definition.repositoryPath(repository) + "/" + package.location, size: package.size,
            sha256: package.checksum.value)
    }
}

extension SiteChange {
    /// What items become by this change.
    ///
    /// - Parameters:
    ///   - items: Those of a channel's packages with some names.
    ///   - names: The names.
    ///   - channel: The channel.
    ///   - definition: The site's.
    func applied(
        to items: [PublishedItem], names: Set<String>, channel: Channel, _ definition: SiteDefinition
    ) throws(Failure) -> [PublishedItem] {
        var result = items
        // In the definition's order: of a package in several places the page names the first.
        for suite in definition.suites where suite.channel == channel.name {
            for (_, change) in (suites[suite] ?? [:]).sorted(by: { $0.key < $1.key }) {
                result.removeAll { item in
                    item.format == "deb" && item.place == suite.codename
                        && change.removed.contains(
                            PackagesKey(package: item.name, version: item.version, architecture: item.architecture))
                }
                for record in change.added where names.contains(record.key.package) {
                    result.append(try PublishedItem(PackagesRecord(parsing: record.bytes), in: suite, definition))
                }
            }
        }
        for repository in definition.repositories where repository.channel == channel.name {
            guard let change = repositories[repository] else { continue }
            let removed = Set(change.removed.map(\.description))
            result.removeAll { item in
                item.format == "rpm" && item.place == repository.architecture
                    && removed.contains("\(item.name)-\(item.version).\(item.architecture)")
            }
            for records in change.added where names.contains(records.primary.key.name) {
                result.append(try PublishedItem(PublishedPackage(records.primary.bytes), in: repository, definition))
            }
        }
        return result.sorted { left, right in
            let order = definition.suites.map(\.codename)
            let places = [left, right].map { order.firstIndex(of: $0.place) ?? 0 }
            return (left.format, left.name, places[0]) < (right.format, right.name, places[1])
        }
    }
}
