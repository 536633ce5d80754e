internal import CLZMA
public import Diagnostics

/// The xz format, by liblzma: single blocks, the frame that makes a stream of them, and small whole streams.
///
/// ```
/// stream header | block 1 | … | block n | index | stream footer
///      12 bytes                            4·k        12 bytes
/// ```
///
/// A block is a header with both of its sizes, the filtered content, zero padding to 4 bytes, and a CRC64 of the
/// content. Blocks don't depend on each other: they can be made apart, kept, and framed in any stream.
/// Source: *The .xz File Format*, version 1.1.0.
public enum XZ {
    /// liblzma's compression level for everything: LZMA2 with a dictionary of 8 MiB.
    public static let preset: UInt32 = 6

    /// The most memory that a decoder may ask for, in bytes; what `preset` needs, with room to spare.
    public static let decoderMemoryLimit: UInt64 = 32 << 20

    /// The version of the liblzma inside this program, `5.4.1` for instance: the encoder's bytes may depend on it.
    public static var libraryVersion: String { String(cString: lzma_version_string()) }

    /// Compresses content that is small enough to be held at once, as a stream of one block.
    ///
    /// - Parameter content: The bytes.
    /// - Returns: A whole xz stream; equal content gives equal bytes.
    /// - Throws: `failed` when memory runs out.
    public static func compress(_ content: RawSpan) throws(Failure) -> [UInt8] {
        var encoder = try XZBlockEncoder()
        let block = try encoder.encode(content, chain: .lzma2)
        let frame = try XZFrame(blocks: [block.size])
        return frame.header + block.bytes + frame.index + frame.footer
    }

    /// Decompresses a whole stream.
    ///
    /// - Parameters:
    ///   - stream: Exactly one xz stream with CRC64 checks, nothing before or after it.
    ///   - limit: The most bytes that the content may have; checked before memory is taken.
    /// - Returns: The content.
    /// - Throws: `integrity` when anything about the stream is wrong or its content is larger.
    public static func decompress(stream: RawSpan, limit: Int) throws(Failure) -> [UInt8] {
        let size = try contentSize(stream: stream, limit: limit)
        var content = [UInt8](repeating: 0, count: size)
        var memory = decoderMemoryLimit
        var consumed = 0
        var produced = 0
        let result = stream.withUnsafeBytes { input in
            content.withUnsafeMutableBufferPointer { output in
                // liblzma wants an address even where no byte may be written.
                var nothing: UInt8 = 0
                return withUnsafeMutablePointer(to: &nothing) { nowhere in
                    lzma_stream_buffer_decode(
                        &memory, 0, nil, input.bindMemory(to: UInt8.self).baseAddress, &consumed, input.count,
                        output.baseAddress ?? nowhere, &produced, output.count)
                }
            }
        }
        guard result == LZMA_OK, consumed == stream.byteCount, produced == size else {
            throw Failure(.integrity, "the xz stream is damaged", cause: result.explanation)
        }
        return content
    }

    /// The size that a stream's own index states.
    private static func contentSize(stream: RawSpan, limit: Int) throws(Failure) -> Int {
        let frameSize = XZFrame.headerSize + XZFrame.footerSize
        guard stream.byteCount > frameSize else {
            throw Failure(.integrity, "the xz stream has \(stream.byteCount) bytes, too few for its header and footer")
        }
        let end = stream.byteCount - XZFrame.footerSize
        let indexSize = try XZFrame.indexSize(footer: stream.extracting(end...))
        guard indexSize <= UInt64(stream.byteCount - frameSize) else {
            throw Failure(.integrity, "the xz stream's footer announces an index larger than the stream")
        }
        let blocks = try XZFrame.parseIndex(stream.extracting((end - Int(indexSize))..<end), maximumCount: 1 << 16)
        // Each record is at most 2⁶³ - 1 and liblzma refuses an index whose sizes add up to more.
        let size = blocks.reduce(0) { $0 + $1.contentSize }
        guard size <= UInt64(limit) else {
            throw Failure(.integrity, "the xz stream announces \(size) bytes of content; at most \(limit) are expected")
        }
        return Int(size)
    }
}
