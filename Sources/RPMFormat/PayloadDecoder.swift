import CZlib
import Diagnostics
import LinuxIO
import XZ

/// Gives the bytes of a payload after decompression, piece by piece, in bounded memory.
final class PayloadDecoder {
    private enum Decoder {
        case plain
        case xz(XZStreamReader)
        case gzip(GzipReader)
    }

    private let source: ByteSource
    private let decoder: Decoder
    /// Bytes of the decompressed payload that were given so far.
    private(set) var position: UInt64 = 0

    /// Starts a payload.
    ///
    /// - Parameters:
    ///   - source: The payload as it is in the file.
    ///   - compressor: `PAYLOADCOMPRESSOR`. Without it rpm takes gzip, which lets through what isn't compressed.
    /// - Throws: `.requirement` for a compressor that isn't known here.
    init(_ source: ByteSource, compressor: String?) throws(Failure) {
        self.source = source
        switch compressor ?? "gzip" {
        case "xz":
            decoder = .xz(
                try XZStreamReader(size: source.size) { offset, buffer throws(Failure) in
                    try source.read(at: offset, into: buffer)
                })
        case "gzip":
            let magic = try source.read(Int(min(2, source.size)), at: 0)
            decoder = magic == [0x1F, 0x8B] || compressor != nil ? .gzip(try GzipReader(source)) : .plain
        case let other:
            throw Failure(
                .requirement, "\(source.name) is compressed with \(PathText.display(other)), which is not supported",
                hints: ["Packages compressed with xz or gzip can be verified; rpmkeys -K verifies this one."])
        }
    }

    /// Takes the next bytes.
    ///
    /// - Returns: How many; fewer than there is room only at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
        guard !buffer.isEmpty else { return 0 }
        let count =
            switch decoder {
            case .xz(let reader): try decode(reader, into: buffer)
            case .gzip(let reader): try reader.read(into: buffer)
            case .plain: try copy(into: buffer)
            }
        position += UInt64(count)
        return count
    }

    private func decode(_ reader: XZStreamReader, into buffer: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
        do throws(Failure) {
            return try reader.read(into: buffer)
        } catch {
            throw error.during("\(source.name): byte \(reader.consumed): the payload is damaged")
        }
    }

    private func copy(into buffer: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
        let count = Int(min(UInt64(buffer.count), source.size - position))
        try source.read(at: position, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]))
        return count
    }
}

/// One gzip member, RFC 1952, and nothing behind it; zlib's.
final class GzipReader {
    private let source: ByteSource
    private let stream: UnsafeMutablePointer<z_stream>
    private let input: UnsafeMutableBufferPointer<UInt8>
    private var filled: UInt64 = 0
    private var isAtEnd = false

    init(_ source: ByteSource) throws(Failure) {
        self.source = source
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        input = .allocate(capacity: 1 << 16)
        // 15 bits of window, and 16 for a gzip header: zlib.h, inflateInit2.
        guard cz_inflate_init(stream, 15 + 16) == Z_OK else { throw Failure(.failed, "zlib has no memory") }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        input.deallocate()
    }

    private var consumed: UInt64 { filled - UInt64(stream.pointee.avail_in) }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
        // zlib counts in 32 bits.
        let room = min(buffer.count, 1 << 30)
        stream.pointee.next_out = buffer.bindMemory(to: UInt8.self).baseAddress
        stream.pointee.avail_out = UInt32(room)
        while stream.pointee.avail_out > 0, !isAtEnd {
            if stream.pointee.avail_in == 0 {
                guard filled < source.size else {
                    throw source.damage(at: filled, "the payload ends within its gzip data")
                }
                let count = Int(min(UInt64(input.count), source.size - filled))
                try source.read(at: filled, into: UnsafeMutableRawBufferPointer(input).prefix(count))
                filled += UInt64(count)
                stream.pointee.next_in = input.baseAddress
                stream.pointee.avail_in = UInt32(count)
            }
            let result = inflate(stream, Z_NO_FLUSH)
            if result == Z_STREAM_END {
                isAtEnd = true
                guard consumed == source.size else {
                    throw source.damage(at: consumed, "\(source.size - consumed) bytes follow the payload's gzip data")
                }
            } else if result != Z_OK, result != Z_BUF_ERROR {
                throw source.damage(
                    at: consumed, "the payload's gzip data is damaged", cause: "zlib returned \(result)")
            }
        }
        return room - Int(stream.pointee.avail_out)
    }
}

extension UnsafeMutableRawBufferPointer {
    /// The first bytes as a buffer of its own.
    fileprivate func prefix(_ count: Int) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(rebasing: self[..<count])
    }
}
