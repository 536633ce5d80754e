public import Diagnostics
public import LinuxIO
import XZ

/// A compression of packages' contents that is read.
public enum Compression: Sendable, Equatable {
    /// None.
    case none
    /// gzip.
    case gzip
    /// xz.
    case xz
}

/// The content of a part of a package, decoded piece by piece in bounded memory, and no more of it than is sensible.
public final class Decompressor {
    private let source: ByteSource
    private let compression: Compression
    private let limit: UInt64
    private let decode: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
    /// Bytes that came out so far.
    public private(set) var produced: UInt64 = 0

    /// Starts before the first byte.
    ///
    /// - Parameters:
    ///   - source: The bytes as they are in the file, all of them.
    ///   - compression: How they are compressed.
    ///   - limit: The most bytes to give.
    ///   - isConcatenated: Whether several xz streams may lie one behind the other; members of gzip always may.
    /// - Throws: `.failed` when memory runs out.
    public init(
        _ source: ByteSource, compression: Compression, limit: UInt64, isConcatenated: Bool = false
    ) throws(Failure) {
        self.source = source
        self.compression = compression
        self.limit = limit
        let fill = { (offset: UInt64, buffer: UnsafeMutableRawBufferPointer) throws(Failure) -> Void in
            try source.read(at: offset, into: buffer)
        }
        switch compression {
        case .none:
            var position: UInt64 = 0
            decode = { buffer throws(Failure) in
                let count = Int(min(UInt64(buffer.count), source.size - position))
                try fill(position, UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]))
                position += UInt64(count)
                return count
            }
        case .gzip:
            let reader = try GzipReader(size: source.size, fill: fill)
            decode = { buffer throws(Failure) in try reader.read(into: buffer) }
        case .xz:
            let reader = try XZStreamReader(size: source.size, isConcatenated: isConcatenated, fill: fill)
            decode = { buffer throws(Failure) in try reader.read(into: buffer) }
        }
    }

    /// Takes the next bytes.
    ///
    /// - Parameter buffer: The room.
    /// - Returns: How many came, fewer than there is room only at the end; 0 there, or where there is no room.
    /// - Throws: `.integrity`, with the place in the source, for damage and for more bytes than the limit.
    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
        guard !buffer.isEmpty else { return 0 }
        let count = try decode(buffer)
        produced += UInt64(count)
        guard produced <= limit else {
            throw Failure(
                .integrity,
                "it unpacks to more than \(limit) bytes, the limit for \(source.size) packed ones",
                cause: "no file of that size has so much in it but by intent")
        }
        return count
    }
}
