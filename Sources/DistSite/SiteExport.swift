import APTRepository
import Artifacts
public import Diagnostics
import Digests
public import LinuxIO
import RepositoryFiles
import SiteDefinition
import TarFormat
import YUMRepository

/// Writes a part of a site as a tar archive, with the original signatures: for places without a network.
///
/// Metadata is taken whole, because only that is signed; packages are those that are asked for. A client that installs
/// another one finds it missing.
public struct SiteExport {
    /// What to take.
    public struct Selection: Sendable {
        /// Codenames; nil for all.
        public var codenames: [String]?
        /// Architectures, in Debian's or rpm's terms, each for both; nil for all.
        public var architectures: [String]?
        /// How many of the newest versions of each package; nil for all.
        public var versions: Int?
        /// The channel.
        public var channel: String

        /// Selects everything of a channel.
        public init(channel: String) { self.channel = channel }
    }

    private let state: SiteState
    private let selection: Selection
    /// The architectures in both formats' terms; nil for all.
    private let architectures: Set<String>?

    /// Prepares an export.
    ///
    /// - Parameters:
    ///   - path: The site's directory.
    ///   - context: What it is to be.
    ///   - selection: What to take.
    /// - Throws: `.usage` for what the site doesn't have.
    public init(_ path: String, context: SiteContext, _ selection: Selection) throws(Failure) {
        state = try SiteState(path, context: context)
        self.selection = selection
        guard state.reader != nil else { throw SiteState.nothing(in: path) }
        let definition = context.definition
        _ = try definition.requiredChannel(selection.channel)
        let codenames = definition.apt?.distributions.map(\.codename) ?? []
        for name in selection.codenames ?? [] where !codenames.contains(name) {
            throw Failure(
                .usage, "the site has no codename \(PathText.display(name))",
                hints: Suggestion.hints(for: name, among: codenames))
        }
        guard let chosen = selection.architectures else {
            architectures = nil
            return
        }
        let debian = definition.apt?.distributions.flatMap(\.architectures) ?? []
        let rpm = definition.yum?.architectures ?? []
        var architectures: Set<String> = []
        for name in chosen {
            let found = (debian + rpm).filter { $0 == name || debianArchitecture($0) == debianArchitecture(name) }
            guard !found.isEmpty else {
                throw Failure(
                    .usage, "the site has no architecture \(PathText.display(name))",
                    hints: Suggestion.hints(for: name, among: Set(debian + rpm).sorted()))
            }
            architectures.formUnion(found)
        }
        self.architectures = architectures
    }

    /// The paths below the site's URL, sorted.
    ///
    /// - Throws: `.usage` for a selection of nothing, `.integrity` for a site that its keys don't vouch for.
    public func paths() throws(Failure) -> [String] {
        var paths: Set<String> = []
        let definition = state.context.definition
        for suite in definition.suites where suite.channel == selection.channel {
            guard selection.codenames?.contains(suite.codename) ?? true else { continue }
            guard let release = try state.release(suite)?.release else { continue }
            let directory = try definition.suitePath(suite)
            for name in ["InRelease", "Release", "Release.gpg"] { paths.insert("\(directory)/\(name)") }
            for file in release.files where isWanted(index: file.path) {
                paths.insert("\(directory)/\(file.path)")
                if let digest = file.sha256?.hex {
                    paths.insert("\(directory)/\(PathText.parent(file.path))/by-hash/SHA256/\(digest)")
                }
            }
        }
        for repository in definition.repositories where repository.channel == selection.channel {
            guard isWanted(architecture: repository.architecture), selection.codenames == nil,
                let repomd = try state.repomd(repository)?.repomd
            else { continue }
            let directory = try definition.repositoryPath(repository)
            for name in [RepositoryFileNames.index, RepositoryFileNames.signature, RepositoryFileNames.key] {
                paths.insert("\(directory)/\(name)")
            }
            paths.insert("\(directory)/media.1/media")
            for entry in repomd.data { paths.insert("\(directory)/\(entry.location)") }
        }
        guard !paths.isEmpty else {
            throw Failure(.usage, "the selection is empty", hints: ["See what there is with: agentpack repo list"])
        }
        if let path = definition.aptKeyPath { paths.insert(path) }
        for key in definition.keys.rpm?.published ?? [] { paths.insert(definition.rpmKeyPath(key)) }
        for path in definition.keys.rpm?.retired.map(definition.rpmKeyPath) ?? []
        where try state.reader?.open(path) != nil {
            paths.insert(path)
        }
        for item in try packages() { paths.insert(item.path) }
        return paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The packages that are wanted.
    private func packages() throws(Failure) -> [PublishedItem] {
        let items = try state.items(PackageQuery(), channels: [selection.channel]).filter { item in
            guard item.format != "bin" else { return false }
            let isPlace =
                item.format == "rpm" ? selection.codenames == nil : selection.codenames?.contains(item.place) ?? true
            return isPlace && isWanted(architecture: YUMArchitecture.base(of: item.architecture))
        }
        guard let count = selection.versions else { return items }
        // Items of one package in one place stand together, oldest first.
        var versions: [String: [String]] = [:]
        for item in items where versions[item.group]?.last != item.version {
            versions[item.group, default: []].append(item.version)
        }
        return items.filter { versions[$0.group]?.suffix(count).contains($0.version) ?? false }
    }

    private func isWanted(index path: String) -> Bool {
        guard let architectures else { return true }
        return architectures.contains { path.contains("/binary-\($0)/") || path.contains("/Contents-\($0)") }
    }

    private func isWanted(architecture: String) -> Bool {
        guard let architectures else { return true }
        return ["all", "noarch"].contains(architecture) || architectures.contains(architecture)
    }

    /// Writes the archive: files of root, 0644, with the time of their signatures.
    ///
    /// - Parameter file: Where to.
    /// - Returns: How many files are in it.
    /// - Throws: What reading and writing throws.
    @discardableResult
    public func write(to file: borrowing StagedFile) throws(Failure) -> Int {
        let paths = try paths()
        let time = try lastSigned()
        for path in paths {
            guard let source = try state.reader?.open(path) else {
                throw Failure(.integrity, "\(path) is not there")
            }
            let entry = TarEntry(
                path: path, content: .file(size: source.size), mode: 0o644, time: time)
            try file.write(try entry.header())
            try source.forEachPiece { piece throws(Failure) in try file.write(piece) }
            try file.write([UInt8](repeating: 0, count: Tar.padding(after: source.size)))
        }
        try file.write(Tar.end)
        return paths.count
    }

    /// When something of the channel was signed last, in seconds since 1970: the same site makes the same archive.
    private func lastSigned() throws(Failure) -> Int64 {
        var newest: Int64 = 0
        for suite in state.context.definition.suites where suite.channel == selection.channel {
            newest = max(newest, try state.release(suite)?.release.date ?? 0)
        }
        for repository in state.context.definition.repositories where repository.channel == selection.channel {
            newest = max(newest, try state.repomd(repository)?.repomd.revision.flatMap { Int64($0) } ?? 0)
        }
        return newest
    }
}

extension PublishedItem {
    /// What its versions are compared within.
    fileprivate var group: String { "\(format) \(place) \(name) \(architecture)" }
}
