import CLinux
import Glibc

/// What stat(2) says of a file.
public struct FileStatus: Sendable, Equatable {
    /// What kind of file it is.
    public enum Kind: Sendable, Equatable {
        /// A regular file.
        case file
        /// A directory.
        case directory
        /// A symbolic link.
        case link
        /// A named pipe.
        case fifo
        /// A socket.
        case socket
        /// A character device.
        case characterDevice
        /// A block device.
        case blockDevice
        /// Something newer than this list.
        case other

        /// The kind in words.
        public var words: String {
            switch self {
            case .file: "a regular file"
            case .directory: "a directory"
            case .link: "a symbolic link"
            case .fifo: "a named pipe"
            case .socket: "a socket"
            case .characterDevice: "a character device"
            case .blockDevice: "a block device"
            case .other: "an unknown kind of file"
            }
        }
    }

    /// What kind of file it is.
    public var kind: Kind
    /// The lower twelve bits of the mode.
    public var mode: UInt32
    /// The owner's number.
    public var user: UInt32
    /// The group's number.
    public var group: UInt32
    /// The size in bytes.
    public var size: UInt64
    /// The number of hard links.
    public var links: UInt64
    /// The inode's number, unique on `device`.
    public var inode: UInt64
    /// The device that holds it.
    public var device: UInt64
    /// The device's own number, where the file is a device.
    public var deviceNumber: UInt64
    /// The time of the last change of content, in seconds and nanoseconds since 1970.
    public var modified: Timestamp
    /// The time of the last change of content or metadata.
    public var changed: Timestamp

    /// Whether somebody other than the owner may write it.
    public var isWritableByOthers: Bool { mode & 0o022 != 0 }

    /// Whether two statuses are of the same file.
    ///
    /// - Parameter other: Another status.
    /// - Returns: Whether device and inode agree.
    public func isSameFile(as other: FileStatus) -> Bool { device == other.device && inode == other.inode }

    init(_ status: stat) {
        switch status.st_mode & S_IFMT {
        case S_IFREG: kind = .file
        case S_IFDIR: kind = .directory
        case S_IFLNK: kind = .link
        case S_IFIFO: kind = .fifo
        case S_IFSOCK: kind = .socket
        case S_IFCHR: kind = .characterDevice
        case S_IFBLK: kind = .blockDevice
        default: kind = .other
        }
        mode = status.st_mode & 0o7777
        user = status.st_uid
        group = status.st_gid
        size = UInt64(clamping: status.st_size)
        links = UInt64(status.st_nlink)
        inode = UInt64(status.st_ino)
        device = UInt64(status.st_dev)
        deviceNumber = UInt64(status.st_rdev)
        modified = Timestamp(seconds: Int64(status.st_mtim.tv_sec), nanoseconds: Int64(status.st_mtim.tv_nsec))
        changed = Timestamp(seconds: Int64(status.st_ctim.tv_sec), nanoseconds: Int64(status.st_ctim.tv_nsec))
    }
}

/// A point in time as the kernel counts it.
public struct Timestamp: Sendable, Equatable {
    /// Seconds since 1970-01-01T00:00:00Z.
    public var seconds: Int64
    /// Nanoseconds above them.
    public var nanoseconds: Int64

    /// Makes a time.
    public init(seconds: Int64, nanoseconds: Int64 = 0) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }
}
