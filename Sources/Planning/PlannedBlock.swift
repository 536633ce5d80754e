public import Diagnostics
import Digests

/// The plain bytes of one block, before they are compressed.
public struct PlannedBlock: Sendable {
    /// What the block consists of, in order.
    public private(set) var segments: [BlockSegment] = []
    /// Whether the content is x86 machine code, for which the x86 filter pays.
    public let isX86: Bool
    /// The number of bytes.
    public private(set) var size: UInt64 = 0
    /// What is in a block of a large file's own: equal ones are compressed once, whatever the number of formats.
    public let identity: BlockIdentity?

    init(isX86: Bool, identity: BlockIdentity? = nil) {
        self.isX86 = isX86
        self.identity = identity
    }

    mutating func append(_ segment: BlockSegment) {
        segments.append(segment)
        size += UInt64(segment.count)
    }

    /// Reads the block's bytes from the sources.
    ///
    /// - Parameter buffer: Room for exactly `size` bytes.
    /// - Throws: `.failed` naming the file that changed since it was hashed or can't be read.
    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(Failure) {
        precondition(UInt64(buffer.count) == size, "the buffer is as large as the block")
        var start = 0
        for segment in segments {
            let part = UnsafeMutableRawBufferPointer(rebasing: buffer[start..<(start + segment.count)])
            try segment.read(into: part)
            start += segment.count
        }
    }
}

extension PlannedBlock {
    /// Takes the block's bytes in pieces, from the first to the last.
    ///
    /// - Parameters:
    ///   - buffer: Room for a piece.
    ///   - body: Gets each piece; must not keep the pointer.
    /// - Throws: `.failed` naming the file that changed since it was hashed or can't be read.
    public func forEachPiece(
        _ buffer: UnsafeMutableRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        for segment in segments {
            var piece = segment
            var done = 0
            while done < segment.count {
                piece.offset = segment.offset + UInt64(done)
                piece.count = min(buffer.count, segment.count - done)
                let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<piece.count])
                try piece.read(into: part)
                try body(UnsafeRawBufferPointer(part))
                done += piece.count
            }
        }
    }
}

/// A part of a large file, by its content.
public struct BlockIdentity: Sendable, Hashable {
    /// SHA-256 of the whole file.
    var file: SHA256Digest
    /// Where in the file the part starts.
    var offset: UInt64
    /// The number of bytes.
    var count: Int
    /// Whether the x86 filter is applied.
    var isX86: Bool
}

/// A part of a block: some bytes of a file, or bytes at hand.
public struct BlockSegment: Sendable {
    /// Where the bytes are.
    public enum Source: Sendable {
        /// In a file of the plan.
        case file(FileSource)
        /// In memory.
        case bytes([UInt8])
    }

    /// Where the bytes are.
    public var source: Source
    /// Where in the source the part starts.
    public var offset: UInt64
    /// The number of bytes.
    public var count: Int

    /// Takes a part of a file.
    public init(of file: FileSource, offset: UInt64, count: Int) {
        source = .file(file)
        self.offset = offset
        self.count = count
    }

    /// Takes bytes at hand.
    public init(_ bytes: [UInt8]) {
        source = .bytes(bytes)
        offset = 0
        count = bytes.count
    }

    /// Reads the part.
    ///
    /// - Parameter buffer: Room for exactly `count` bytes.
    /// - Throws: `.failed` naming the file that changed since it was hashed or can't be read.
    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(Failure) {
        switch source {
        case .file(let file): try file.open().read(at: offset, into: buffer)
        case .bytes(let bytes): buffer.copyBytes(from: bytes[Int(offset)..<Int(offset) + count])
        }
    }
}
