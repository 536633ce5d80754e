import ByteIO
import CLinux
public import Diagnostics
import Glibc

/// An open file, closed when the value ends.
///
/// Every call retries EINTR; failures name the path that the file was opened by.
public struct FileDescriptor: ~Copyable, Sendable {
    /// The kernel's number.
    public let number: Int32
    /// The path it was opened by, for messages.
    public let path: String
    private let closes: Bool

    /// Takes over a descriptor that somebody else opened.
    ///
    /// - Parameters:
    ///   - number: The kernel's number.
    ///   - path: What to call it in messages.
    ///   - closing: Whether it is closed when the value ends.
    public init(adopting number: Int32, path: String, closing: Bool = true) {
        self.number = number
        self.path = path
        closes = closing
    }

    deinit {
        if closes { _ = close(number) }
    }

    /// Opens a file by path, following links; close-on-exec is always set.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - flags: How to open it.
    ///   - mode: The permission bits of a file that is created, before the umask.
    /// - Returns: The open file.
    /// - Throws: What open(2) reports.
    public static func open(
        _ path: String, _ flags: OpenFlags = .read, mode: UInt32 = 0o600
    ) throws(Failure) -> FileDescriptor {
        let number = try checked(flags.action, path) { cl_open(path, flags.rawValue | O_CLOEXEC, mode) }
        return FileDescriptor(adopting: number, path: path)
    }

