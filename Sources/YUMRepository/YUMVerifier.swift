public import Diagnostics
import LinuxIO
public import RepositoryFiles
public import Signing

/// Looks at a YUM repository as a suspicious client: every signature, every digest, every file, and what would trip a
/// client.
///
/// Memory grows with the number of packages (some 500 bytes each), not with the size of the metadata.
public struct YUMVerifier: Sendable {
    /// What is looked at.
    public struct Options: Sendable {
        /// Whether packages are opened; without it only their presence and sizes are looked at, where directories can be
        /// listed.
        public var opensPackages = true
        /// Whether files that nothing refers to are reported.
        public var reportsOrphans = true
        /// Whether other repositories have packages in the same directories, so that those are no orphans.
        public var sharesPackages = false
        /// Whether the repository is one that agentpack publishes: then the records are in the order of their keys.
        public var isOwn = false
        /// The packages that another repository with the same files was found to have; nil where none shares them.
        public var checked: CheckedPackages?
        /// Who must be able to read the files; nil for no look at that.
        public var modes: PublishedModes.Rule? = .readable
        /// Whether yum 3 of EL 7 is among the clients, which then must be able to read what there is.
        public var servesOldClients = false
        /// Seconds before the expiry of the key that signs `repomd.xml` at which that is a fault.
        public var expiryNotice: Int64 = 30 * 86_400
        /// What clients have seen before: revision and time stamps are compared with it.
        public var previous: Repomd?
        /// How many threads work.
        public var threads = Threads.processorCount
        /// Now, in seconds since 1970; nothing may be from later.
        public var time: Int64

        /// Makes options.
        ///
        /// - Parameter time: Now, in seconds since 1970.
        public init(time: Int64) { self.time = time }
    }

    /// The most bytes of `repomd.xml` that yum 3 takes; `_getFileRepoXML` of its yumRepo.py.
    private static let oldSizeLimit = 102_400
    /// Seconds that clocks may differ.
    static let clockSkew: Int64 = 300

    let reader: any RepositoryReader
    let root: String
    let metadataKeys: GPGVerifier?
    let packageKeys: GPGVerifier?
    let options: Options

    /// Prepares the verification of a repository.
    ///
    /// - Parameters:
    ///   - reader: The files.
    ///   - root: The directory that has `repodata`; nothing for the top.
    ///   - metadataKeys: The keys that may sign `repomd.xml`; nil leaves signatures of metadata out.
    ///   - packageKeys: The keys that may sign packages; nil leaves signatures of packages out.
    ///   - options: What is looked at.
    public init(
        _ reader: any RepositoryReader, root: String, metadataKeys: GPGVerifier?, packageKeys: GPGVerifier?,
        options: Options
    ) {
        self.reader = reader
        self.root = root
        self.metadataKeys = metadataKeys
        self.packageKeys = packageKeys
        self.options = options
    }

    /// Verifies the repository.
    ///
    /// - Returns: What is wrong, the metadata first; nothing for a sound repository.
    /// - Throws: What is no property of the repository: a file that can't be read, gpg that can't be run.
    public func verify() throws(Failure) -> [RepositoryFault] {
        var faults = FaultList()
        guard let bytes = try read(RepositoryFileNames.index, limit: Repomd.sizeLimit, &faults) else {
            if faults.all.isEmpty { faults.fail("repomd-missing", path(RepositoryFileNames.index), "is not there") }
            return faults.all
        }
        if options.servesOldClients, bytes.count > Self.oldSizeLimit {
            faults.fail(
                "repomd-large", path(RepositoryFileNames.index),
                "has \(bytes.count) bytes; yum 3 (EL 7) takes \(Self.oldSizeLimit)")
        }
        try verifySignature(of: bytes, &faults)
        let repomd: Repomd
        do throws(Failure) {
            repomd = try Repomd(bytes, name: path(RepositoryFileNames.index))
        } catch {
            try faults.add(error, "repomd-damaged", path(RepositoryFileNames.index))
            return faults.all
        }
        verifyTimes(of: repomd, &faults)
        verifyOrder(of: repomd, &faults)
        verifyTypes(of: repomd, &faults)
        let packages = try verifyMetadata(repomd, &faults)
        try verifyPackages(packages, &faults)
        if options.reportsOrphans { try verifyOrphans(repomd, packages, &faults) }
        try verifyModes(packages, &faults)
        return faults.all
    }

    /// A path below the repository, for the reader.
    func path(_ relative: String) -> String { root.isEmpty ? relative : "\(root)/\(relative)" }

    /// A small file; a fault where it can't be taken.
    func read(_ relative: String, limit: Int, _ faults: inout FaultList) throws(Failure) -> [UInt8]? {
        do throws(Failure) {
            return try reader.read(path(relative), limit: limit)
        } catch {
            try faults.add(error, "file-unreadable", path(relative))
            return nil
        }
    }

    /// Nothing is from the future, which clients take for newer than all that comes.
    private func verifyTimes(of repomd: Repomd, _ faults: inout FaultList) {
        let latest = options.time + Self.clockSkew
        let place = path(RepositoryFileNames.index)
        if let revision = repomd.revision.flatMap({ Int64($0) }), revision > latest {
            faults.fail("revision-future", place, "revision \(revision) is later than now, \(options.time)")
        }
        for entry in repomd.data {
            guard let timestamp = entry.timestamp, timestamp > latest else { continue }
            faults.fail(
                "timestamp-future", place,
                "the time stamp of \(entry.type), \(timestamp), is later than now, \(options.time)")
        }
    }

    /// Each type once, and those there that clients can't do without.
    private func verifyTypes(of repomd: Repomd, _ faults: inout FaultList) {
        let place = path(RepositoryFileNames.index)
        var seen: Set<String> = []
        for entry in repomd.data where !seen.insert(entry.type).inserted {
            faults.fail("data-duplicate", place, "\(PathText.display(entry.type)) is there twice")
        }
        for type in [PrimaryIndex.type, FilelistsIndex.type] where !seen.contains(type) {
            faults.fail("data-missing", place, "there is no \(type)")
        }
        if !seen.contains(OtherIndex.type) {
            faults.warn("data-missing", place, "there is no other, so clients show no changelog")
        }
    }
}
