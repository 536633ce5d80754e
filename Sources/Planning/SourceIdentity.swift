public import LinuxIO

/// What tells that a source file is still the one that was planned.
///
/// Content is read twice, for its digest and for compression; between the two a build may go on writing into the tree.
/// Whoever reads compares before and after.
public struct SourceIdentity: Sendable, Equatable {
    /// The device that holds the file.
    public var device: UInt64
    /// The file's number on it.
    public var inode: UInt64
    /// The number of bytes.
    public var size: UInt64
    /// The time of the last change of content.
    public var modified: Timestamp
    /// The time of the last change of content or metadata.
    public var changed: Timestamp

    /// Takes what is compared from a status.
    ///
    /// - Parameter status: The file's status.
    public init(_ status: FileStatus) {
        device = status.device
        inode = status.inode
        size = status.size
        modified = status.modified
        changed = status.changed
    }
}
