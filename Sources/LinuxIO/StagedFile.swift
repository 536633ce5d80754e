import ByteIO
public import Diagnostics
import Glibc

/// A file written beside its target and renamed over it when it is whole.
///
/// Until `commit()` the target is untouched; a value that ends without it removes what was staged. Staging in the
/// target's own directory keeps the rename atomic and gives the file the label that SELinux has for the directory.
///
/// A killed process leaves what it staged. The name tells what it was to be, so the next one that stages for the same
/// target removes it, and so does `removeStaged`. A signal that ends the process removes contended files; see `Leftovers`.
public struct StagedFile: ~Copyable {
    private let directory: Directory
    private let target: String
    private let staging: String
    private let descriptor: FileDescriptor
    private var isCommitted = false

    /// Stages a replacement for `target`.
    ///
    /// - Parameters:
    ///   - directory: The directory that `target` is relative to.
    ///   - target: Components joined by `/`, reached without following links.
    ///   - mode: The permission bits of the new file, whatever the umask.
    ///   - isContended: Whether other processes may replace the same file meanwhile; each then stages under a name of its
    ///     own, locked so that others see that it lives. Otherwise the caller holds a lock that keeps them away.
    public init(
        replacing target: String, in directory: borrowing Directory, mode: UInt32, isContended: Bool = false
    ) throws(Failure) {
        let parent = PathText.parent(target)
        let name = PathText.lastComponent(target)
        let staging = Self.stagingName(name) + (isContended ? "-\(getpid())" : "")
        let holder = try directory.directory(parent == "." ? "" : parent)
        if isContended {
            holder.removeAbandoned(Self.stagingName(name) + "-")
            Leftovers.note(PathText.join(holder.path, staging))
        }
        try holder.removeFile(staging)
        var descriptor = try holder.file(staging, [.readWrite, .create, .exclusive], mode: mode & 0o700)
        if isContended, try !Self.isKept(descriptor, staging, in: holder) {
            descriptor = try holder.file(staging, [.readWrite, .create, .exclusive], mode: mode & 0o700)
        }
        if mode & 0o7777 != mode & 0o700 { try descriptor.setMode(mode) }
        self.directory = holder
        self.target = name
        self.staging = staging
        self.descriptor = descriptor
    }

    /// Stages a replacement for the file at a path whose parent is reached as usual, following links.
    ///
    /// - Parameters:
    ///   - path: The file to replace.
    ///   - mode: The permission bits of the new file, whatever the umask.
    public init(replacing path: String, mode: UInt32) throws(Failure) {
        let directory = try Directory.open(PathText.parent(path))
        try self.init(replacing: PathText.lastComponent(path), in: directory, mode: mode, isContended: true)
    }

    /// Locks a new file; another process may have taken it for abandoned just before, and removed it.
    private static func isKept(
        _ descriptor: borrowing FileDescriptor, _ name: String, in directory: borrowing Directory
    ) throws(Failure) -> Bool {
        // Where the file system has no locks, nobody removes it either.
        guard (try? descriptor.lock(wait: true)) != nil else { return true }
        return try directory.status(name) != nil
    }

    private static func stagingName(_ name: String) -> String { ".\(name).new" }

    /// Removes what a killed process staged for `target`, under the lock that it held.
    ///
    /// - Parameters:
    ///   - target: Components joined by `/`, reached without following links.
    ///   - directory: The directory that `target` is relative to.
    public static func removeStaged(for target: String, in directory: borrowing Directory) throws(Failure) {
        let name = stagingName(PathText.lastComponent(target))
        let parent = PathText.parent(target)
        let path = parent == "." ? name : parent + "/" + name
        // On a read-only file system even removing what isn't there fails.
        if try directory.status(path) != nil { try directory.removeFile(path) }
    }

    /// Appends bytes.
    public func write(_ bytes: [UInt8]) throws(Failure) { try descriptor.write(bytes) }

    /// Appends bytes.
    public func write(_ buffer: UnsafeRawBufferPointer) throws(Failure) { try descriptor.write(buffer) }

    /// Appends a text as UTF-8.
    public func write(_ text: String) throws(Failure) { try descriptor.write(text) }

    /// Reads back `count` bytes from `offset`, leaving the place where `write` appends alone.
    ///
    /// - Returns: Exactly `count` bytes.
    /// - Throws: `.integrity` when fewer were written.
    public func read(_ count: Int, at offset: UInt64) throws(Failure) -> [UInt8] {
        try descriptor.read(count, at: offset)
    }

    /// Replaces bytes from `offset` on, leaving the place where `write` appends alone.
    public func write(_ bytes: [UInt8], at offset: UInt64) throws(Failure) {
        try bytes.withRawBytes { buffer throws(Failure) in try descriptor.write(buffer, at: offset) }
    }

    /// Sets owner and group.
    public func setOwner(user: UInt32, group: UInt32) throws(Failure) {
        try descriptor.setOwner(user: user, group: group)
    }

    /// Sets the modification time.
    public func setTime(_ seconds: Int64) throws(Failure) { try descriptor.setTime(seconds) }

    /// Makes the content durable and puts it in the target's place; the old target stays whole until then.
    public consuming func commit() throws(Failure) {
        try descriptor.sync()
        try directory.rename(staging, to: target)
        isCommitted = true
        Leftovers.forget(PathText.join(directory.path, staging))
        try directory.sync()
    }

    deinit {
        guard !isCommitted else { return }
        _ = try? directory.removeFile(staging)
        Leftovers.forget(PathText.join(directory.path, staging))
    }
}
