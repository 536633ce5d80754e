import APTRepository
import Diagnostics
import Digests
import IndexFiles
import LinuxIO
import RPMFormat
import RepositoryFiles
import SiteDefinition
import YUMRepository

/// Finds out what publishing packages changes, without changing anything.
struct PublishPlan {
    let state: SiteState
    let channel: Channel
    /// Only these codenames; nil for all.
    let codenames: [String]?
    private(set) var change = SiteChange()
    private var known: [String: FileDigest] = [:]
    private var debs: [DebIndex: Lookup<PackagesIndex>] = [:]
    private var rpms: [RepositoryID: Lookup<PrimaryIndex>] = [:]

    /// The index of one architecture of a suite.
    private struct DebIndex: Hashable {
        var suite: SuiteID
        var path: String
    }

    /// An index with what this run adds to it.
    private struct Lookup<Grammar: IndexGrammar> {
        /// Nil where nothing is published yet.
        let published: PublishedIndex<Grammar>?
        var added: [Grammar.Key: [UInt8]] = [:]
    }

    private var definition: SiteDefinition { state.context.definition }

    init(_ state: SiteState, channel: Channel, codenames: [String]?) throws(Failure) {
        self.state = state
        self.channel = channel
        self.codenames = codenames
        for codename in codenames ?? [] where state.context.definition.apt?.distribution(named: codename) == nil {
            let names = state.context.definition.apt?.distributions.map(\.codename) ?? []
            throw Failure(
                .usage, "the site has no codename \(codename)", hints: Suggestion.hints(for: codename, among: names))
        }
    }

    /// Adds a package.
    ///
    /// - Throws: `.conflict` where the same name and version has other bytes already.
    mutating func add(_ package: IncomingPackage) throws(Failure) {
        switch package.records {
        case .deb(let record): try add(record, package)
        case .rpm(let records): try add(records, package)
        case .installer(let product, let version, let beside):
            try add(InstallerID(channel: channel.name, product: product, version: version), beside, package)
        }
    }

    // MARK: Debian packages

    private mutating func add(_ record: PackagesRecord, _ package: IncomingPackage) throws(Failure) {
        var places: [String] = []
        var isNew = false
        for distribution in definition.apt?.distributions ?? [] where codenames?.contains(distribution.codename) ?? true
        {
            let suite = SuiteID(channel: channel.name, codename: distribution.codename)
            let architectures = distribution.architectures.filter {
                record.key.architecture == "all" || record.key.architecture == $0
            }
            for architecture in architectures {
                let path = "\(definition.apt?.components.first ?? "main")/binary-\(architecture)/Packages"
                if try contains(record, suite, path, package) { continue }
                change.suites[suite, default: [:]][path, default: IndexChange()].added.append(
                    try IndexRecord(record.bytes))
                isNew = true
            }
            if !architectures.isEmpty { places.append(distribution.codename) }
        }
        guard !places.isEmpty else {
            throw Failure(
                .usage, "\(PathText.display(package.path)) is for \(record.key.architecture), which no codename has",
                hints: ["Add the architecture to apt.architectures of the definition."])
        }
        if isNew { try store("deb" + record.filename.dropFirst("pool".count), package) }
        tell(
            isNew, "deb", record.key.package, record.key.version, record.key.architecture, places)
    }

    /// Whether the same package is in an index already, published or about to be.
    private mutating func contains(
        _ record: PackagesRecord, _ suite: SuiteID, _ path: String, _ package: IncomingPackage
    ) throws(Failure) -> Bool {
        let place = DebIndex(suite: suite, path: path)
        var lookup: Lookup<PackagesIndex>
        if let known = debs[place] {
            lookup = known
        } else {
            let release = try state.release(suite)?.release
            lookup = Lookup(
                published: try release.map { release throws(Failure) in
                    try state.packages(suite, path, release: release, forWriting: false)
                } ?? nil)
        }
        debs[place] = nil
        defer { debs[place] = lookup }
        if let other = lookup.added[record.key] {
            guard other == record.bytes else { throw conflict(package, "another file of this run") }
            return true
        }
        guard let bytes = try lookup.published?.record(record.key) else {
            lookup.added[record.key] = record.bytes
            return false
        }
        let there = try PackagesRecord(parsing: bytes)
        guard there.sha256 == record.sha256, there.size == record.size else {
            throw conflict(package, "the one that \(suite.codename) of the channel \(suite.channel) has")
        }
        return true
    }

    // MARK: RPM packages

