import ByteIO
public import Diagnostics

/// Bytes of known length that can be read at any place: a file, a part of one, or an array.
public struct ByteSource {
    /// The number of bytes.
    public let size: UInt64
    /// What they are, ready to be shown in messages.
    public let name: String
    private let fill: (UInt64, UnsafeMutableRawBufferPointer) throws(Failure) -> Void

    /// Makes a source.
    ///
    /// - Parameters:
    ///   - size: The number of bytes.
    ///   - name: What they are, ready to be shown.
    ///   - fill: Fills the whole buffer from an offset; only asked for bytes that are there.
    public init(
        size: UInt64, name: String, fill: @escaping (UInt64, UnsafeMutableRawBufferPointer) throws(Failure) -> Void
    ) {
        self.size = size
        self.name = name
        self.fill = fill
    }

    /// A source of bytes in memory.
    ///
    /// - Parameters:
    ///   - bytes: The bytes.
    ///   - name: What they are, ready to be shown.
    public init(_ bytes: [UInt8], name: String) {
        self.init(size: UInt64(bytes.count), name: name) { offset, buffer in
            buffer.copyBytes(from: bytes[Int(offset)..<Int(offset) + buffer.count])
        }
    }

    /// Fills a buffer.
    ///
    /// - Parameters:
    ///   - offset: Where to start.
    ///   - buffer: The room, filled to its end.
    /// - Throws: `.integrity` when the bytes end before, or what the system reports.
    public func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws(Failure) {
        let (end, isOverflow) = offset.addingReportingOverflow(UInt64(buffer.count))
        guard !isOverflow, end <= size else {
            throw Failure(
                .integrity,
                "\(name) ends at byte \(size); \(buffer.count) bytes were expected at byte \(offset)")
        }
        try fill(offset, buffer)
    }

    /// Takes bytes.
    ///
    /// - Parameters:
    ///   - count: How many; check what a file says before asking for memory.
    ///   - offset: Where to start.
    /// - Returns: Exactly `count` bytes.
    /// - Throws: `.integrity` when the bytes end before, or what the system reports.
    public func read(_ count: Int, at offset: UInt64) throws(Failure) -> [UInt8] {
        guard count >= 0, UInt64(count) <= size, offset <= size - UInt64(count) else {
            throw Failure(
                .integrity, "\(name) ends at byte \(size); \(count) bytes were expected at byte \(offset)")
        }
        var bytes = [UInt8](repeating: 0, count: count)
        try bytes.withMutableRawBytes { buffer throws(Failure) in try read(at: offset, into: buffer) }
        return bytes
    }

    /// A part of the bytes as a source of its own.
    ///
    /// - Parameters:
    ///   - range: The part.
    ///   - name: What it is, ready to be shown.
    /// - Throws: `.integrity` when the bytes end before.
    public func part(_ range: Range<UInt64>, name: String) throws(Failure) -> ByteSource {
        guard range.upperBound <= size else {
            throw Failure(
                .integrity, "\(self.name) ends at byte \(size); \(name) was expected up to byte \(range.upperBound)")
        }
        return ByteSource(size: range.upperBound - range.lowerBound, name: name) { offset, buffer throws(Failure) in
            try read(at: range.lowerBound + offset, into: buffer)
        }
    }

    /// Takes all bytes in pieces, from the first to the last.
    ///
    /// - Parameter body: Gets each piece; must not keep the pointer.
    public func forEachPiece(_ body: (UnsafeRawBufferPointer) throws(Failure) -> Void) throws(Failure) {
        var buffer = [UInt8](repeating: 0, count: Int(min(size, 1 << 18)))
        var offset: UInt64 = 0
        while offset < size {
            let count = Int(min(UInt64(buffer.count), size - offset))
            try buffer.withMutableRawBytes { raw throws(Failure) in
                let piece = UnsafeMutableRawBufferPointer(rebasing: raw[..<count])
                try read(at: offset, into: piece)
                try body(UnsafeRawBufferPointer(piece))
            }
            offset += UInt64(count)
        }
    }

    /// Several sources one behind the other.
    ///
    /// - Parameters:
    ///   - parts: The sources in their order.
    ///   - name: What they are together, ready to be shown.
    public init(joining parts: [ByteSource], name: String) {
        self.init(size: parts.reduce(0) { $0 + $1.size }, name: name) { offset, buffer throws(Failure) in
            var start: UInt64 = 0
            var filled = 0
            for part in parts {
                defer { start += part.size }
                guard filled < buffer.count, offset + UInt64(filled) < start + part.size else { continue }
                let from = offset + UInt64(filled) - start
                let count = Int(min(UInt64(buffer.count - filled), part.size - from))
                try part.read(
                    at: from, into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled..<filled + count]))
                filled += count
            }
        }
    }
}
