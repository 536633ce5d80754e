import Diagnostics
import LinuxIO
import RepositoryFiles

/// The APT archives and YUM repositories of a place, whoever made them.
struct RepositoryPlaces {
    private static let depthLimit = 4

    /// The directories that have `dists`; nothing for the top.
    private(set) var archives: [String] = []
    /// The directories that have `repodata`; nothing for the top.
    private(set) var repositories: [String] = []
    /// What couldn't be looked into.
    private(set) var faults: [RepositoryFault] = []

    private var isEmpty: Bool { archives.isEmpty && repositories.isEmpty }

    /// Looks for them.
    ///
    /// - Parameters:
    ///   - reader: The place.
    ///   - codenames: Codenames to ask for where directories can't be listed.
    /// - Throws: `.usage` where there is neither an archive nor a repository, nor anything that can't be looked into.
    init(_ reader: any RepositoryReader, codenames: [String]?) throws(Failure) {
        try find(in: reader, "", 0)
        if isEmpty { try probe(reader, codenames ?? []) }
        guard !isEmpty || !faults.isEmpty else {
            throw Failure(
                .usage, "\(PathText.display(reader.name)) has neither an APT archive nor a YUM repository",
                cause: "no dists with Release files, no repodata/repomd.xml",
                hints: ["Over HTTP, name the codenames of an APT archive with --codename."])
        }
    }

    /// Goes down some levels.
    private mutating func find(in reader: any RepositoryReader, _ path: String, _ depth: Int) throws(Failure) {
        guard depth <= Self.depthLimit else { return }
        let entries: [RepositoryEntry]
        do throws(Failure) {
            entries = try reader.entries(path) ?? []
        } catch {
            faults.append(try RepositoryFault(error, "unreadable", path: path))
            return
        }
        let names = Set(entries.filter(\.isDirectory).map(\.name))
        if names.contains("dists") { archives.append(path) }
        if names.contains("repodata") { repositories.append(path) }
        if names.contains("dists") || names.contains("repodata") { return }
        for entry in entries where entry.isDirectory && !entry.name.hasPrefix(".") {
            try find(in: reader, path.isEmpty ? entry.name : "\(path)/\(entry.name)", depth + 1)
        }
    }

    /// Asks for the files that clients ask for, where directories can't be listed.
    private mutating func probe(_ reader: any RepositoryReader, _ codenames: [String]) throws(Failure) {
        for codename in codenames where archives.isEmpty {
            for name in ["InRelease", "Release"] where archives.isEmpty {
                if try isThere("dists/\(codename)/\(name)", reader) { archives.append("") }
            }
        }
        // Who names codenames means the archive.
        if archives.isEmpty, try isThere("repodata/repomd.xml", reader) { repositories.append("") }
        // Servers answer otherwise than 404 for what isn't there; what was found tells of its own faults.
        if !isEmpty { faults = [] }
    }

    private mutating func isThere(_ path: String, _ reader: any RepositoryReader) throws(Failure) -> Bool {
        do throws(Failure) {
            return try reader.open(path) != nil
        } catch {
            faults.append(try RepositoryFault(error, "unreadable", path: path))
            return false
        }
    }
}
