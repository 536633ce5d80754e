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
        /// Now, in seconds since 1970.
        public var time: Int64 = 0

        /// The usual ones.
        public init() {}
    }

    private static let depthLimit = 4

    private let reader: any RepositoryReader
    private let options: Options

    /// Takes a place.
    public init(_ reader: any RepositoryReader, _ options: Options) {
        self.reader = reader
        self.options = options
    }

    /// Looks at everything.
    ///
    /// - Throws: `.usage` where there is neither an archive nor a repository.
    public func verify() throws(Failure) -> SiteVerifier.Report {
        var archives: [String] = []
        var repositories: [String] = []
        try find("", 0, &archives, &repositories)
        if archives.isEmpty, repositories.isEmpty { try probe(&archives, &repositories) }
        guard !archives.isEmpty || !repositories.isEmpty else {
            throw Failure(
                .usage, "\(PathText.display(reader.name)) has neither an APT archive nor a YUM repository",
                cause: "no dists with Release files, no repodata/repomd.xml",
                hints: ["Over HTTP, name the codenames of an APT archive with --codename."])
        }
        var report = SiteVerifier.Report()
        for root in archives {
            var apt = APTVerifier.Options()
            apt.codenames = options.codenames
            apt.keys = options.keys
            apt.now = options.time
            apt.metadataOnly = options.isMetadataOnly
            apt.findsOrphans = archives.count == 1
            report.faults += try APTVerifier(reader, root: root, options: apt).verify().faults
        }
        for root in repositories {
            var yum = YUMVerifier.Options(time: options.time)
            yum.opensPackages = !options.isMetadataOnly
            report.faults += try YUMVerifier(
                reader, root: root, metadataKeys: options.keys, packageKeys: options.keys, options: yum
            ).verify()
        }
        report.roots = archives + repositories
        return report
    }

    /// Goes down some levels.
    private func find(
        _ path: String, _ depth: Int, _ archives: inout [String], _ repositories: inout [String]
    ) throws(Failure) {
        guard depth <= Self.depthLimit, let entries = try reader.entries(path) else { return }
        let names = Set(entries.filter(\.isDirectory).map(\.name))
        if names.contains("dists") { archives.append(path) }
        if names.contains("repodata") { repositories.append(path) }
        if names.contains("dists") || names.contains("repodata") { return }
        for entry in entries where entry.isDirectory && !entry.name.hasPrefix(".") {
            try find(path.isEmpty ? entry.name : "\(path)/\(entry.name)", depth + 1, &archives, &repositories)
        }
    }

    /// Asks for the files that clients ask for, where directories can't be listed.
    private func probe(_ archives: inout [String], _ repositories: inout [String]) throws(Failure) {
        if try reader.open("repodata/repomd.xml") != nil { repositories.append("") }
        for codename in options.codenames ?? [] where archives.isEmpty {
            let release = try reader.open("dists/\(codename)/Release")
            let inRelease = try reader.open("dists/\(codename)/InRelease")
            if release != nil || inRelease != nil { archives.append("") }
        }
    }
}
