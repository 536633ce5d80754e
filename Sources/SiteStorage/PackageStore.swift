public import Diagnostics
public import LinuxIO

/// The packages of a site: files that are written once and never change.
public struct PackageStore: ~Copyable {
    /// What names of unfinished files begin with; they lie at the top, where one look finds all of them.
    static let unfinished = ".new-"

    let directory: Directory

    /// Opens the store of a site.
    public init(_ site: borrowing SiteDirectory) throws(Failure) {
        directory = try site.directory.directory(SiteDirectory.store)
    }

    /// A file.
    ///
    /// - Parameter path: Components joined by `/`.
    /// - Returns: Its bytes; nil when it isn't there.
    public func open(_ path: String) throws(Failure) -> ByteSource? { try Self.open(path, in: directory) }

    static func open(_ path: String, in directory: borrowing Directory) throws(Failure) -> ByteSource? {
        guard try status(path, in: directory) != nil else { return nil }
        return try SharedFile(directory.file(path)).source()
    }

    /// What the system says of a file; nil when it or a directory above it isn't there.
    public func status(_ path: String) throws(Failure) -> FileStatus? { try Self.status(path, in: directory) }

    private static func status(_ path: String, in directory: borrowing Directory) throws(Failure) -> FileStatus? {
        do throws(Failure) {
            return try directory.status(path)
        } catch {
            // A directory above it.
            guard error.errorNumber == 2 else { throw error }
            return nil
        }
    }

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
}
