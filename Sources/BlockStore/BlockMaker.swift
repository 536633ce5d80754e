import Diagnostics
import Digests
import XZ

/// Makes one block after the other, on one thread, with memory that it keeps.
struct BlockMaker: ~Copyable {
    private let cache: BlockCache?
    private let filters: BlockFilters
    private let room: UnsafeMutableRawBufferPointer
    private var encoder: XZBlockEncoder

    /// Makes a maker.
    ///
    /// - Parameters:
    ///   - cache: Where blocks are kept, if they are.
    ///   - filters: Which filters blocks may have.
    ///   - room: The largest content that will come.
    init(cache: BlockCache?, filters: BlockFilters, room: Int) throws(Failure) {
        encoder = try XZBlockEncoder()
        self.cache = cache
        self.filters = filters
        self.room = .allocate(byteCount: room, alignment: 16)
    }

    deinit { room.deallocate() }

    /// Makes a block, or finds it in the cache.
    mutating func make(_ request: BlockRequest) throws(Failure) -> StoredBlock {
        let target = UnsafeMutableRawBufferPointer(rebasing: room[..<request.contentSize])
        try request.read(target)
        let content = UnsafeRawBufferPointer(target)
        let chain: XZFilterChain = request.isX86 && filters == .automatic ? .x86ThenLZMA2 : .lzma2
        guard let cache else { return try encode(content, chain: chain) }
        let key = CacheKey(content: content, chain: chain)
        if let block = cache.block(for: key) { return block }
        let block = try encode(content, chain: chain)
        cache.keep(block, for: key)
        return block
    }

    /// Compresses, or keeps the content plain where that saves less than 1 %: unpacking is faster then.
    private mutating func encode(_ content: UnsafeRawBufferPointer, chain: XZFilterChain) throws(Failure) -> StoredBlock
    {
        var block = try encoder.encode(content.bytes, chain: chain)
        // Far from the border there is nothing to weigh.
        if block.bytes.count * 10 > content.count * 9 {
            let plain = try encoder.encode(content.bytes, chain: .stored)
            if block.bytes.count * 100 > plain.bytes.count * 99 { block = plain }
        }
        return StoredBlock(block, digest: SHA256.digest(block.bytes), isCached: false)
    }
}
