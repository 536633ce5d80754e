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

    /// Looks for them.
    ///
    /// - Parameters:
    ///   - reader: The place.
    ///   - codenames: Codenames to ask for where directories can't be listed.
    /// - Throws: `.usage` where there is neither an archive nor a repository.
    init(_ reader: any RepositoryReader, codenames: [String]?) throws(Failure) {
        try find(in: reader, "", 0)
        if archives.isEmpty, repositories.isEmpty { try probe(reader, codenames ?? []) }
        guard !archives.isEmpty || !repositories.isEmpty else {
            throw Failure(
                .usage, "\(PathText.display(reader.name)) has neither an APT archive nor a YUM repository",
                cause: "no dists with Release files, no repodata/repomd.xml",
                hints: ["Over HTTP, name the codenames of an APT archive with --codename."])
        }
    }

    /// Goes down some levels.
    private mutating func find(in reader: any RepositoryReader, _ path: String, _ depth: Int) throws(Failure) {
        guard depth <= Self.depthLimit, let entries = try reader.entries(path) else { return }
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
        if try reader.open("repodata/repomd.xml") != nil { repositories.append("") }
        for codename in codenames where archives.isEmpty {
            let release = try reader.open("dists/\(codename)/Release")
            let inRelease = try reader.open("dists/\(codename)/InRelease")
            if release != nil || inRelease != nil { archives.append("") }
        }
    }
}
