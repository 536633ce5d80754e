internal import CLZMA
public import Diagnostics

/// Decodes xz blocks one after the other, keeping the decoder's memory from one to the next.
///
/// It accepts only what `XZBlockEncoder` writes: a header that states both sizes, LZMA2 with or without the x86 filter
/// before it, CRC64. One decoder serves one thread at a time.
public struct XZBlockDecoder: ~Copyable {
    private let stream: UnsafeMutablePointer<lzma_stream>

    /// Makes a decoder.
    public init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: lzma_stream())
    }

    deinit {
        lzma_end(stream)
        stream.deallocate()
    }

    /// Decodes one block.
    ///
    /// - Parameters:
    ///   - stored: The block with its header, padding and check; exactly it.
    ///   - content: Room for exactly the block's content. After a failure it holds anything.
    /// - Returns: The block's sizes, as an index must state them.
    /// - Throws: `integrity` when a size, the header, the data or the check is wrong, or when the block asks for more
    ///   memory than `XZ.decoderMemoryLimit`.
    @discardableResult
    public mutating func decode(
        _ stored: RawSpan, into content: UnsafeMutableRawBufferPointer
    ) throws(Failure) -> XZBlockSize {
        var size = XZBlockSize(unpaddedSize: 0, contentSize: UInt64(content.count))
        let problem = stored.withUnsafeBytes { input in
            withUnsafeTemporaryAllocation(of: lzma_filter.self, capacity: LZMA.filtersMax + 1) { filters in
                filters.initialize(repeating: lzma_filter(id: LZMA.vliUnknown, options: nil))
                defer { lzma_filters_free(filters.baseAddress, nil) }
                var block = lzma_block()
                block.check = LZMA_CHECK_CRC64
                block.filters = filters.baseAddress
                let input = input.bindMemory(to: UInt8.self)
                let problem =
                    headerProblem(input, contentSize: content.count, block: &block)
                    ?? dataProblem(input, content: content, block: &block)
                size.unpaddedSize = lzma_block_unpadded_size(&block)
                return problem
            }
        }
        if let problem {
            throw Failure(.integrity, "an xz block of \(stored.byteCount) bytes is damaged", cause: problem)
        }
        return size
    }

    /// Reads the header into `block`.
    ///
    /// - Returns: What is wrong with it, or nil.
    private func headerProblem(
        _ input: UnsafeBufferPointer<UInt8>, contentSize: Int, block: inout lzma_block
    ) -> String? {
        guard let first = input.first, first != 0 else { return "it has no header" }
        // `lzma_block_header_size_decode`.
        block.header_size = (UInt32(first) + 1) * 4
        guard Int(block.header_size) <= input.count else { return "it ends within its header" }
        let result = lzma_block_header_decode(&block, nil, input.baseAddress)
        guard result == LZMA_OK else { return "header: " + result.explanation }
        guard block.compressed_size != LZMA.vliUnknown, block.uncompressed_size != LZMA.vliUnknown else {
            return "its header doesn't state both sizes"
        }
        let storedSize = lzma_block_total_size(&block)
        guard storedSize == UInt64(input.count) else {
            return "its header states \(storedSize) bytes, there are \(input.count)"
        }
        guard block.uncompressed_size == UInt64(contentSize) else {
            return "its header states \(block.uncompressed_size) bytes of content, expected are \(contentSize)"
        }
        return filterProblem(block.filters)
    }

    private func filterProblem(_ filters: UnsafeMutablePointer<lzma_filter>?) -> String? {
        guard let filters else { return "it has no filters" }
        let compressor = filters[0].id == LZMA.filterX86 ? 1 : 0
        guard filters[compressor].id == LZMA.filterLZMA2, filters[compressor + 1].id == LZMA.vliUnknown else {
            return "its filters are neither LZMA2 nor x86 and LZMA2"
        }
        let memory = lzma_raw_decoder_memusage(filters)
        guard memory <= XZ.decoderMemoryLimit else {
            return "it needs \(memory) bytes of memory, at most \(XZ.decoderMemoryLimit) are allowed"
        }
        return nil
    }

    /// Decodes what follows the header.
    ///
    /// - Returns: What is wrong with it, or nil.
    private func dataProblem(
        _ input: UnsafeBufferPointer<UInt8>, content: UnsafeMutableRawBufferPointer, block: inout lzma_block
    ) -> String? {
        let headerSize = Int(block.header_size)
        let result = withUnsafeMutablePointer(to: &block) { block in
            // The decoder keeps the block's address until it ends.
            var result = lzma_block_decoder(stream, block)
            guard result == LZMA_OK else { return result }
            stream.pointee.next_in = input.baseAddress.map { $0 + headerSize }
            stream.pointee.avail_in = input.count - headerSize
            stream.pointee.next_out = content.bindMemory(to: UInt8.self).baseAddress
            stream.pointee.avail_out = content.count
            repeat { result = lzma_code(stream, LZMA_FINISH) } while result == LZMA_OK
            return result
        }
        guard result == LZMA_STREAM_END else { return result.explanation }
        guard stream.pointee.avail_in == 0 else { return "\(stream.pointee.avail_in) bytes follow its end" }
        guard stream.pointee.avail_out == 0 else { return "its content ends early" }
        return nil
    }
}
