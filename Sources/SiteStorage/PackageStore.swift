public import Diagnostics
import Digests
public import IndexFiles
public import LinuxIO

/// The packages of a site: files that are written once and never change.
public struct PackageStore: ~Copyable {
    /// What names of unfinished files begin with; they lie at the top, where one look finds all of them.
    private static let unfinished = ".new-"

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
        // A name of its own: a publisher that lost its lease must not move what another one writes.
        let name = Self.unfinished + (try System.randomBytes(8).map { String($0, radix: 16) }.joined())
        do throws(Failure) {
            try write(content, digest: digest, to: name, time: time)
            let parent = PathText.parent(path)
            try makeDirectory(parent)
            try directory.rename(name, to: path)
            try sync(parent)
        } catch {
            // The room that it takes may be what is missing.
            _ = try? directory.removeFile(name)
            throw error
        }
        return true
    }

    private func write(
        _ content: ByteSource, digest: FileDigest, to name: String, time: Int64
    ) throws(Failure) {
        let file = try directory.file(name, [.readWrite, .create, .exclusive], mode: 0o644)
        if try file.status().mode != 0o644 { try file.setMode(0o644) }
        let found = SHA256()
        try content.forEachPiece { piece throws(Failure) in
            found.update(piece)
            try file.write(piece)
        }
        guard content.size == digest.size, found.finish() == digest.sha256 else {
            throw Failure(.integrity, "\(content.name) was changed while it was read")
        }
        try file.setTime(time)
        try file.sync()
    }

    private func makeDirectory(_ path: String) throws(Failure) {
        guard path != "." else { return }
        let parent = PathText.parent(path)
        try makeDirectory(parent)
        if try directory.makeServedDirectory(path) { try sync(parent) }
    }

    private func sync(_ path: String) throws(Failure) { try directory.directory(path == "." ? "" : path).sync() }

    /// Removes files that a killed publisher didn't finish.
    func removeUnfinished() throws(Failure) {
        for name in try directory.names() where name.hasPrefix(Self.unfinished) { try directory.removeFile(name) }
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
    /// - Returns: Paths relative to the store.
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
