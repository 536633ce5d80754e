import ByteIO
import Decompression
import Diagnostics
import Digests
import LinuxIO

/// The content of an index in one of its forms, with its digest.
final class PlainReader {
    private let decompressor: Decompressor
    private var digest: MessageDigest?

    /// Starts before the first byte.
    init(_ source: ByteSource, _ compression: Compression, _ algorithm: MessageDigest.Algorithm) throws(Failure) {
        decompressor = try Decompressor(
            source, compression: compression, limit: UnpackedLimit.bytes(packed: source.size), isConcatenated: true)
        digest = try MessageDigest(algorithm)
    }

    /// Takes the next bytes.
    ///
    /// - Returns: How many came; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
        let count = try decompressor.read(into: buffer)
        digest?.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        return count
    }

    /// The digest of all that was read; no bytes the second time.
    func finish() -> [UInt8] { digest.take()?.finish() ?? [] }
}

/// Takes stanzas one by one out of bytes that come in pieces, in the memory of the largest.
///
/// Other than `PackagesIndex`, it takes what others write: several empty lines, and none behind the last stanza.
struct StanzaReader: ~Copyable {
    /// Bytes that a stanza may have.
    private static let largest = 16 << 20
    private static let pieceSize = 1 << 20

    private var room = [UInt8](repeating: 0, count: pieceSize)
    private var start = 0
    private var filled = 0
    private var isAtEnd = false

    /// Takes each stanza.
    ///
    /// - Parameters:
    ///   - fill: Gives the next bytes; none at the end.
    ///   - body: Gets the stanza's bytes; must not keep them.
    /// - Throws: `.integrity` for a stanza that is too large, and what `fill` or `body` throw.
    mutating func forEach(
        fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int,
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        while true {
            let (from, to) = (start, filled)
            start = try room.withRawBytes { bytes throws(Failure) in
                var place = from
                let text = UnsafeRawBufferPointer(rebasing: bytes[..<to])
                while true {
                    while place < to, text[place] == 0x0A { place += 1 }
                    guard place < to, let end = PackagesIndex.end(ofRecordIn: text, from: place) else { return place }
                    try body(UnsafeRawBufferPointer(rebasing: text[place..<end]))
                    place = end
                }
            }
            if isAtEnd { break }
            try more(fill)
        }
        guard start < filled else { return }
        let (from, to) = (start, filled)
        try room.withRawBytes { bytes throws(Failure) in
            try body(UnsafeRawBufferPointer(rebasing: bytes[from..<to]))
        }
    }

    private mutating func more(_ fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int) throws(Failure) {
        if start > 0 {
            let rest = filled - start
            for place in 0..<rest { room[place] = room[start + place] }
            (start, filled) = (0, rest)
        }
        if room.count - filled < Self.pieceSize / 2 {
            guard filled <= Self.largest else {
                throw Failure(.integrity, "a stanza has more than \(Self.largest) bytes")
            }
            room += [UInt8](repeating: 0, count: room.count)
        }
        let place = filled
        let count = try room.withMutableRawBytes { bytes throws(Failure) in
            try fill(UnsafeMutableRawBufferPointer(rebasing: bytes[place...]))
        }
        filled += count
        isAtEnd = count == 0
    }
}
