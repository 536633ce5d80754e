import APTRepository
public import Diagnostics
import LinuxIO
public import RepositoryFiles
import SiteDefinition
import YUMRepository

/// Looks at a whole site as suspicious clients do.
public struct SiteVerifier: Sendable {
    /// What was found.
    public struct Report: Sendable {
        /// What is wrong; paths are below the site's URL.
        public var faults: [RepositoryFault] = []
        /// The archives and repositories that were looked at, by their paths.
        public var roots: [String] = []
    }

    /// The site's directory.
    let path: String
    /// What is served.
    let reader: DirectoryReader
    let context: SiteContext
    let isMetadataOnly: Bool
    /// The site as clients have seen it before: dates, revisions and names are compared with it.
    public var previous: (any RepositoryReader)?

    var definition: SiteDefinition { context.definition }

    /// Takes a site in a directory.
    ///
    /// - Parameters:
    ///   - path: The site's directory.
    ///   - context: What it is to be.
    ///   - isMetadataOnly: Whether packages are left alone.
    /// - Throws: `.usage` where nothing is published yet.
    public init(_ path: String, context: SiteContext, isMetadataOnly: Bool = false) throws(Failure) {
        self.path = path
        reader = try DirectoryReader(PathText.join(path, "public"), boundary: path)
        self.context = context
        self.isMetadataOnly = isMetadataOnly
    }

    /// Looks at everything: archives and repositories, then what is around them, then the store.
    ///
    /// - Throws: What is no property of the site: gpg that can't be run.
    public func verify() throws(Failure) -> Report {
        var report = Report()
        // What shares a directory of the store has its packages looked at once.
        var pools: [String: CheckedPackages] = [:]
        for suite in definition.suites {
            let root = PathText.parent(PathText.parent(try definition.suitePath(suite)))
            var options = APTVerifier.Options()
            options.codenames = [suite.codename]
            options.keys = context.keys.apt?.verifier
            options.now = context.time
            options.metadataOnly = isMetadataOnly
            options.isOwn = true
            options.findsOrphans = false
            options.modes = nil
            options.checked = checked(root + "/pool", &pools)
            options.threads = context.threads
            if let previous { options.previous = try SeenState(previous).releases(root, [suite.codename]) }
            report.faults += try APTVerifier(reader, root: root, options: options).verify().faults
            report.roots.append(root)
        }
        for repository in definition.repositories {
            let root = try definition.repositoryPath(repository)
            var options = YUMVerifier.Options(time: context.time)
            options.opensPackages = !isMetadataOnly
            options.isOwn = true
            options.sharesPackages = true
            options.modes = nil
            options.checked = checked(root + "/Packages", &pools)
            options.threads = context.threads
            options.servesOldClients = definition.servesYUM3
            options.previous = try previous.flatMap { seen throws(Failure) in try SeenState(seen).repomd(root) }
            report.faults += try YUMVerifier(
                reader, root: root, metadataKeys: context.keys.rpm?.verifier, packageKeys: context.keys.rpm?.verifier,
                options: options
            ).verify()
            report.roots.append(root)
        }
        try verifyClientFiles(&report)
        try verifyKeys(&report)
        try verifySnapshots(&report)
        try verifyInstallers(&report)
        try verifyPages(&report)
        try verifyUnknown(&report)
        try verifyModes(&report)
        if !isMetadataOnly { try verifyStore(&report) }
        return report
    }

    /// The packages of a directory that were looked at; the same for all names of it.
    private func checked(_ directory: String, _ pools: inout [String: CheckedPackages]) -> CheckedPackages? {
        guard let real = try? resolvedPath(PathText.join(reader.name, directory)) else { return nil }
        let packages = pools[real] ?? CheckedPackages()
        pools[real] = packages
        return packages
    }

    /// A small file of the site.
    ///
    /// - Returns: Its bytes; nil where it isn't there or can't be read, which is a fault then.
    func read(_ path: String, missing id: String, _ report: inout Report) throws(Failure) -> [UInt8]? {
        do throws(Failure) {
            if let bytes = try reader.read(path) { return bytes }
            report.faults.append(RepositoryFault(.error, id, path: path, "is not there"))
        } catch {
            report.faults.append(try RepositoryFault(error, "unreadable", path: path))
        }
        return nil
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
