internal import CLZMA
public import Diagnostics

/// Decodes xz piece by piece, whoever made it, in bounded memory.
///
/// Unlike `XZ.decompress` and `XZBlockDecoder` it accepts what the format allows and liblzma knows: blocks that don't
/// state their sizes, every filter, every check. The checks, the index and the footer are verified on the way. Exactly
/// one stream is expected, as dpkg (lib/dpkg/compress.c) and rpm (rpmio/rpmio.cc) do; or several one behind the other with
/// padding between them, as xz(1) and apt (apt-pkg/contrib/fileutl.cc) take them.
public final class XZStreamReader {
    /// What decoding may take unless told otherwise, in bytes: rpm's limit, enough for the 65 MiB of `xz -9`.
    public static let memoryLimit: UInt64 = 100 << 20
    private static let pieceSize = 1 << 16
    /// `LZMA_CONCATENATED` of lzma/container.h, a macro that Swift doesn't see.
    private static let concatenated: UInt32 = 0x08

    private let stream: UnsafeMutablePointer<lzma_stream>
    private let buffer: UnsafeMutableRawBufferPointer
    private let size: UInt64
    private let fill: (UInt64, UnsafeMutableRawBufferPointer) throws(Failure) -> Void
    private var filled: UInt64 = 0
    private var isAtEnd = false
    private var failure: Failure?

    /// Starts before the first byte.
    ///
    /// - Parameters:
    ///   - size: The stream's bytes.
    ///   - memoryLimit: The most memory that the decoder may ask for, in bytes.
    ///   - isConcatenated: Whether further streams may follow the first.
    ///   - fill: Fills the whole buffer with the stream's bytes from an offset on; asked for each byte once, in order.
    /// - Throws: `.failed` when memory runs out.
    public init(
        size: UInt64, memoryLimit: UInt64 = XZStreamReader.memoryLimit, isConcatenated: Bool = false,
        fill: @escaping (UInt64, UnsafeMutableRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: lzma_stream())
        buffer = .allocate(byteCount: Self.pieceSize, alignment: 16)
        self.size = size
        self.fill = fill
        let result = lzma_stream_decoder(stream, memoryLimit, isConcatenated ? Self.concatenated : 0)
        guard result == LZMA_OK else { throw Failure(.failed, "cannot decode xz", cause: result.explanation) }
    }

    deinit {
        lzma_end(stream)
        stream.deallocate()
        buffer.deallocate()
    }

    /// Bytes of the stream that were decoded so far.
    public var consumed: UInt64 { stream.pointee.total_in }

    /// Bytes of content that came out so far.
    public var produced: UInt64 { stream.pointee.total_out }

    /// Takes the next bytes of the content.
    ///
    /// - Parameter output: The room; not empty.
    /// - Returns: How many bytes came, less than there is room only before the end; 0 when the whole stream was decoded
    ///   and nothing follows it.
    /// - Throws: `.integrity` when the stream is damaged, needs too much memory, ends early or is followed by bytes, with
    ///   the offset in the stream; or what `fill` throws. The same again when called again.
    public func read(into output: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
        if let failure { throw failure }
        do throws(Failure) {
            return try decode(output)
        } catch {
            failure = error
            throw error
        }
    }

    private func decode(_ output: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
        stream.pointee.next_out = output.bindMemory(to: UInt8.self).baseAddress
        stream.pointee.avail_out = output.count
        while stream.pointee.avail_out > 0 && !isAtEnd {
            if stream.pointee.avail_in == 0 && filled < size { try refill() }
            let result = lzma_code(stream, filled == size ? LZMA_FINISH : LZMA_RUN)
            switch result {
            case LZMA_OK: continue
            case LZMA_STREAM_END:
                isAtEnd = true
                guard consumed == size else {
                    throw Failure(
                        .integrity, "the xz stream ends at byte \(consumed), \(size - consumed) bytes follow it")
                }
            case LZMA_BUF_ERROR:
                throw Failure(.integrity, "the xz stream ends early at byte \(consumed)")
            default:
                throw Failure(
                    .integrity, "the xz stream is damaged at byte \(consumed)", cause: result.explanation)
            }
        }
        return output.count - stream.pointee.avail_out
    }

    private func refill() throws(Failure) {
        let count = Int(min(UInt64(buffer.count), size - filled))
        try fill(filled, UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]))
        filled += UInt64(count)
        stream.pointee.next_in = UnsafePointer(buffer.bindMemory(to: UInt8.self).baseAddress)
        stream.pointee.avail_in = count
    }
}
