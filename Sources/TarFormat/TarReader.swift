public import Diagnostics

/// Reads a tar archive from front to back, accepting what dpkg accepts (lib/dpkg/tarfn.c) and no more.
///
/// Formats: v7, ustar, GNU with long names. Refused by name: pax headers, sparse files, volumes, Solaris' and unknown
/// types. Stricter than dpkg: the two blocks of zeros are there and only zeros follow, padding is zeros, names are UTF-8
/// without newlines, only files have content, a magic is one of the three.
public struct TarReader {
    /// A path of the archive and where its header is.
    public struct Member: Sendable, Equatable {
        /// What the header says.
        public var entry: TarEntry
        /// Where in the archive the header begins, that of a long name before it not counted.
        public var offset: UInt64
    }

    /// Bytes of a record: archives are filled up to one; GNU tar's has 10240 unless asked for more.
    private static let largestRecord: UInt64 = 1 << 20

    private let name: String
    private let source: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
    /// Bytes of the archive that were read.
    public private(set) var position: UInt64 = 0
    private var contentLeft: UInt64 = 0
    private var padding = 0
    private var isAtEnd = false

    /// Starts before the first header.
    ///
    /// - Parameters:
    ///   - name: The archive's name, for messages.
    ///   - source: Puts the archive's next bytes into the buffer and returns how many there were, 0 only at the end.
    public init(name: String, source: @escaping (UnsafeMutableRawBufferPointer) throws(Failure) -> Int) {
        self.name = name
        self.source = source
    }

    /// Goes to the next path, past what is left of the content of the one before.
    ///
    /// - Returns: The path, or nil at the archive's end, when nothing but zeros followed.
    /// - Throws: `.integrity`, with the offset in the archive; or what the source throws.
    public mutating func next() throws(Failure) -> Member? {
        if isAtEnd { return nil }
        try skipContent()
        var names = LongNames()
        while true {
            let offset = position
            let block = try takeBlock(expecting: "a header")
            guard block.contains(where: { $0 != 0 }) else {
                guard names.isEmpty else { throw failure("a long name without a header", at: offset) }
                try takeEnd(after: offset)
                return nil
            }
            let header = TarHeaderReader(bytes: block, archive: name, offset: offset)
            try header.check()
            switch header.type {
            case UInt8(ascii: "L") where names.path == nil: names.path = try takeLongName(header)
            case UInt8(ascii: "K") where names.target == nil: names.target = try takeLongName(header)
            case UInt8(ascii: "L"), UInt8(ascii: "K"): throw failure("a second long name for one path", at: offset)
            default:
                let entry = try header.entry(names)
                contentLeft = entry.fileSize
                padding = Tar.padding(after: contentLeft)
                return Member(entry: entry, offset: offset)
            }
        }
    }

    /// Takes bytes of the content of the path that came last.
    ///
    /// - Parameter buffer: The room.
    /// - Returns: How many bytes came; 0 at the content's end, or when the room is empty.
    /// - Throws: `.integrity` when the archive ends before, with the offset; or what the source throws.
    public mutating func readContent(into buffer: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
        let count = Int(min(UInt64(buffer.count), contentLeft))
        guard count > 0 else { return 0 }
        let got = try source(UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]))
        guard got > 0 else {
            throw failure("the archive's end, \(contentLeft) bytes before that of a file's content", at: position)
        }
        position += UInt64(got)
        contentLeft -= UInt64(got)
        return got
    }

    /// A failure of this archive.
    ///
    /// - Parameters:
    ///   - problem: What there is.
    ///   - offset: Where in the archive.
    public func failure(_ problem: String, at offset: UInt64) -> Failure {
        Failure(.integrity, "\(name) has \(problem), at byte \(offset)")
    }

    private mutating func skipContent() throws(Failure) {
        if contentLeft > 0 {
            var room = [UInt8](repeating: 0, count: 1 << 16)
            while contentLeft > 0 {
                _ = try withRoom(&room, room.count) { reader, buffer throws(Failure) in
                    try reader.readContent(into: buffer)
                }
            }
        }
        guard padding > 0 else { return }
        let offset = position
        let bytes = try take(padding, expecting: "the padding of a file")
        padding = 0
        guard bytes.allSatisfy({ $0 == 0 }) else { throw failure("a file's padding that isn't zeros", at: offset) }
    }

    private mutating func takeLongName(_ header: TarHeaderReader) throws(Failure) -> [UInt8] {
        let size = try header.number(.size)
        // Linux takes 4096 bytes of path; what is much longer is no name.
        guard size > 0, size <= 1 << 16 else {
            throw failure("a long name of \(size) bytes", at: header.offset)
        }
        let bytes = try take(Int(size), expecting: "a long name")
        _ = try take(Tar.padding(after: size), expecting: "the padding of a long name")
        // GNU tar counts the NUL behind the name, others don't.
        return bytes.last == 0 ? Array(bytes.dropLast()) : bytes
    }

    private mutating func takeBlock(expecting what: String) throws(Failure) -> [UInt8] {
        try take(Tar.blockSize, expecting: what)
    }

    private mutating func take(_ count: Int, expecting what: String) throws(Failure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let start = done
            let got = try withRoom(&bytes, count) { reader, buffer throws(Failure) in
                try reader.source(UnsafeMutableRawBufferPointer(rebasing: buffer[start...]))
            }
            guard got > 0 else { throw failure("its end where \(what) was expected", at: position) }
            position += UInt64(got)
            done += got
        }
        return bytes
    }

    /// A second block of zeros, then zeros in whole blocks: tars write records of several blocks.
    private mutating func takeEnd(after offset: UInt64) throws(Failure) {
        isAtEnd = true
        let second = try takeBlock(expecting: "the second block of zeros")
        guard second.allSatisfy({ $0 == 0 }) else {
            throw failure("bytes behind its end", at: offset + UInt64(Tar.blockSize))
        }
        var room = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let got = try withRoom(&room, room.count) { reader, buffer throws(Failure) in
                try reader.source(buffer)
            }
            if got == 0 { break }
            guard room[..<got].allSatisfy({ $0 == 0 }) else { throw failure("bytes behind its end", at: position) }
            position += UInt64(got)
            guard position - offset <= Self.largestRecord else {
                throw failure("more zeros behind its end than any tar writes", at: position)
            }
        }
        guard position % UInt64(Tar.blockSize) == 0 else { throw failure("a part of a block at its end", at: position) }
    }

    private mutating func withRoom(
        _ room: inout [UInt8], _ count: Int,
        _ body: (inout TarReader, UnsafeMutableRawBufferPointer) throws(Failure) -> Int
    ) throws(Failure) -> Int {
        var reader = self
        defer { self = reader }
        return try room.withUnsafeMutableBytes { buffer in
            Result { () throws(Failure) -> Int in
                try body(&reader, UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]))
            }
        }.get()
    }
}

/// Names that came before the header that they belong to.
struct LongNames {
    var path: [UInt8]?
    var target: [UInt8]?

    var isEmpty: Bool { path == nil && target == nil }
}