    /// Reads at most `buffer.count` bytes from the current position.
    ///
    /// - Returns: The number of bytes; 0 at the end of the file.
    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
        try checked("read", path) { Glibc.read(number, buffer.baseAddress, buffer.count) }
    }

    /// Reads at most `count` bytes from the current position.
    ///
    /// - Returns: The bytes; none at the end of the file.
    public func read(upTo count: Int) throws(Failure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let got = try bytes.withMutableRawBytes { buffer throws(Failure) in
            try read(into: buffer)
        }
        bytes.removeLast(count - got)
        return bytes
    }

    /// Reads from the current position to the end.
    ///
    /// - Parameter limit: The most bytes to accept.
    /// - Returns: The bytes.
    /// - Throws: `.failed` when there are more, or what read(2) reports.
    public func readToEnd(limit: Int) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let more = try read(upTo: min(1 << 16, limit - bytes.count + 1))
            if more.isEmpty { return bytes }
            bytes += more
            guard bytes.count <= limit else {
                throw Failure(.failed, "\(PathText.display(path)) is larger than \(limit) bytes, the limit for it")
            }
        }
    }

    /// Fills `buffer` from `offset`, leaving the position alone.
    ///
    /// - Throws: `.integrity` when the file ends early, or what pread(2) reports.
    public func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws(Failure) {
        var done = 0
        while done < buffer.count {
            let got = try checked("read", path) {
                pread(
                    number, buffer.baseAddress?.advanced(by: done), buffer.count - done, off_t(offset) + off_t(done))
            }
            guard got > 0 else {
                throw Failure(
                    .integrity,
                    "\(PathText.display(path)) ends at byte \(offset + UInt64(done)), before the end of what it holds")
            }
            done += got
        }
    }

    /// Reads `count` bytes from `offset`.
    ///
    /// - Returns: Exactly `count` bytes.
    /// - Throws: `.integrity` when the file ends early.
    public func read(_ count: Int, at offset: UInt64) throws(Failure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        try bytes.withMutableRawBytes { buffer throws(Failure) in
            try read(at: offset, into: buffer)
        }
        return bytes
    }

    /// Writes all bytes at the current position.
    public func write(_ buffer: UnsafeRawBufferPointer) throws(Failure) {
        var done = 0
        while done < buffer.count {
            done += try checked("write", path) {
                Glibc.write(number, buffer.baseAddress?.advanced(by: done), buffer.count - done)
            }
        }
    }

    /// Writes all bytes at the current position.
    public func write(_ bytes: [UInt8]) throws(Failure) {
        try bytes.withRawBytes { buffer throws(Failure) in try write(buffer) }
    }

    /// Writes all bytes from `offset` on, leaving the position alone; pwrite(2).
    public func write(_ buffer: UnsafeRawBufferPointer, at offset: UInt64) throws(Failure) {
        var done = 0
        while done < buffer.count {
            done += try checked("write", path) {
                pwrite(
                    number, buffer.baseAddress?.advanced(by: done), buffer.count - done, off_t(offset) + off_t(done))
            }
        }
    }

    /// Makes everything on the file system that holds the file durable; syncfs(2), or sync(2) where that is kept away.
    public func syncFileSystem() throws(Failure) {
        do throws(Failure) {
            try checked("write", path) { cl_syncfs(number) }
        } catch {
            guard error.errorNumber == ENOSYS else { throw error }
            Glibc.sync()
        }
    }

    /// Writes a text as UTF-8 at the current position.
    public func write(_ text: String) throws(Failure) { try write(Array(text.utf8)) }

    /// Makes content and size durable; fsync(2).
    public func sync() throws(Failure) { try checked("write", path) { fsync(number) } }

    /// What the kernel says of the file; fstat(2).
    public func status() throws(Failure) -> FileStatus {
        var status = stat()
        try checked("look at", path) { fstat(number, &status) }
        return FileStatus(status)
    }

    /// Sets the permission bits; fchmod(2), so no umask applies.
    public func setMode(_ mode: UInt32) throws(Failure) {
        try checked("set the mode of", path) { fchmod(number, mode) }
    }

    /// Sets owner and group; fchown(2).
    public func setOwner(user: UInt32, group: UInt32) throws(Failure) {
        try checked("set the owner of", path) { fchown(number, user, group) }
    }

    /// Sets access and modification time to `seconds`; futimens(2).
    public func setTime(_ seconds: Int64) throws(Failure) {
        let times = [timespec(tv_sec: Int(seconds), tv_nsec: 0), timespec(tv_sec: Int(seconds), tv_nsec: 0)]
        try checked("set the time of", path) { futimens(number, times) }
    }

    /// Takes an exclusive lock on the file, or finds that somebody holds it; flock(2).
    ///
    /// The lock ends with the descriptor.
    ///
    /// - Parameter wait: Whether to wait for the holder.
    /// - Returns: Whether the lock is ours.
    public func lock(wait: Bool = false) throws(Failure) -> Bool {
        switch retrying({ flock(number, LOCK_EX | (wait ? 0 : LOCK_NB)) }) {
        case .success: return true
        case .failure(let error) where error.number == EWOULDBLOCK: return false
        case .failure(let error): throw Failure.system("lock", path, error.number)
        }
    }

    /// Gives the lock back, even while a child that was just forked still has the descriptor, too; flock(2).
    public func unlock() throws(Failure) { try checked("unlock", path) { flock(number, LOCK_UN) } }

    /// Moves the position; lseek(2).
    public func seek(to offset: UInt64) throws(Failure) {
        try checked("seek in", path) { lseek(number, off_t(offset), SEEK_SET) }
    }

    /// Sets the size; ftruncate(2).
    public func truncate(to size: UInt64) throws(Failure) {
        try checked("write", path) { ftruncate(number, off_t(size)) }
    }

    /// A second descriptor of the same open file; dup(2) with close-on-exec.
    ///
    /// - Returns: The copy, which shares the position.
    public func duplicate() throws(Failure) -> FileDescriptor {
        FileDescriptor(adopting: try duplicateNumber(), path: path)
    }

    /// The number of a second descriptor of the same open file, which the caller must close or adopt.
    ///
    /// - Returns: The kernel's number.
    public func duplicateNumber() throws(Failure) -> Int32 {
        try checked("open", path) { fcntl(number, F_DUPFD_CLOEXEC, 3) }
    }
}
