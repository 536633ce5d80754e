import APTRepository
public import Diagnostics
import LinuxIO
public import RepositoryFiles
import SiteDefinition
import YUMRepository

/// Looks at a whole site as suspicious clients do.
public struct SiteVerifier {
    /// What was found.
    public struct Report: Sendable {
        /// What is wrong; paths are below the site's URL.
        public var faults: [RepositoryFault] = []
        /// The archives and repositories that were looked at, by their paths.
        public var roots: [String] = []
    }

    private let reader: any RepositoryReader
    private let context: SiteContext
    private let isMetadataOnly: Bool
    /// The site as clients have seen it before: dates, revisions and names are compared with it.
    public var previous: (any RepositoryReader)?

    /// Takes a site in a directory.
    ///
    /// - Parameters:
    ///   - path: The site's directory.
    ///   - context: What it is to be.
    ///   - isMetadataOnly: Whether packages are left alone.
    /// - Throws: `.usage` where nothing is published yet.
    public init(_ path: String, context: SiteContext, isMetadataOnly: Bool = false) throws(Failure) {
        let reader = try DirectoryReader(PathText.join(path, "public"), boundary: path)
        self.init(reader, context: context, isMetadataOnly: isMetadataOnly)
    }

    /// Takes a site, wherever it is.
    public init(_ reader: any RepositoryReader, context: SiteContext, isMetadataOnly: Bool = false) {
        self.reader = reader
        self.context = context
        self.isMetadataOnly = isMetadataOnly
    }

    /// Looks at everything.
    ///
    /// - Throws: What is no property of the site: gpg that can't be run, a server that can't be reached.
    public func verify() throws(Failure) -> Report {
        var report = Report()
        for suite in context.definition.suites {
            let root = PathText.parent(PathText.parent(try context.definition.suitePath(suite)))
            var options = APTVerifier.Options()
            options.codenames = [suite.codename]
            options.keys = context.keys.apt?.verifier
            options.now = context.time
            options.metadataOnly = isMetadataOnly
            options.isOwn = true
            options.findsOrphans = false
            options.threads = context.threads
            if let previous { options.previous = try SeenState(previous).releases(root, [suite.codename]) }
            report.faults += try APTVerifier(reader, root: root, options: options).verify().faults
            report.roots.append(root)
        }
        for repository in context.definition.repositories {
            let root = try context.definition.repositoryPath(repository)
            var options = YUMVerifier.Options(time: context.time)
            options.opensPackages = !isMetadataOnly
            options.isOwn = true
            options.sharesPackages = true
            options.threads = context.threads
            options.servesOldClients = context.definition.servesYUM3
            options.previous = try previous.flatMap { seen throws(Failure) in try SeenState(seen).repomd(root) }
            report.faults += try YUMVerifier(
                reader, root: root, metadataKeys: context.keys.rpm?.verifier, packageKeys: context.keys.rpm?.verifier,
                options: options
            ).verify()
            report.roots.append(root)
        }
        return report
    }
}

extension SiteDefinition {
    /// Whether yum 3 of EL 7 or Amazon Linux 2 is among the clients.
    var servesYUM3: Bool {
        targets.contains { target in
            let oldest = target.minimumVersion.flatMap { Double($0) } ?? 0
            return target.id == "el" && oldest < 8 || target.id == "amzn" && oldest < 2022
        }
    }
}
