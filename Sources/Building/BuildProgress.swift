public import Planning

/// How far a build is.
public enum BuildProgress: Sendable {
    /// The source tree is being read.
    case planning(PlanningProgress)
    /// Blocks are being made and written.
    case packing(PackingProgress)
}

/// How much of the content has been written.
public struct PackingProgress: Sendable, Equatable {
    /// Bytes of content in the blocks written so far.
    public var bytes: UInt64 = 0
    /// Bytes of content in all blocks.
    public var totalBytes: UInt64
    /// Blocks written so far.
    public var blocks = 0
    /// Those among them that came from the cache.
    public var cachedBlocks = 0
    /// All blocks.
    public var totalBlocks: Int
}
