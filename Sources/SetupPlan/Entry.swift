public import Digests

/// One path below the version's directory; in a native package, below the product's.
public struct Entry: Sendable, Equatable {
    /// What is at the path.
    public enum Content: Sendable, Equatable {
        /// A directory.
        case directory
        /// A regular file: its bytes start at `offset` in the plain bytes of block `block` and may run on through the
        /// blocks that follow; an empty file names block 0 and offset 0, as every file of a native package does.
        case file(size: UInt64, digest: SHA256Digest, block: Int, offset: UInt64)
        /// A symbolic link and what it says.
        case link(target: String)
    }

    /// The path below the version's directory: components joined by `/`, no `.` or `..`.
    public var path: String
    /// What is there.
    public var content: Content
    /// The permission bits, with set-user-ID, set-group-ID and sticky; links have 0o777.
    public var mode: UInt32
    /// The owner's name.
    public var owner: String
    /// The group's name.
    public var group: String
    /// Whether an administrator may change the file, and dpkg and rpm keep that: in a native package's plan alone.
    public var isConfiguration = false

    /// Makes an entry.
    public init(path: String, content: Content, mode: UInt32, owner: String = "root", group: String = "root") {
        self.path = path
        self.content = content
        self.mode = mode
        self.owner = owner
        self.group = group
    }
}

/// One xz block of the payload.
public struct Block: Sendable, Equatable {
    /// Bytes in the file: the xz block with its header, padding and check.
    public var storedSize: UInt64
    /// Bytes when decompressed.
    public var contentSize: UInt64
    /// SHA-256 of the stored bytes.
    public var digest: SHA256Digest

    /// Makes a block's record.
    public init(storedSize: UInt64, contentSize: UInt64, digest: SHA256Digest) {
        self.storedSize = storedSize
        self.contentSize = contentSize
        self.digest = digest
    }
}
