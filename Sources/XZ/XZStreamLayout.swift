internal import CLZMA
public import Diagnostics

/// What the end of an xz stream says of it, its blocks and its kind of check; nothing is decoded for it.
public struct XZStreamLayout: Sendable, Equatable {
    /// Bytes of an index that are looked at; a million blocks of some size.
    private static let largestIndex: UInt64 = 8 << 20

    /// The blocks in their order; the first begins at byte 12.
    public var blocks: [XZBlockSize]
    /// What each block's content is checked by: `none`, `CRC32`, `CRC64`, `SHA-256` or `ID` and a number.
    public var check: String

    /// Bytes of content, as the index has it.
    public var contentSize: UInt64 { blocks.reduce(0) { $0 + $1.contentSize } }

    /// Reads the footer and index of a stream.
    ///
    /// - Parameters:
    ///   - size: The stream's bytes; nothing follows it.
    ///   - maximumCount: The most blocks to accept.
    ///   - read: Returns a number of bytes from an offset in the stream on.
    /// - Throws: `.integrity` when footer or index are damaged or the sizes don't add up, with the offset in the stream;
    ///   or what `read` throws.
    public init(
        size: UInt64, maximumCount: Int = 1 << 20, read: (Int, UInt64) throws(Failure) -> [UInt8]
    ) throws(Failure) {
        let frameSize = UInt64(XZFrame.headerSize + XZFrame.footerSize)
        guard size >= frameSize + 8 else {
            throw Failure(.integrity, "the xz stream ends at byte \(size), before its index and footer")
        }
        let footerStart = size - UInt64(XZFrame.footerSize)
        var flags = lzma_stream_flags()
        let result = lzma_stream_footer_decode(&flags, try read(XZFrame.footerSize, footerStart))
        guard result == LZMA_OK else {
            throw Failure(
                .integrity, "the xz stream's footer at byte \(footerStart) is damaged", cause: result.explanation)
        }
        guard flags.backward_size <= min(size - frameSize, Self.largestIndex) else {
            throw Failure(
                .integrity,
                "the xz stream's footer at byte \(footerStart) announces an index of \(flags.backward_size) bytes")
        }
        let start = footerStart - flags.backward_size
        let index = try read(Int(flags.backward_size), start)
        do throws(Failure) {
            blocks = try XZFrame.parseIndex(index.span.bytes, maximumCount: maximumCount)
        } catch {
            throw error.during("the xz stream's index at byte \(start) is damaged")
        }
        // liblzma limits the sum; each size is at most 2⁶³ - 1.
        let stored = blocks.reduce(UInt64(0)) { $0 &+ $1.storedSize }
        guard stored == start - UInt64(XZFrame.headerSize) else {
            throw Failure(
                .integrity,
                "the xz stream's index at byte \(start) lists \(stored) bytes of blocks; there are \(start - 12)")
        }
        check =
            switch flags.check {
            case LZMA_CHECK_NONE: "none"
            case LZMA_CHECK_CRC32: "CRC32"
            case LZMA_CHECK_CRC64: "CRC64"
            case LZMA_CHECK_SHA256: "SHA-256"
            default: "ID \(flags.check.rawValue)"
            }
    }
}
