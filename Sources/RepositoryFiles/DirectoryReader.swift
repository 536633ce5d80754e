public import Diagnostics
public import LinuxIO

/// A repository in a directory.
///
/// Links within it are followed; one that leads out of it is an error.
public struct DirectoryReader: RepositoryReader {
    /// The directory, without links.
    public let name: String
    /// Whether it is a site that agentpack made, or a part of one, and no copy.
    public private(set) var isSite = false
    private let top: String

    /// Takes a directory.
    ///
    /// - Parameters:
    ///   - path: The directory; a link is followed once, so a site that is published meanwhile stays the same.
    ///   - boundary: The directory that links must not leave; nil for `path` itself.
    /// - Throws: `.usage` when it is no directory.
    public init(_ path: String, boundary: String? = nil) throws(Failure) {
        guard fileStatus(path)?.kind == .directory else {
            throw Failure(.usage, "\(PathText.display(path)) is no directory")
        }
        name = try resolvedPath(path)
        top = try boundary.map { path throws(Failure) in try resolvedPath(path) } ?? name
    }

    /// Takes a directory, and for one of a site that agentpack made the site as boundary: its links lead to the store.
    ///
    /// - Parameter path: The site, its `public`, a generation, something below these, or any other directory.
    /// - Throws: `.usage` when it is no directory.
    public static func place(_ path: String) throws(Failure) -> DirectoryReader {
        if isSite(path), fileStatus(PathText.join(path, "public"))?.kind == .directory {
            return try site(PathText.join(path, "public"), of: path)
        }
        let reader = try DirectoryReader(path)
        var parent = PathText.parent(reader.name)
        while parent != "/" {
            if PathText.lastComponent(parent) == "generations", isSite(PathText.parent(parent)) {
                return try site(reader.name, of: PathText.parent(parent))
            }
            parent = PathText.parent(parent)
        }
        return reader
    }

    private static func isSite(_ path: String) -> Bool {
        ["store", "generations"].allSatisfy { fileStatus(PathText.join(path, $0))?.kind == .directory }
    }

    private static func site(_ path: String, of site: String) throws(Failure) -> DirectoryReader {
        var reader = try DirectoryReader(path, boundary: site)
        reader.isSite = true
        return reader
    }

    /// Opens a file.
    public func open(_ path: String) throws(Failure) -> ByteSource? {
        guard let real = try resolved(path) else { return nil }
        let file = try SharedFile(path: real)
        guard try file.status().kind == .file else {
            throw Failure(.integrity, "\(PathText.display(path)) in \(PathText.display(name)) is no file")
        }
        return try file.source()
    }

    /// The names in a directory.
    public func entries(_ path: String) throws(Failure) -> [RepositoryEntry]? {
        guard let real = path.isEmpty ? name : try resolved(path), fileStatus(real)?.kind == .directory else {
            return nil
        }
        var entries: [RepositoryEntry] = []
        let directory = try Directory.open(real)
        for entry in try directory.names() {
            guard let own = try directory.status(entry) else { continue }
            // A link that leads nowhere is a name, too.
            let status = own.kind == .link ? fileStatus(PathText.join(real, entry)) : own
            entries.append(
                RepositoryEntry(
                    name: entry, isDirectory: status?.kind == .directory, isLink: own.kind == .link,
                    size: status?.size ?? 0, mode: status?.mode))
        }
        return entries
    }

    /// The path without links; nil when nothing is there.
    private func resolved(_ path: String) throws(Failure) -> String? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard !parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }), !path.utf8.contains(0) else {
            throw Failure(.integrity, "\(PathText.display(path)) is not a plain relative path")
        }
        let full = PathText.join(name, path)
        guard fileStatus(full) != nil else { return nil }
        let real = try resolvedPath(full)
        guard real.utf8.starts(with: (top + "/").utf8) else {
            throw Failure(.integrity, "\(PathText.display(full)) leads out of \(PathText.display(top))")
        }
        return real
    }
}
