import CZlib
public import Diagnostics

/// gzip members, RFC 1952; zlib's, linked statically so that every host writes the same bytes.
public enum Gzip {
    /// Compresses at level 9 under a header without name and time, as dpkg-deb does.
    ///
    /// - Parameter content: The bytes.
    /// - Returns: One member.
    /// - Throws: `.failed` when memory runs out.
    public static func compress(_ content: [UInt8]) throws(Failure) -> [UInt8] {
        var stream = z_stream()
        // 15 bits of window, and 16 for a gzip header instead of zlib's: zlib.h, deflateInit2.
        guard cz_deflate_init(&stream, 9, 15 + 16) == Z_OK else {
            throw Failure(.failed, "zlib has no memory to compress \(content.count) bytes")
        }
        defer { deflateEnd(&stream) }
        var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(content.count))))
        var input = content
        let result = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                return deflate(&stream, Z_FINISH)
            }
        }
        guard result == Z_STREAM_END else {
            throw Failure(.failed, "zlib can't compress \(content.count) bytes", cause: "zlib returned \(result)")
        }
        return Array(output.prefix(Int(stream.total_out)))
    }
}
