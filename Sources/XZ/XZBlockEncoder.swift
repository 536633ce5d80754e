internal import CLZMA
public import Diagnostics

/// Encodes xz blocks one after the other, keeping the encoder's memory (some 95 MiB) from one to the next.
///
/// Equal content and chain give equal bytes, whatever was encoded before. One encoder serves one thread at a time.
public struct XZBlockEncoder: ~Copyable {
    private let stream: UnsafeMutablePointer<lzma_stream>
    private let options: UnsafeMutablePointer<lzma_options_lzma>
    private let filters: UnsafeMutablePointer<lzma_filter>
    private var room: UnsafeMutablePointer<UInt8>
    private var roomSize = 0

    /// Makes an encoder.
    ///
    /// - Throws: `failed` when liblzma doesn't know the preset.
    public init() throws(Failure) {
        var settings = lzma_options_lzma()
        guard lzma_lzma_preset(&settings, XZ.preset) == 0 else {
            throw Failure(.failed, "liblzma \(XZ.libraryVersion) has no preset \(XZ.preset)")
        }
        stream = .allocate(capacity: 1)
        stream.initialize(to: lzma_stream())
        options = .allocate(capacity: 1)
        options.initialize(to: settings)
        filters = .allocate(capacity: LZMA.filtersMax + 1)
        filters.initialize(
            repeating: lzma_filter(id: LZMA.vliUnknown, options: nil), count: LZMA.filtersMax + 1)
        room = .allocate(capacity: 0)
    }

    deinit {
        lzma_end(stream)
        stream.deallocate()
        options.deallocate()
        filters.deallocate()
        room.deallocate()
    }

    /// Encodes one block.
    ///
    /// - Parameters:
    ///   - content: The block's content.
    ///   - chain: How to filter it.
    /// - Returns: The block, whose header states both of its sizes.
    /// - Throws: `failed` when memory runs out.
    public mutating func encode(_ content: RawSpan, chain: XZFilterChain) throws(Failure) -> XZEncodedBlock {
        select(chain)
        var block = lzma_block()
        block.check = LZMA_CHECK_CRC64
        block.filters = filters
        let capacity = lzma_block_buffer_bound(content.byteCount)
        let room = makeRoom(capacity)
        var written = 0
        let result = content.withUnsafeBytes { input in
            let input = input.bindMemory(to: UInt8.self)
            guard capacity > 0 else { return LZMA_MEM_ERROR }
            if chain == .stored {
                return lzma_block_uncomp_encode(&block, input.baseAddress, input.count, room, &written, capacity)
            }
            return compress(input, block: &block, into: room, count: &written, capacity: capacity)
        }
        guard result == LZMA_OK else {
            throw Failure(
                .failed, "cannot compress a block of \(content.byteCount) bytes", cause: result.explanation)
        }
        let size = XZBlockSize(unpaddedSize: lzma_block_unpadded_size(&block), contentSize: UInt64(content.byteCount))
        return XZEncodedBlock(bytes: Array(UnsafeBufferPointer(start: room, count: written)), size: size)
    }

    /// The room for a block's bytes, which are fewer once they are known: the result is copied from here.
    private mutating func makeRoom(_ capacity: Int) -> UnsafeMutablePointer<UInt8> {
        if capacity > roomSize {
            room.deallocate()
            room = .allocate(capacity: capacity)
            roomSize = capacity
        }
        return room
    }

    private func select(_ chain: XZFilterChain) {
        let end = lzma_filter(id: LZMA.vliUnknown, options: nil)
        let compressor = lzma_filter(id: LZMA.filterLZMA2, options: options)
        switch chain {
        case .lzma2, .stored:
            filters[0] = compressor
            filters[1] = end
        case .x86ThenLZMA2:
            filters[0] = lzma_filter(id: LZMA.filterX86, options: nil)
            filters[1] = compressor
            filters[2] = end
        }
    }

    /// Compresses behind the room for a header, then writes the header, which can state the sizes only then.
    ///
    /// `lzma_block_buffer_encode` does the same with fresh memory for each block.
    private func compress(
        _ input: UnsafeBufferPointer<UInt8>, block: inout lzma_block, into base: UnsafeMutablePointer<UInt8>,
        count: inout Int, capacity: Int
    ) -> lzma_ret {
        // Upper bounds, for the header's size: it has to be known before the first compressed byte.
        block.uncompressed_size = lzma_vli(input.count)
        block.compressed_size = lzma_vli(capacity)
        var result = lzma_block_header_size(&block)
        guard result == LZMA_OK else { return result }
        let headerSize = Int(block.header_size)
        block.compressed_size = LZMA.vliUnknown
        block.uncompressed_size = LZMA.vliUnknown

        result = withUnsafeMutablePointer(to: &block) { block in
            // The encoder keeps the block's address until it ends.
            var result = lzma_block_encoder(stream, block)
            guard result == LZMA_OK else { return result }
            stream.pointee.next_in = input.baseAddress
            stream.pointee.avail_in = input.count
            stream.pointee.next_out = base + headerSize
            stream.pointee.avail_out = capacity - headerSize
            repeat { result = lzma_code(stream, LZMA_FINISH) } while result == LZMA_OK
            return result
        }
        guard result == LZMA_STREAM_END else { return result }
        count = capacity - stream.pointee.avail_out
        return lzma_block_header_encode(&block, base)
    }
}
