import APTRepository
import Diagnostics
import Digests
import IndexFiles
import LinuxIO
import RPMFormat
import RepositoryFiles
import SetupPlan
import SiteDefinition
import YUMRepository

/// What promoting packages from one channel to another changes: the records are taken over as they are.
struct PromotionPlan {
    private let state: SiteState
    private let query: PackageQuery
    private let from: Channel
    private let to: Channel
    private(set) var change = SiteChange()

    /// Plans a promotion.
    ///
    /// - Parameters:
    ///   - state: What is published.
    ///   - query: Which packages; without a version the newest of each.
    ///   - from: The channel that has them.
    ///   - to: The channel that gets them.
    /// - Throws: `.conflict` where the other channel has the same name and version with other bytes, `.usage` when there
    ///   are none, or for a channel and itself.
    init(_ state: SiteState, _ query: PackageQuery, from: Channel, to: Channel) throws(Failure) {
        guard from.name != to.name else {
            throw Failure(.usage, "the channel \(from.name) can't be promoted to itself")
        }
        self.state = state
        self.query = query
        self.from = from
        self.to = to
        for suite in state.context.definition.suites where suite.channel == from.name { try promote(suite) }
        for repository in state.context.definition.repositories where repository.channel == from.name {
            try promote(repository)
        }
        try promoteInstallers()
        guard !change.lines.isEmpty else {
            throw Failure(
                .usage, "the channel \(from.name) has no package \(PathText.display(query.words))",
                hints: ["See what it has with: agentpack repo list --channel \(from.name)"])
        }
    }

    private mutating func promote(_ suite: SuiteID) throws(Failure) {
        var newest: [String: [(path: String, record: PackagesRecord)]] = [:]
        try state.forEachPackage(suite, query) { path, record in
            let group = path + " " + record.key.package
            // The index has them in order: a later one is as new or newer.
            if query.version == nil, let last = newest[group]?.last, last.record.key.version != record.key.version {
                newest[group] = []
            }
            newest[group, default: []].append((path, record))
        }
        let target = SuiteID(channel: to.name, codename: suite.codename)
        let release = try state.release(target)?.release
        for (path, record) in newest.sorted(by: { $0.key < $1.key }).flatMap(\.value) {
            let there =
                try release.map { release throws(Failure) in
                    try state.packages(target, path, release: release, forWriting: false)?.record(record.key)
                } ?? nil
            if let there {
                guard try PackagesRecord(parsing: there).sha256 == record.sha256 else {
                    throw conflict("\(record.key)")
                }
                change.tell(.keep, record.key, target)
            } else {
                change.suites[target, default: [:]][path, default: IndexChange()].added.append(
                    try IndexRecord(record.bytes))
                change.tell(.add, record.key, target)
            }
        }
    }

    private mutating func promote(_ repository: RepositoryID) throws(Failure) {
        var newest: [String: [(package: PublishedPackage, primary: [UInt8])]] = [:]
        try state.forEachPackage(repository, query) { package, record in
            let name = package.key.name
            if query.version == nil, let last = newest[name]?.last,
                last.package.key.version.compare(with: package.key.version) != 0
            {
                newest[name] = []
            }
            newest[name, default: []].append((package, record))
        }
        guard let source = try state.repomd(repository)?.repomd else { return }
        let target = RepositoryID(channel: to.name, architecture: repository.architecture)
        let published = try state.repomd(target)?.repomd
        let primary =
            try published.map { repomd throws(Failure) in
                try state.index(PrimaryIndex.self, target, repomd: repomd)
            } ?? nil
        for (package, record) in newest.sorted(by: { $0.key < $1.key }).flatMap(\.value) {
            if let there = try primary?.record(package.key) {
                guard try PublishedPackage(there).checksum == package.checksum else { throw conflict("\(package.key)") }
                change.tell(.keep, package.key, target)
                continue
            }
            guard let filelists = try state.index(FilelistsIndex.self, repository, repomd: source)?.record(package.key),
                let other = try state.index(OtherIndex.self, repository, repomd: source)?.record(package.key)
            else { throw Failure(.integrity, "\(package.key) is not in all indexes of the channel \(from.name)") }
            change.repositories[target, default: RepositoryChange()].added.append(
                RepositoryRecords(
                    primary: try IndexRecord(record), filelists: try IndexRecord(filelists),
                    other: try IndexRecord(other)))
            change.tell(.add, package.key, target)
        }
    }

    private mutating func promoteInstallers() throws(Failure) {
        let items = try state.installers(query, in: from)
        for product in Set(items.map(\.name)).sorted() {
            var chosen = items.filter { $0.name == product }
            if query.version == nil {
                chosen = chosen.max { VersionOrder.compare($0.version, $1.version) < 0 }.map { [$0] } ?? []
            }
            for item in chosen { try promote(item) }
        }
    }

    private mutating func promote(_ item: PublishedItem) throws(Failure) {
        guard let product = state.context.definition.product(named: item.name) else { return }
        let installer = InstallerID(channel: to.name, product: item.name, version: item.version)
        let path = state.context.definition.installerPath(product, version: item.version, in: to)
        if let sum = try state.reader?.read(path + ".sha256") {
            guard String(decoding: sum.prefix(64), as: UTF8.self) == item.sha256 else {
                throw conflict("\(item.name) \(item.version)")
            }
            return change.tell(.keep, installer)
        }
        change.installers[installer] = InstallerFiles.stored(item)
        change.tell(.add, installer)
    }

    private func conflict(_ what: String) -> Failure {
        Failure(.conflict, "the channel \(to.name) has other bytes than \(from.name) for \(what)")
    }
}
