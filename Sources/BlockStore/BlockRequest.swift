public import Diagnostics
public import Digests
public import XZ

/// A block to be made: how large its content is, and where it comes from.
public struct BlockRequest: Sendable {
    /// Bytes of content.
    public var contentSize: Int
    /// Whether the content is x86 machine code, for which there is a filter of its own.
    public var isX86: Bool
    /// Fills a buffer of exactly `contentSize` bytes.
    ///
    /// It is called once, on any thread, at the same time as those of other requests.
    public var read: @Sendable (UnsafeMutableRawBufferPointer) throws(Failure) -> Void

    /// Makes a request.
    ///
    /// - Parameters:
    ///   - contentSize: Bytes of content.
    ///   - isX86: Whether it is x86 machine code.
    ///   - read: Fills a buffer of that size.
    public init(
        contentSize: Int, isX86: Bool = false,
        read: @escaping @Sendable (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
    ) {
        self.contentSize = contentSize
        self.isX86 = isX86
        self.read = read
    }
}

/// A block that was made, or found in the cache.
public struct StoredBlock: Sendable {
    /// The xz block with its header, padding and check.
    public var bytes: [UInt8]
    /// Its sizes, for the stream's index.
    public var size: XZBlockSize
    /// SHA-256 of `bytes`.
    public var digest: SHA256Digest
    /// Whether the bytes come from the cache.
    public var isCached: Bool

    init(_ block: XZEncodedBlock, digest: SHA256Digest, isCached: Bool) {
        bytes = block.bytes
        size = block.size
        self.digest = digest
        self.isCached = isCached
    }
}

/// Which filters blocks may have.
public enum BlockFilters: String, Sendable, CaseIterable {
    /// x86 machine code gets the x86 filter before LZMA2.
    case automatic
    /// LZMA2 alone, for scanners that know nothing else.
    case none
}
