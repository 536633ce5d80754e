/// How a block's content is filtered and compressed.
public enum XZFilterChain: UInt8, Sendable, CaseIterable {
    /// LZMA2.
    case lzma2 = 1
    /// The x86 branch filter, then LZMA2: for x86 machine code.
    case x86ThenLZMA2 = 2
    /// LZMA2's uncompressed chunks: for content that doesn't compress.
    case stored = 3
}

/// The two sizes by which a stream's index knows a block.
public struct XZBlockSize: Sendable, Hashable {
    /// Bytes of header, compressed data and check, without the padding between the last two.
    public var unpaddedSize: UInt64
    /// Bytes when decompressed.
    public var contentSize: UInt64

    /// Makes a pair of sizes.
    public init(unpaddedSize: UInt64, contentSize: UInt64) {
        self.unpaddedSize = unpaddedSize
        self.contentSize = contentSize
    }

    /// Bytes in the stream: `unpaddedSize` rounded up to a multiple of 4.
    public var storedSize: UInt64 { (unpaddedSize + 3) & ~3 }
}

/// A block ready for a stream.
public struct XZEncodedBlock: Sendable {
    /// Header, compressed data, padding and check.
    public var bytes: [UInt8]
    /// Its sizes, for the index.
    public var size: XZBlockSize

    /// Makes a block from bytes that an encoder returned.
    public init(bytes: [UInt8], size: XZBlockSize) {
        self.bytes = bytes
        self.size = size
    }
}
