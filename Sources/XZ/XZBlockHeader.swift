internal import CLZMA
public import Diagnostics

/// What the header of an xz block says of its making.
public enum XZBlockHeader {
    /// The most bytes that a header has.
    public static let maximumSize = 1024

    /// Reads the filter chain of a block that `XZBlockEncoder` wrote.
    ///
    /// - Parameter start: The block's first bytes: `maximumSize` of them, or all of a shorter block.
    /// - Returns: The chain.
    /// - Throws: `integrity` when there is no header, or one with other filters.
    public static func chain(_ start: RawSpan) throws(Failure) -> XZFilterChain {
        let chain = start.withUnsafeBytes { input -> XZFilterChain? in
            withUnsafeTemporaryAllocation(of: lzma_filter.self, capacity: LZMA.filtersMax + 1) { filters in
                filters.initialize(repeating: lzma_filter(id: LZMA.vliUnknown, options: nil))
                defer { lzma_filters_free(filters.baseAddress, nil) }
                guard let first = input.first, first != 0 else { return nil }
                var block = lzma_block()
                block.check = LZMA_CHECK_CRC64
                block.filters = filters.baseAddress
                block.header_size = (UInt32(first) + 1) * 4
                guard Int(block.header_size) <= input.count,
                    lzma_block_header_decode(&block, nil, input.bindMemory(to: UInt8.self).baseAddress) == LZMA_OK
                else { return nil }
                switch filters[0].id {
                case LZMA.filterX86: return .x86ThenLZMA2
                case LZMA.filterLZMA2:
                    let options = filters[0].options?.assumingMemoryBound(to: lzma_options_lzma.self)
                    // `lzma_block_uncomp_encode` names the smallest dictionary, since it needs none.
                    return options?.pointee.dict_size == LZMA.smallestDictionary ? .stored : .lzma2
                default: return nil
                }
            }
        }
        guard let chain else { throw Failure(.integrity, "an xz block's header is damaged") }
        return chain
    }
}
