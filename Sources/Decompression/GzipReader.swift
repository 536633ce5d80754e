import CZlib
import Diagnostics

/// Decodes gzip piece by piece: one member or several one behind the other, and nothing behind them (RFC 1952).
final class GzipReader {
    private static let pieceSize = 1 << 16

    private let stream: UnsafeMutablePointer<z_stream>
    private let buffer: UnsafeMutableRawBufferPointer
    private let size: UInt64
    private let fill: (UInt64, UnsafeMutableRawBufferPointer) throws(Failure) -> Void
    private var filled: UInt64 = 0
    private var isAtEnd = false

    /// Starts before the first byte.
    ///
    /// - Parameters:
    ///   - size: The bytes to decode.
    ///   - fill: Fills the whole buffer from an offset on; asked for each byte once, in order.
    /// - Throws: `.failed` when memory runs out.
    init(
        size: UInt64, fill: @escaping (UInt64, UnsafeMutableRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        buffer = .allocate(byteCount: Self.pieceSize, alignment: 16)
        self.size = size
        self.fill = fill
        // 15 bits of window, and 16 for gzip's header alone: zlib.h, inflateInit2.
        guard cz_inflate_init(stream, 15 + 16) == Z_OK else {
            throw Failure(.failed, "zlib has no memory to decode gzip")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        buffer.deallocate()
    }

    /// Bytes that were decoded so far.
    private var consumed: UInt64 { filled - UInt64(stream.pointee.avail_in) }

    /// Takes the next bytes of the content.
    ///
    /// - Parameter output: The room; not empty.
    /// - Returns: How many bytes came; 0 at the end.
    /// - Throws: `.integrity` when the data is damaged, ends early or is followed by something, with the offset in it.
    func read(into output: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
        stream.pointee.next_out = output.bindMemory(to: UInt8.self).baseAddress
        // zlib counts in 32 bits.
        let room = min(output.count, 1 << 30)
        stream.pointee.avail_out = UInt32(room)
        while stream.pointee.avail_out > 0 && !isAtEnd {
            if stream.pointee.avail_in == 0 {
                guard filled < size else { throw Failure(.integrity, "the gzip data ends early at byte \(consumed)") }
                try refill()
            }
            switch inflate(stream, Z_NO_FLUSH) {
            case Z_OK, Z_BUF_ERROR: continue
            case Z_STREAM_END:
                isAtEnd = consumed == size
                if !isAtEnd { inflateReset(stream) }
            case Z_MEM_ERROR: throw Failure(.failed, "zlib has no memory to decode gzip")
            default:
                throw Failure(
                    .integrity, "the gzip data is damaged at byte \(consumed)",
                    cause: stream.pointee.msg.map { String(cString: $0) })
            }
        }
        return room - Int(stream.pointee.avail_out)
    }

    private func refill() throws(Failure) {
        let count = Int(min(UInt64(buffer.count), size - filled))
        try fill(filled, UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]))
        filled += UInt64(count)
        stream.pointee.next_in = buffer.bindMemory(to: UInt8.self).baseAddress
        stream.pointee.avail_in = UInt32(count)
    }
}
