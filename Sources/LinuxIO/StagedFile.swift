public import Diagnostics
import Glibc

/// A file written beside its target and renamed over it when it is whole.
///
/// Until `commit()` the target is untouched; a value that ends without it removes what was staged. Staging in the
/// target's own directory keeps the rename atomic and gives the file the label that SELinux has for the directory.
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
    public init(replacing target: String, in directory: borrowing Directory, mode: UInt32) throws(Failure) {
        let parent = PathText.parent(target)
        let name = PathText.lastComponent(target)
        let staging = ".\(name).new-\(getpid())"
        let holder = try directory.directory(parent == "." ? "" : parent)
        try holder.removeFile(staging)
        let descriptor = try holder.file(staging, [.readWrite, .create, .exclusive], mode: mode & 0o700)
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
        try self.init(replacing: PathText.lastComponent(path), in: directory, mode: mode)
    }

    /// Appends bytes.
    public func write(_ bytes: [UInt8]) throws(Failure) { try descriptor.write(bytes) }

    /// Appends bytes.
    public func write(_ buffer: UnsafeRawBufferPointer) throws(Failure) { try descriptor.write(buffer) }

    /// Appends a text as UTF-8.
    public func write(_ text: String) throws(Failure) { try descriptor.write(text) }

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
        try directory.sync()
    }

    deinit {
        if !isCommitted { _ = try? directory.removeFile(staging) }
    }
}
