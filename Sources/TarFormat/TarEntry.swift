/// What a tar archive says of one path.
public struct TarEntry: Sendable, Equatable {
    /// What is at a path.
    public enum Content: Sendable, Equatable {
        /// A directory.
        case directory
        /// A regular file with that many bytes.
        case file(size: UInt64)
        /// A symbolic link and what it says.
        case link(target: String)
        /// One more name of a file that came before, by the path that the archive gave it then.
        case hardLink(target: String)
        /// A character device.
        case characterDevice(major: UInt32, minor: UInt32)
        /// A block device.
        case blockDevice(major: UInt32, minor: UInt32)
        /// A named pipe.
        case pipe
    }

    /// The path as the archive spells it, `./opt/my-agent/lib`.
    public var path: String
    /// What is there.
    public var content: Content
    /// The permission bits, with set-user-ID, set-group-ID and sticky.
    public var mode: UInt32
    /// The owner's number, for a machine without the name.
    public var user: UInt32 = 0
    /// The group's number, for a machine without the name.
    public var group: UInt32 = 0
    /// The owner's name.
    public var userName = "root"
    /// The group's name.
    public var groupName = "root"
    /// The modification time, in seconds since 1970.
    public var time: Int64

    /// Describes a path.
    public init(path: String, content: Content, mode: UInt32, time: Int64) {
        self.path = path
        self.content = content
        self.mode = mode
        self.time = time
    }
}
