import CZlib
import Diagnostics

/// Members of a gzip file, RFC 1952, each of which says in its extra field how long it is.
///
/// ```
/// 1f 8b 08 04 | 00000000 | 00 ff | 0c 00 | 'A' 'P' 08 00 | size of the member, 8 bytes | deflate | CRC32 | size of the content
/// ```
///
/// Other readers skip the field; agentpack finds by it where members start without decoding them.
enum GzipMember {
    static let headerSize = 24
    static let trailerSize = 8
    private static let start: [UInt8] = [
        0x1F, 0x8B, 8, 4, 0, 0, 0, 0, 0, 0xFF, 12, 0, UInt8(ascii: "A"), UInt8(ascii: "P"), 8, 0,
    ]

    /// Compresses content.
    ///
    /// - Throws: `.failed` when memory runs out.
    static func encode(_ content: [UInt8]) throws(Failure) -> [UInt8] {
        var stream = z_stream()
        // Negative window bits: deflate alone, without a header; zlib.h, deflateInit2.
        guard cz_deflate_init(&stream, 6, -15) == Z_OK else {
            throw Failure(.failed, "zlib has no memory to compress \(content.count) bytes")
        }
        defer { deflateEnd(&stream) }
        let room = headerSize + Int(deflateBound(&stream, UInt(content.count))) + trailerSize
        var input = content
        var result: Int32 = Z_OK
        var member = [UInt8](unsafeUninitializedCapacity: room) { output, count in
            for (index, byte) in start.enumerated() { output[index] = byte }
            for index in start.count..<headerSize { output[index] = 0 }
            let size = input.count
            input.withUnsafeMutableBufferPointer { input in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(size)
                stream.next_out = output.baseAddress?.advanced(by: headerSize)
                stream.avail_out = UInt32(room - headerSize)
                result = deflate(&stream, Z_FINISH)
            }
            count = headerSize + Int(stream.total_out)
        }
        guard result == Z_STREAM_END else {
            throw Failure(.failed, "zlib can't compress \(content.count) bytes", cause: "zlib returned \(result)")
        }
        let checksum = content.withUnsafeBufferPointer { UInt32(crc32(0, $0.baseAddress, UInt32($0.count))) }
        member += littleEndian(UInt64(checksum), 4) + littleEndian(UInt64(content.count), 4)
        for (index, byte) in littleEndian(UInt64(member.count), 8).enumerated() { member[start.count + index] = byte }
        return member
    }

    /// The size of a member that starts with these bytes; nil where they don't say.
    static func size(_ header: [UInt8]) -> UInt64? {
        guard header.count == headerSize, header.starts(with: start) else { return nil }
        let size = number(header[start.count...])
        return size >= UInt64(headerSize + trailerSize) ? size : nil
    }

    /// The size of a member's content, by its last bytes.
    static func contentSize(_ trailer: [UInt8]) -> Int { Int(number(trailer.suffix(4))) }

    /// Decompresses one member.
    ///
    /// - Throws: `.integrity` for damage.
    static func decode(_ member: [UInt8], contentSize: Int, name: String) throws(Failure) -> [UInt8] {
        var stream = z_stream()
        guard cz_inflate_init(&stream, 15 + 16) == Z_OK else {
            throw Failure(.failed, "zlib has no memory to decode gzip")
        }
        defer { inflateEnd(&stream) }
        var input = member
        var result: Int32 = Z_OK
        let content = [UInt8](unsafeUninitializedCapacity: contentSize) { output, count in
            input.withUnsafeMutableBufferPointer { input in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(contentSize)
                result = inflate(&stream, Z_FINISH)
            }
            count = Int(stream.total_out)
        }
        guard result == Z_STREAM_END, stream.avail_in == 0, content.count == contentSize else {
            throw Failure(.integrity, "\(name) has a damaged gzip member", cause: "zlib returned \(result)")
        }
        return content
    }

    private static func littleEndian(_ value: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    private static func number(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
