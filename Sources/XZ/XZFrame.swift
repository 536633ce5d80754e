internal import CLZMA
public import Diagnostics

/// What makes a stream of blocks: the header before them, the index and the footer behind them.
///
/// The three follow from the blocks' sizes, so two streams of equal blocks have equal frames.
public struct XZFrame: Sendable, Equatable {
    /// Bytes of a stream header.
    public static let headerSize = 12
    /// Bytes of a stream footer.
    public static let footerSize = 12
    /// The most memory that reading an index may take.
    private static let indexMemoryLimit: UInt64 = 256 << 20

    /// The blocks, in their order.
    public let blocks: [XZBlockSize]
    /// The stream header.
    public let header: [UInt8]
    /// The index.
    public let index: [UInt8]
    /// The stream footer.
    public let footer: [UInt8]

    /// Makes the frame around blocks.
    ///
    /// - Parameter blocks: Their sizes, in their order.
    /// - Throws: `failed` when the sizes can't be an xz stream's.
    public init(blocks: [XZBlockSize]) throws(Failure) {
        guard let table = lzma_index_init(nil) else { throw Self.failure(LZMA_MEM_ERROR) }
        defer { lzma_index_end(table, nil) }
        for block in blocks {
            let result = lzma_index_append(table, nil, block.unpaddedSize, block.contentSize)
            guard result == LZMA_OK else { throw Self.failure(result) }
        }
        var index = [UInt8](repeating: 0, count: Int(lzma_index_size(table)))
        var written = 0
        var result = lzma_index_buffer_encode(table, &index, &written, index.count)
        guard result == LZMA_OK else { throw Self.failure(result) }

        var flags = lzma_stream_flags()
        flags.check = LZMA_CHECK_CRC64
        flags.backward_size = lzma_vli(index.count)
        var header = [UInt8](repeating: 0, count: Self.headerSize)
        result = lzma_stream_header_encode(&flags, &header)
        guard result == LZMA_OK else { throw Self.failure(result) }
        var footer = [UInt8](repeating: 0, count: Self.footerSize)
        result = lzma_stream_footer_encode(&flags, &footer)
        guard result == LZMA_OK else { throw Self.failure(result) }

        self.blocks = blocks
        self.header = header
        self.index = index
        self.footer = footer
    }

    /// Reads the frame of a stream.
    ///
    /// - Parameters:
    ///   - header: The stream's first 12 bytes.
    ///   - tail: Everything behind its last block: index and footer.
    ///   - maximumCount: The most blocks to accept.
    /// - Throws: `integrity` unless the bytes are exactly the frame of some blocks.
    public init(header: RawSpan, tail: RawSpan, maximumCount: Int) throws(Failure) {
        let indexSize = tail.byteCount - Self.footerSize
        guard indexSize > 0 else {
            throw Failure(.integrity, "the xz stream's end has \(tail.byteCount) bytes, too few for index and footer")
        }
        let blocks = try Self.parseIndex(tail.extracting(..<indexSize), maximumCount: maximumCount)
        try self.init(blocks: blocks)
        guard header.holds(self.header) else {
            throw Failure(.integrity, "the xz stream's header is damaged")
        }
        guard tail.holds(index + footer) else {
            throw Failure(.integrity, "the xz stream's index or footer is damaged")
        }
    }

    /// Reads an index.
    ///
    /// - Parameters:
    ///   - index: Exactly the index, from its indicator to its CRC32.
    ///   - maximumCount: The most records to accept.
    /// - Returns: The blocks' sizes.
    /// - Throws: `integrity` when it is damaged or has more records.
    public static func parseIndex(_ index: RawSpan, maximumCount: Int) throws(Failure) -> [XZBlockSize] {
        var table: OpaquePointer?
        var memory = indexMemoryLimit
        var consumed = 0
        let result = index.withUnsafeBytes { input in
            lzma_index_buffer_decode(
                &table, &memory, nil, input.bindMemory(to: UInt8.self).baseAddress, &consumed, input.count)
        }
        guard result == LZMA_OK, let table else {
            throw Failure(.integrity, "the xz stream's index is damaged", cause: result.explanation)
        }
        defer { lzma_index_end(table, nil) }
        guard consumed == index.byteCount else {
            throw Failure(.integrity, "the xz stream's index has \(index.byteCount - consumed) bytes too many")
        }
        let count = lzma_index_block_count(table)
        guard count <= UInt64(maximumCount) else {
            throw Failure(
                .integrity, "the xz stream's index lists \(count) blocks; at most \(maximumCount) are expected")
        }
        var blocks: [XZBlockSize] = []
        blocks.reserveCapacity(Int(count))
        var iterator = lzma_index_iter()
        lzma_index_iter_init(&iterator, table)
        while lzma_index_iter_next(&iterator, LZMA_INDEX_ITER_BLOCK) == 0 {
            blocks.append(
                XZBlockSize(
                    unpaddedSize: iterator.block.unpadded_size, contentSize: iterator.block.uncompressed_size))
        }
        return blocks
    }

    /// Reads how many bytes the index before a footer has.
    ///
    /// - Parameter footer: A stream's last 12 bytes.
    /// - Returns: The index's size.
    /// - Throws: `integrity` when it isn't a footer.
    public static func indexSize(footer: RawSpan) throws(Failure) -> UInt64 {
        var flags = lzma_stream_flags()
        let result = footer.withUnsafeBytes { input in
            guard input.count == footerSize else { return LZMA_FORMAT_ERROR }
            return lzma_stream_footer_decode(&flags, input.bindMemory(to: UInt8.self).baseAddress)
        }
        guard result == LZMA_OK, flags.check == LZMA_CHECK_CRC64 else {
            throw Failure(.integrity, "the xz stream's footer is damaged", cause: result.explanation)
        }
        return flags.backward_size
    }

    private static func failure(_ result: lzma_ret) -> Failure {
        Failure(.failed, "cannot frame blocks as an xz stream", cause: result.explanation)
    }
}

extension RawSpan {
    /// Whether the span's bytes are exactly these.
    fileprivate func holds(_ bytes: [UInt8]) -> Bool {
        withUnsafeBytes { $0.elementsEqual(bytes) }
    }
}
