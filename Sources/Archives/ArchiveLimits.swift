/// What an archive may expand to, so that a small hostile file can't fill a disk.
public struct ArchiveLimits: Sendable, Equatable {
    /// The most bytes that all members and headers together may hold after decompression.
    public var bytes: UInt64
    /// The most members.
    public var members: Int

    /// Makes limits; the default is far above any agent or runtime: 32 GiB and a million members.
    public init(bytes: UInt64 = 32 << 30, members: Int = 1_000_000) {
        self.bytes = bytes
        self.members = members
    }
}
