import Diagnostics
import LinuxIO
public import XZ

/// How a member of a package is compressed.
public enum DebCompression: Sendable, Equatable {
    /// Not at all.
    case none
    /// gzip.
    case gzip
    /// xz, with what the stream's end says of its blocks.
    case xz(XZStreamLayout)

    /// The word for it, as dpkg-deb's option `-Z` has it.
    public var name: String {
        switch self {
        case .none: "none"
        case .gzip: "gzip"
        case .xz: "xz"
        }
    }
}

/// A member's content as it is decoded, no more of it than is expected.
struct PlainReader {
    private let name: String
    private let offset: UInt64
    private let limit: UInt64
    private let source: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
    /// Bytes that came out so far.
    private(set) var produced: UInt64 = 0

    /// Starts before the first byte.
    ///
    /// - Parameters:
    ///   - member: The member.
    ///   - file: What it is in.
    ///   - compression: How it is compressed.
    ///   - limit: The most bytes to accept.
    init(
        _ member: DebMember, of file: ByteSource, compression: DebCompression, limit: UInt64
    ) throws(Failure) {
        name = member.name
        offset = member.offset
        self.limit = limit
        let start = member.offset
        let fill = { (offset: UInt64, buffer: UnsafeMutableRawBufferPointer) throws(Failure) -> Void in
            try file.read(at: start + offset, into: buffer)
        }
        switch compression {
        case .none:
            var position: UInt64 = 0
            let size = member.size
            source = { buffer throws(Failure) in
                let count = Int(min(UInt64(buffer.count), size - position))
                try fill(position, UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]))
                position += UInt64(count)
                return count
            }
        case .gzip:
            let reader = try GzipReader(size: member.size, fill: fill)
            source = { buffer throws(Failure) in try reader.read(into: buffer) }
        case .xz:
            let reader = try XZStreamReader(size: member.size, fill: fill)
            source = { buffer throws(Failure) in try reader.read(into: buffer) }
        }
    }

    /// Takes the next bytes.
    ///
    /// - Returns: How many; 0 at the end.
    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
        let count: Int
        do throws(Failure) {
            count = try source(buffer)
        } catch {
            throw error.during("\(name), at byte \(offset) of the file, can't be decoded")
        }
        produced += UInt64(count)
        guard produced <= limit else {
            throw Failure(
                .integrity,
                "\(name), at byte \(offset) of the file, unpacks to more than \(limit) bytes, the limit for it")
        }
        return count
    }
}
