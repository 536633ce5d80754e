import Decompression
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

    fileprivate var plain: Compression {
        switch self {
        case .none: .none
        case .gzip: .gzip
        case .xz: .xz
        }
    }
}

/// A member's content as it is decoded.
struct PlainReader {
    private let place: String
    private let decompressor: Decompressor

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
        place = "\(file.name): \(member.name), at byte \(member.offset) of the file,"
        decompressor = try Decompressor(
            file.part(member.offset..<member.offset + member.size, name: "\(file.name): \(member.name)"),
            compression: compression.plain, limit: limit)
    }

    /// Bytes that came out so far.
    var produced: UInt64 { decompressor.produced }

    /// Takes the next bytes.
    ///
    /// - Returns: How many; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
        do throws(Failure) {
            return try decompressor.read(into: buffer)
        } catch {
            throw error.during("\(place) can't be decoded")
        }
    }
}