    private mutating func add(_ records: PackageRecords, _ package: IncomingPackage) throws(Failure) {
        let architecture = records.key.architecture
        let places = (definition.yum?.architectures ?? []).filter {
            architecture == "noarch" || YUMArchitecture.base(of: architecture) == $0
        }
        guard !places.isEmpty else {
            throw Failure(
                .usage, "\(PathText.display(package.path)) is for \(architecture), which no repository has",
                hints: ["Add its base architecture to yum.architectures of the definition."])
        }
        var isNew = false
        for place in places {
            let repository = RepositoryID(channel: channel.name, architecture: place)
            if try contains(records, repository, package) { continue }
            change.repositories[repository, default: RepositoryChange()].added.append(
                RepositoryRecords(
                    primary: try IndexRecord(records.primary), filelists: try IndexRecord(records.filelists),
                    other: try IndexRecord(records.other)))
            isNew = true
        }
        if isNew { try store("rpm/" + (try PackageFileName.name(of: records.key)), package) }
        tell(isNew, "rpm", records.key.name, records.key.version.description, architecture, places)
    }

    private mutating func contains(
        _ records: PackageRecords, _ repository: RepositoryID, _ package: IncomingPackage
    ) throws(Failure) -> Bool {
        var lookup: Lookup<PrimaryIndex>
        if let known = rpms[repository] {
            lookup = known
        } else {
            let repomd = try state.repomd(repository)?.repomd
            lookup = Lookup(
                published: try repomd.map { repomd throws(Failure) in
                    try state.index(PrimaryIndex.self, repository, repomd: repomd)
                } ?? nil)
        }
        rpms[repository] = nil
        defer { rpms[repository] = lookup }
        if let other = lookup.added[records.key] {
            guard other == records.primary else { throw conflict(package, "another file of this run") }
            return true
        }
        guard let bytes = try lookup.published?.record(records.key) else {
            lookup.added[records.key] = records.primary
            return false
        }
        let there = try PublishedPackage(bytes)
        guard there.checksum.value == records.digest.hex else {
            throw conflict(package, "the one that \(repository.architecture) of the channel \(repository.channel) has")
        }
        return true
    }

    // MARK: Installers

    private mutating func add(
        _ installer: InstallerID, _ beside: [String: [UInt8]], _ package: IncomingPackage
    ) throws(Failure) {
        let name = "\(installer.product)-\(installer.version).bin"
        let directory = "bin/\(installer.product)/\(installer.version)"
        guard let product = definition.product(named: installer.product) else { return }
        let path = definition.installerPath(product, version: installer.version, in: channel)
        if let there = try state.reader?.open(path) {
            guard there.size == package.digest.size, try state.reader?.read(path + ".sha256") == beside[".sha256"]
            else {
                throw conflict(package, "the one of the channel \(channel.name)")
            }
            return tell(false, "bin", installer.product, installer.version, "", [])
        }
        var files = [name: "\(directory)/\(name)"]
        try store("\(directory)/\(name)", package)
        for (suffix, bytes) in beside {
            files[name + suffix] = "\(directory)/\(name)\(suffix)"
            change.additions.append(
                StoreAddition(
                    path: "\(directory)/\(name)\(suffix)", content: .bytes(bytes),
                    digest: FileDigest(of: bytes)))
        }
        change.installers[installer] = files
        tell(true, "bin", installer.product, installer.version, "", [])
    }

    // MARK: All

    private mutating func store(_ path: String, _ package: IncomingPackage) throws(Failure) {
        if let other = known[path], other != package.digest { throw conflict(package, "another file of this run") }
        known[path] = package.digest
        change.additions.append(StoreAddition(path: path, content: .file(package.path), digest: package.digest))
    }

    private mutating func tell(
        _ isNew: Bool, _ format: String, _ name: String, _ version: String, _ architecture: String, _ places: [String]
    ) {
        change.lines.append(
            SiteChangeLine(
                action: isNew ? .add : .keep, format: format, name: name, version: version, architecture: architecture,
                channel: channel.name, places: places))
    }

    private func conflict(_ package: IncomingPackage, _ other: String) -> Failure {
        Failure(
            .conflict,
            "\(PathText.display(package.path)) has other bytes than \(other), with the same name and version",
            cause: "clients that have the published one would refuse either",
            hints: ["Build it with a higher --release, or publish the file that was published before."])
    }
}

/// The architectures of RPM packages and of the repositories that have them.
enum YUMArchitecture {
    /// `$basearch` of a package's architecture; `ARCH_MAP` of dnf's rpm/__init__.py.
    static func base(of architecture: String) -> String {
        switch architecture {
        case "i386", "i486", "i586", "i686", "athlon", "geode": "i386"
        case "amd64", "ia32e", "x86_64_v2", "x86_64_v3", "x86_64_v4": "x86_64"
        case "armv7hl", "armv7hnl": "armhfp"
        default: architecture
        }
    }
}
