/// How the stream that is a native package's payload, a tar or cpio archive, is cut into xz blocks.
///
/// The order of the bytes is the archive's, so other than in a `BlockLayout` nothing is moved and equal files occur as
/// often as the archive has them. A large file's content gets blocks of its own: those of the self-extracting
/// installer. What lies between (headers, padding, small files) shares blocks, which end where a `BlockLayout`'s do.
public struct StreamLayout: Sendable {
    /// The blocks, in the order of the stream.
    public private(set) var blocks: [PlannedBlock] = []
    private let limits: BlockLayout.Limits
    private var open: PlannedBlock?

    /// Starts a stream without bytes.
    ///
    /// - Parameter limits: Where blocks end.
    public init(limits: BlockLayout.Limits = BlockLayout.Limits()) { self.limits = limits }

    /// Appends what belongs to one path.
    ///
    /// - Parameters:
    ///   - parts: Header, content, padding.
    ///   - path: The path, by which a shared block may end early.
    public mutating func append(_ parts: [StreamPart], path: String) {
        for part in parts where part.count > 0 {
            switch part {
            case .shared(let segment):
                var block = open ?? PlannedBlock(isX86: false)
                block.append(segment)
                open = block
            case .own(let segment, let digest, let isX86):
                closeShared()
                blocks += BlockLayout.ownBlocks(of: segment, digest: digest, isX86: isX86, limits)
            }
        }
        let size = open?.size ?? 0
        let count = parts.reduce(0) { $0 + UInt64($1.count) }
        if size >= limits.sharedBlock || size >= limits.earlyEnd && BlockLayout.isBoundary(path, count, limits) {
            closeShared()
        }
    }

    /// Ends the stream.
    ///
    /// - Parameter bytes: What stands behind the last path.
    public mutating func finish(_ bytes: [UInt8]) {
        append([.shared(BlockSegment(bytes))], path: "")
        closeShared()
    }

    /// The number of bytes.
    public var size: UInt64 { blocks.reduce(0) { $0 + $1.size } }

    private mutating func closeShared() {
        if let open { blocks.append(open) }
        open = nil
    }
}
