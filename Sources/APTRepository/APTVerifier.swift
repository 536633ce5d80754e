public import Diagnostics
import LinuxIO
public import RepositoryFiles
public import Signing

/// Looks at a published archive as a suspicious client does: every signature, date, size and digest, every stanza, every
/// package.
///
/// It takes archives made by aptly, reprepro and apt-ftparchive, and mirrors of them by apt-mirror and debmirror, which lack
/// what nobody asks for; what is a fault, and for whom, says `Documentation/apt-repository.md`.
public struct APTVerifier: Sendable {
    /// What to look at, and how.
    public struct Options: Sendable {
        /// The codenames, directories below `dists`; nil for all that are there.
        public var codenames: [String]?
        /// The keys that clients have; nil where signatures can't be judged.
        public var keys: GPGVerifier?
        /// The time by which dates are judged, in seconds since 1970.
        public var now: Int64 = System.now
        /// Leaves the packages alone: neither their presence nor their content is looked at.
        public var metadataOnly = false
        /// Whether the archive is one that agentpack publishes: then every listed file is there, also by each of its digests,
        /// stanzas are in order, and nothing else lies in `dists`.
        public var isOwn = false
        /// Whether packages that no index lists are a fault; false where archives share a pool.
        public var findsOrphans = true
        /// The packages that another archive with the same pool was found to have; nil where none shares it.
        public var checked: CheckedPackages?
        /// Who must be able to read the files; nil for no look at that.
        public var modes: PublishedModes.Rule? = .readable
        /// What clients have seen before, by codename: origin, label and date are compared with it.
        public var previous: [String: ReleaseFile] = [:]
        /// How many threads work.
        public var threads = Threads.processorCount
        /// Seconds before its expiry at which a key is a fault.
        public var expiryNotice: Int64 = 30 * 86_400

        /// The usual ones.
        public init() {}
    }

    /// What was found.
    public struct Report: Sendable {
        /// What is wrong, by path and kind; empty where a client finds nothing.
        public internal(set) var faults: [RepositoryFault] = []
        /// The codenames that were looked at.
        public internal(set) var codenames: [String] = []
        /// The number of stanzas in all indexes of packages.
        public internal(set) var stanzas = 0
        /// The packages that indexes list, by their paths below the archive's root.
        public internal(set) var packages: Set<String> = []
    }

    let reader: any RepositoryReader
    let root: String
    let options: Options
    let faults = FaultList()
    let listed = PackageList()

    /// Takes an archive.
    ///
    /// - Parameters:
    ///   - reader: Where it is.
    ///   - root: The path of its root, which has `dists` and `pool`; empty for the reader's top.
    ///   - options: What to look at.
    public init(_ reader: any RepositoryReader, root: String = "", options: Options = Options()) {
        self.reader = reader
        self.root = root
        self.options = options
    }

    /// Looks at everything.
    ///
    /// - Returns: What was found.
    /// - Throws: `.usage` where codenames must be named, because directories can't be listed; what reading or gpg throws, but
    ///   not what is wrong with the archive.
    public func verify() throws(Failure) -> Report {
        let codenames = try codenames()
        if codenames.isEmpty { faults.add("no-codenames", path("dists"), "no directory in dists has a Release file") }
        var distributions: [APTDistribution] = []
        for codename in codenames {
            if let release = try verifyRelease(codename) {
                distributions.append(APTDistribution(codename: codename, release: release))
            }
        }
        try verifyFiles(distributions)
        // Where an index couldn't be had, nobody knows what it lists.
        let isComplete =
            options.codenames == nil && !codenames.isEmpty && distributions.count == codenames.count
            && listed.isComplete
        if !options.metadataOnly, options.findsOrphans, isComplete { try verifyPool() }
        if let rule = options.modes {
            var modes = PublishedModes(reader, rule)
            try modes.look(at: root, only: options.metadataOnly ? ["dists"] : ["dists", "pool"])
            for fault in modes.found { faults.add(fault.severity, fault.id, fault.path, fault.message) }
        }
        return Report(
            faults: faults.sorted, codenames: codenames, stanzas: listed.stanzas, packages: listed.filenames)
    }

    /// A path of the archive as the reader has it.
    func path(_ relative: String) -> String {
        guard !root.isEmpty else { return relative }
        return relative.isEmpty ? root : PathText.join(root, relative)
    }

    /// The codenames to look at: directories with a Release file, or directories of such, as `bookworm/updates`.
    private func codenames() throws(Failure) -> [String] {
        if let codenames = options.codenames { return codenames }
        guard let directories = try entries(path("dists")) else {
            guard try entries(root) != nil else {
                throw Failure(
                    .usage, "\(reader.name) can't be listed, so the codenames must be named",
                    hints: ["Name those that clients have in their sources, such as bookworm."])
            }
            return []
        }
        var codenames: [String] = []
        for entry in directories where entry.isDirectory {
            if try hasRelease(entry.name) {
                codenames.append(entry.name)
                continue
            }
            for part in try entries(path("dists/\(entry.name)")) ?? [] where part.isDirectory {
                if try hasRelease("\(entry.name)/\(part.name)") { codenames.append("\(entry.name)/\(part.name)") }
            }
        }
        return codenames
    }

    private func hasRelease(_ codename: String) throws(Failure) -> Bool {
        let names = try entries(path("dists/\(codename)")) ?? []
        return names.contains { $0.name == "Release" || $0.name == "InRelease" }
    }

    /// The names in a directory, as the reader has it; nil where it isn't there, can't be listed, or leads out.
    func entries(_ path: String) throws(Failure) -> [RepositoryEntry]? {
        var entries: [RepositoryEntry]?
        try guarding("unreadable", path) { () throws(Failure) in entries = try reader.entries(path) }
        return entries
    }

    /// Does work that meets damage: what is damaged becomes a fault, anything else is thrown on.
    func guarding(_ id: String, _ path: String, _ work: () throws(Failure) -> Void) throws(Failure) {
        do throws(Failure) {
            try work()
        } catch {
            let fault = try RepositoryFault(error, id, path: path)
            faults.add(fault.severity, fault.id, fault.path, fault.message)
        }
    }
}

/// A codename whose `Release` file could be read.
struct APTDistribution: Sendable {
    /// The directory below `dists`.
    let codename: String
    let release: ReleaseFile
}
