import ByteIO
import Decompression
import Diagnostics
import Digests
import LinuxIO

/// The decompressed payload, taken field by field, with its size and digest.
final class PayloadStream {
    private let decompressor: Decompressor
    private let name: String
    private let payloadOffset: UInt64
    private var plain: SHA256? = SHA256()
    private var buffer = [UInt8](repeating: 0, count: 1 << 17)
    private var start = 0
    private var end = 0
    /// Where in the decompressed payload the next byte is.
    private(set) var position: UInt64 = 0

    /// Starts before the first entry of a package's payload.
    init(_ file: RPMFile) throws(Failure) {
        decompressor = try file.decompressed()
        name = file.source.name
        payloadOffset = file.payloadOffset
    }

    /// What is wrong, and where in the decompressed payload.
    func damage(at offset: UInt64, _ message: String) -> Failure {
        Failure(.integrity, "\(name): byte \(offset) of the decompressed payload: \(message)")
    }

    private func refill() throws(Failure) {
        let count = try buffer.withMutableRawBytes { bytes throws(Failure) in
            let count = try decode(bytes)
            plain?.update(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
            return count
        }
        (start, end) = (0, count)
    }

    private func decode(_ bytes: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
        do throws(Failure) {
            return try decompressor.read(into: bytes)
        } catch {
            throw error.during(
                "\(name): byte \(decompressor.produced) of the decompressed payload: the payload, which starts at byte "
                    + "\(payloadOffset), can't be decoded")
        }
    }

    /// Gives the next bytes to `body` in pieces.
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - what: What they are, for the message when they end early.
    func take(
        _ count: UInt64, _ what: String, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        var left = count
        while left > 0 {
            if start == end { try refill() }
            guard start < end else { throw damage(at: position, "the payload ends within \(what)") }
            let size = Int(min(left, UInt64(end - start)))
            try buffer.withRawBytes { bytes throws(Failure) in
                try body(UnsafeRawBufferPointer(rebasing: bytes[start..<start + size]))
            }
            start += size
            left -= UInt64(size)
            position += UInt64(size)
        }
    }

    /// Takes a few bytes.
    func take(_ count: Int, _ what: String) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        try take(UInt64(count), what) { piece in bytes.append(contentsOf: piece) }
        return bytes
    }

    /// Takes the zeros that align what comes next to 4 bytes.
    func skipPadding(_ what: String) throws(Failure) {
        let count = CPIOHeader.padding(after: position)
        let at = position
        guard try take(count, what).allSatisfy({ $0 == 0 }) else {
            throw damage(at: at, "the bytes behind \(what) are not zero")
        }
    }

    /// Takes what follows the last entry: nothing, or the zeros that fill the last 512 bytes, as GNU cpio writes them.
    ///
    /// - Returns: SHA-256 of the whole payload.
    func finish() throws(Failure) -> SHA256Digest {
        let last = position
        while true {
            if start == end { try refill() }
            if start == end { break }
            guard buffer[start..<end].allSatisfy({ $0 == 0 }), position + UInt64(end - start) - last < 512 else {
                throw damage(at: last, "bytes follow the end of the archive")
            }
            position += UInt64(end - start)
            start = end
        }
        return plain.take()?.finish() ?? .zero
    }
}
