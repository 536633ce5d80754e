import Digests

/// How the content of a plan is cut into blocks that are compressed apart.
///
/// Files are taken in path order, each content once (equal digests share a place). A file of `largeFile` bytes or more
/// gets blocks of its own, so that it compresses to the same bytes in every format and every release; smaller ones
/// share blocks, x86 executables apart from the rest because they take another filter chain. A shared block ends
/// when it is full, and before that at boundaries which depend on a file's path and size alone: one changed file then
/// leaves the other blocks of the next release as they were. See Documentation/plan.md.
public struct BlockLayout: Sendable {
    /// The sizes that decide where blocks end, in bytes.
    public struct Limits: Sendable {
        /// From this size on a file gets blocks of its own.
        public var largeFile: UInt64 = 256 << 10
        /// The most bytes in a block of a large file; a multiple of `alignment`.
        public var maximumBlock: UInt64 = 20 << 20
        /// A shared block with that many bytes ends.
        public var sharedBlock: UInt64 = 4 << 20
        /// A shared block with that many bytes ends after a file that is a boundary.
        public var earlyEnd: UInt64 = 512 << 10
        /// The bytes from one boundary to the next, on average.
        public var boundarySpacing: UInt64 = 1 << 20
        /// The parts of a large file are multiples of this, the last one excepted.
        public var alignment: UInt64 = 4096

        /// The limits that builds use.
        public init() {}
    }

    /// The blocks, in the order of the payload.
    public private(set) var blocks: [PlannedBlock] = []
    private var placements: [SHA256Digest: BlockPlacement] = [:]

    /// Lays out the files of a plan.
    ///
    /// - Parameters:
    ///   - entries: The plan's entries, sorted by path.
    ///   - x86Filter: Whether x86 executables take a filter chain of their own.
    ///   - limits: Where blocks end.
    public init(_ entries: [PlannedEntry], x86Filter: Bool, limits: Limits = Limits()) {
        var open = OpenBlocks()
        for entry in entries {
            guard case .file(let file) = entry.content, file.size > 0, placements[file.digest] == nil else { continue }
            let isX86 = x86Filter && file.isX86ELF
            if file.size >= limits.largeFile {
                placements[file.digest] = BlockPlacement(block: blocks.count, offset: 0)
                let whole = BlockSegment(of: file.source, offset: 0, count: Int(file.size))
                blocks += Self.ownBlocks(of: whole, digest: file.digest, isX86: isX86, limits)
            } else {
                placements[file.digest] = share(file, isX86, &open)
                let size = blocks[open[isX86] ?? 0].size
                if size >= limits.sharedBlock
                    || size >= limits.earlyEnd && Self.isBoundary(entry.path, file.size, limits)
                {
                    open[isX86] = nil
                }
            }
        }
    }

    /// Where a file's bytes start; block 0 and offset 0 for an empty file.
    ///
    /// - Parameter file: A file of the plan that was laid out.
    /// - Returns: The place, or nil for a file of another plan.
    public func placement(of file: PlannedFile) -> BlockPlacement? {
        file.size == 0 ? BlockPlacement(block: 0, offset: 0) : placements[file.digest]
    }

    /// The indexes of the shared blocks that still take files, by filter chain.
    private struct OpenBlocks {
        private var x86: Int?
        private var plain: Int?

        subscript(isX86: Bool) -> Int? {
            get { isX86 ? x86 : plain }
            set { if isX86 { x86 = newValue } else { plain = newValue } }
        }
    }

    private mutating func share(_ file: PlannedFile, _ isX86: Bool, _ open: inout OpenBlocks) -> BlockPlacement {
        let index = open[isX86] ?? blocks.count
        if index == blocks.count { blocks.append(PlannedBlock(isX86: isX86)) }
        open[isX86] = index
        let offset = blocks[index].size
        blocks[index].append(BlockSegment(of: file.source, offset: 0, count: Int(file.size)))
        return BlockPlacement(block: index, offset: offset)
    }

    /// Cuts a large file into equal parts, each but the last a multiple of the alignment.
    static func ownBlocks(
        of file: BlockSegment, digest: SHA256Digest, isX86: Bool, _ limits: Limits
    ) -> [PlannedBlock] {
        let size = UInt64(file.count)
        let parts = (size + limits.maximumBlock - 1) / limits.maximumBlock
        let even = (size + parts - 1) / parts
        let part = (even + limits.alignment - 1) / limits.alignment * limits.alignment
        return stride(from: 0, to: size, by: Int(part)).map { offset in
            var segment = file
            segment.offset += offset
            segment.count = Int(min(part, size - offset))
            let identity = BlockIdentity(file: digest, offset: segment.offset, count: segment.count, isX86: isX86)
            var block = PlannedBlock(isX86: isX86, identity: identity)
            block.append(segment)
            return block
        }
    }

    /// Whether a shared block may end early after a file: as likely as the file is large, by a hash of its path.
    static func isBoundary(_ path: String, _ size: UInt64, _ limits: Limits) -> Bool {
        // FNV-1a, then MurmurHash3's finalizer, which spreads the last letters over the upper bits.
        var hash = path.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        hash = (hash ^ hash >> 33) &* 0xFF51_AFD7_ED55_8CCD
        hash = (hash ^ hash >> 33) &* 0xC4CE_B9FE_1A85_EC53
        hash ^= hash >> 33
        return hash / (UInt64.max / limits.boundarySpacing) < size
    }
}

/// Where the bytes of a file start.
public struct BlockPlacement: Sendable, Equatable {
    /// The index of the first block.
    public var block: Int
    /// The offset in that block's plain bytes.
    public var offset: UInt64
}
