import APTRepository
public import Diagnostics
import LinuxIO
public import RepositoryFiles
public import Signing
import YUMRepository

/// Finds the APT archives and YUM repositories of a place, whoever made them, and looks at them as suspicious clients do.
public struct ForeignVerifier {
    /// What to look at.
    public struct Options: Sendable {
        /// The keys that clients have; nil leaves signatures out.
        public var keys: GPGVerifier?
        /// The codenames of APT archives; nil for all that can be found.
        public var codenames: [String]?
        /// Whether packages are left alone.
        public var isMetadataOnly = false
        /// The place as clients have seen it before: dates, revisions and names are compared with it.
        public var previous: (any RepositoryReader)?
        /// Now, in seconds since 1970.
        public var time: Int64 = 0

        /// The usual ones.
        public init() {}
    }

    private let reader: any RepositoryReader
    private let options: Options
    /// Whether agentpack made it, and nobody copied it.
    private let isOwn: Bool

    /// Takes a place.
    public init(_ reader: any RepositoryReader, _ options: Options) {
        self.reader = reader
        self.options = options
        isOwn = (reader as? DirectoryReader)?.isSite ?? false
    }

    /// Looks at everything.
    ///
    /// - Throws: `.usage` where there is neither an archive nor a repository.
    public func verify() throws(Failure) -> SiteVerifier.Report {
        let places = try RepositoryPlaces(reader, codenames: options.codenames)
        var report = SiteVerifier.Report(faults: places.faults, roots: places.archives + places.repositories)
        for root in places.archives {
            var apt = APTVerifier.Options()
            apt.codenames = options.codenames
            apt.keys = options.keys
            apt.now = options.time
            apt.metadataOnly = options.isMetadataOnly
            if let previous = options.previous {
                apt.previous = try SeenState(previous).releases(root, options.codenames)
            }
            apt.isOwn = isOwn
            apt.modes = isOwn ? .exact : .readable
            apt.findsOrphans = places.archives.count == 1 && !isOwn
            report.faults += try APTVerifier(reader, root: root, options: apt).verify().faults
        }
        for root in places.repositories {
            var yum = YUMVerifier.Options(time: options.time)
            yum.opensPackages = !options.isMetadataOnly
            yum.previous = try options.previous.flatMap { seen throws(Failure) in try SeenState(seen).repomd(root) }
            yum.isOwn = isOwn
            yum.modes = isOwn ? .exact : .readable
            yum.sharesPackages = isOwn
            report.faults += try YUMVerifier(
                reader, root: root, metadataKeys: options.keys, packageKeys: options.keys, options: yum
            ).verify()
        }
        return report
    }
}
