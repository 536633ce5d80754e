import APTRepository
import Diagnostics
import IndexFiles
import LinuxIO
import RPMFormat
import SetupPlan
import SiteDefinition
import SiteStorage
import YUMRepository

/// What a site's retention takes away: versions that are neither among the newest of their package nor young.
///
/// The newest version of a package stays in every channel, whatever its age.
struct RetentionPlan {
    private let state: SiteState
    private let store: [String: Int64]
    private(set) var change = SiteChange()

    /// Plans.
    ///
    /// - Parameters:
    ///   - state: What is published.
    ///   - times: When each file of the store was published, by its path there.
    init(_ state: SiteState, times: [String: Int64]) throws(Failure) {
        self.state = state
        store = times
        for channel in state.context.definition.channels {
            guard let retention = channel.retention else { continue }
            for suite in state.context.definition.suites where suite.channel == channel.name {
                try prune(suite, retention)
            }
            for repository in state.context.definition.repositories where repository.channel == channel.name {
                try prune(repository, retention)
            }
            try prune(channel, retention)
        }
    }

    /// The versions that go, of those of one package, the oldest first.
    private func outdated(_ versions: [(version: String, file: String)], _ retention: Retention) -> Set<String> {
        var distinct: [String] = []
        for version in versions.map(\.version) where distinct.last != version { distinct.append(version) }
        let newest = distinct.suffix(max(1, retention.versions ?? 1))
        let limit = retention.days.map { state.context.time - Int64($0) * 86_400 }
        return Set(
            versions.filter { version in
                if newest.contains(version.version) { return false }
                guard let limit else { return true }
                return (store[version.file] ?? 0) < limit
            }.map(\.version))
    }

    private mutating func prune(_ suite: SuiteID, _ retention: Retention) throws(Failure) {
        var packages: [String: [PackagesRecord]] = [:]
        var paths: [PackagesKey: Set<String>] = [:]
        try state.forEachPackage(suite, PackageQuery()) { path, record in
            paths[record.key, default: []].insert(path)
            if paths[record.key]?.count == 1 { packages[record.key.package, default: []].append(record) }
        }
        for (_, records) in packages.sorted(by: { $0.key < $1.key }) {
            let records = records.sorted { $0.key < $1.key }
            let gone = outdated(
                records.map { ($0.key.version, "deb" + $0.filename.dropFirst("pool".count)) }, retention)
            for record in records where gone.contains(record.key.version) {
                for path in paths[record.key] ?? [] {
                    change.suites[suite, default: [:]][path, default: IndexChange()].removed.insert(record.key)
                }
                change.tell(.remove, record.key, suite)
            }
        }
    }

    private mutating func prune(_ repository: RepositoryID, _ retention: Retention) throws(Failure) {
        var packages: [String: [PublishedPackage]] = [:]
        try state.forEachPackage(repository, PackageQuery()) { package, _ in
            packages[package.key.name, default: []].append(package)
        }
        for (_, versions) in packages.sorted(by: { $0.key < $1.key }) {
            let versions = versions.sorted { $0.key < $1.key }
            let gone = outdated(
                versions.map { ($0.key.version.description, "rpm/" + PathText.lastComponent($0.location)) }, retention)
            for package in versions where gone.contains(package.key.version.description) {
                change.repositories[repository, default: RepositoryChange()].removed.insert(package.key)
                change.tell(.remove, package.key, repository)
            }
        }
    }

    private mutating func prune(_ channel: Channel, _ retention: Retention) throws(Failure) {
        let items = try state.installers(PackageQuery(), in: channel)
        for product in Set(items.map(\.name)).sorted() {
            let versions = items.filter { $0.name == product }.sorted {
                VersionOrder.compare($0.version, $1.version) < 0
            }
            let gone = outdated(
                versions.map { ($0.version, "bin/\($0.name)/\($0.version)/\(PathText.lastComponent($0.path))") },
                retention)
            for item in versions where gone.contains(item.version) {
                let installer = InstallerID(channel: channel.name, product: item.name, version: item.version)
                change.installers[installer] = [:]
                change.tell(.remove, installer)
            }
        }
    }
}
