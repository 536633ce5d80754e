public import Diagnostics
import Digests
public import IndexFiles
public import LinuxIO

/// The packages of a site: files that are written once and never change.
public struct PackageStore: ~Copyable {
    private let directory: Directory

    /// Opens the store of a site.
    public init(_ site: borrowing SiteDirectory) throws(Failure) {
        directory = try site.directory.directory(SiteDirectory.store)
    }

    /// A file.
    ///
    /// - Parameter path: Components joined by `/`.
    /// - Returns: Its bytes; nil when it isn't there.
    public func open(_ path: String) throws(Failure) -> ByteSource? {
        guard try status(path) != nil else { return nil }
        return try SharedFile(directory.file(path)).source()
    }

    /// What the system says of a file; nil when it or a directory above it isn't there.
    public func status(_ path: String) throws(Failure) -> FileStatus? {
        do throws(Failure) {
            return try directory.status(path)
        } catch {
            // A directory above it.
            guard error.errorNumber == 2 else { throw error }
            return nil
        }
    }

    /// Takes a file in.
    ///
    /// - Parameters:
    ///   - content: Its bytes.
    ///   - digest: What they must be.
    ///   - path: Where it goes.
    ///   - time: The modification time that web servers show, in seconds since 1970.
    /// - Returns: Whether it was written; false when the same file is there.
    /// - Throws: `.conflict` when there is a file with other bytes, `.integrity` when the bytes aren't those, or what
    ///   writing reports.
    @discardableResult
    public func add(
        _ content: ByteSource, digest: FileDigest, as path: String, time: Int64
    ) throws(Failure) -> Bool {
        if let there = try open(path) {
            guard there.size == digest.size, try Self.digest(of: there) == digest.sha256 else {
                throw Failure(
                    .conflict, "the store has \(PathText.display(path)) with other bytes",
                    cause: "a generation of the site may still offer it",
                    hints: [
                        "Build the package with a higher --release.",
                        "Or remove what no generation offers with: agentpack repo prune",
                    ])
            }
            return false
        }
        try directory.makeDirectories(PathText.parent(path))
        let file = try StagedFile(replacing: path, in: directory, mode: 0o644)
        let found = SHA256()
        try content.forEachPiece { piece throws(Failure) in
            found.update(piece)
            try file.write(piece)
        }
        guard content.size == digest.size, found.finish() == digest.sha256 else {
            throw Failure(.integrity, "\(content.name) was changed while it was read")
        }
        try file.setTime(time)
        try file.commit()
        return true
    }

    /// Removes a file, and the directories above it that are empty then.
    public func remove(_ path: String) throws(Failure) {
        try directory.removeFile(path)
        var parent = PathText.parent(path)
        while parent != ".", (try? directory.removeDirectory(parent)) == true { parent = PathText.parent(parent) }
    }

    /// All files below a directory, sorted.
    ///
    /// - Parameter path: The directory; it may be missing.
    /// - Returns: Paths relative to the store; unfinished files, which begin with a dot, among them.
    public func files(below path: String) throws(Failure) -> [String] {
        guard try status(path)?.kind == .directory else { return [] }
        var files: [String] = []
        for name in try directory.directory(path).names() {
            let below = path + "/" + name
            if try directory.status(below)?.kind == .directory {
                files += try self.files(below: below)
            } else {
                files.append(below)
            }
        }
        return files
    }

    private static func digest(of source: ByteSource) throws(Failure) -> SHA256Digest {
        let digest = SHA256()
        try source.forEachPiece { piece throws(Failure) in digest.update(piece) }
        return digest.finish()
    }
}
