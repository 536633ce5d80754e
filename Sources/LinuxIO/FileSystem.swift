import CLinux
public import Diagnostics
import Glibc

/// Room and properties of a mounted file system; statvfs(3).
public struct FileSystem: Sendable, Equatable {
    /// Bytes that an ordinary user may still write.
    public var availableBytes: UInt64
    /// Inodes that may still be made; nil where the file system has no such limit.
    public var availableInodes: UInt64?
    /// Whether it is mounted read-only.
    public var isReadOnly: Bool
    /// Whether programs on it can't be executed.
    public var isNoExec: Bool
    /// The device's number, by which two paths are known to share the room.
    public var device: UInt64

    /// Looks at the file system that holds a path.
    ///
    /// - Parameter path: An existing path.
    public init(holding path: String) throws(Failure) {
        var room = statvfs()
        try checked("look at the file system of", path) { statvfs(path, &room) }
        availableBytes = UInt64(room.f_bavail) * UInt64(room.f_frsize)
        availableInodes = room.f_files == 0 ? nil : UInt64(room.f_favail)
        isReadOnly = room.f_flag & UInt(ST_RDONLY) != 0
        isNoExec = room.f_flag & 8 != 0  // ST_NOEXEC, which hides behind _GNU_SOURCE
        var status = stat()
        try checked("look at", path) { stat(path, &status) }
        device = UInt64(status.st_dev)
    }
}

/// What is at a path, following links; stat(2).
///
/// - Parameter path: Any path.
/// - Returns: The status, or nil when nothing is there or it can't be reached.
public func fileStatus(_ path: String) -> FileStatus? {
    var status = stat()
    return stat(path, &status) == 0 ? FileStatus(status) : nil
}

/// Reads a small file by path, following links.
///
/// - Parameters:
///   - path: The file.
///   - limit: The most bytes to accept.
/// - Returns: The bytes.
public func readFile(_ path: String, limit: Int = 1 << 20) throws(Failure) -> [UInt8] {
    try FileDescriptor.open(path).readToEnd(limit: limit)
}

/// Resolves every link of a path; realpath(3).
///
/// - Parameter path: An existing path.
/// - Returns: The absolute path without links.
public func resolvedPath(_ path: String) throws(Failure) -> String {
    guard let real = realpath(path, nil) else { throw Failure.system("find", path, errno) }
    defer { free(real) }
    return String(cString: real)
}
