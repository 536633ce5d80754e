import ByteIO
import Decompression
public import Diagnostics
public import Digests
import LinuxIO
public import TarFormat

/// A path of a package that was read.
public struct DebFileEntry: Sendable, Equatable {
    /// The absolute path, without a slash behind it; `/` for the top.
    public var path: String
    /// What the archive says of it.
    public var header: TarEntry
    /// Where in the unpacked archive its header is.
    public var offset: UInt64
    /// The digests of a file's content; for one more name of a file those of the file.
    public var digests: Digests?

    /// The digests of a file's content.
    public struct Digests: Sendable, Equatable {
        /// SHA-256.
        public var sha256: SHA256Digest
        /// The 16 bytes of the MD5.
        public var md5: [UInt8]
    }
}

/// What reading all of a package found.
public struct DebContents: Sendable {
    /// How many paths there are.
    public var count = 0
    /// Bytes of all files.
    public var fileSize: UInt64 = 0
    /// Bytes of the archive of files, unpacked.
    public var plainSize: UInt64 = 0
    /// What dpkg would warn of or silently set right, a sentence each, the first hundred.
    public var warnings: [String] = []
}

extension DebFile {
    /// Reads the whole archive of files in bounded memory and checks it: every path, the configuration files, `md5sums`.
    ///
    /// - Parameter visit: Gets each path, in the archive's order.
    /// - Returns: What was found.
    /// - Throws: `.integrity` for the first thing that is wrong, with the offset in the archive, or what `visit` throws.
    @discardableResult
    public func verify(
        _ visit: (DebFileEntry) throws(Failure) -> Void = { _ throws(Failure) in }
    ) throws(Failure) -> DebContents {
        let limit = UnpackedLimit.bytes(packed: dataMember.size)
        let plain = try PlainReader(dataMember, of: source, compression: dataCompression, limit: limit)
        let name = "\(source.name): \(dataMember.name)"
        var reader = TarReader(name: name) { buffer throws(Failure) in try plain.read(into: buffer) }
        var checker = DebChecker(name: name)
        var room = [UInt8](repeating: 0, count: 1 << 16)
        while let member = try reader.next() {
            var entry = try checker.place(member)
            if case .file = entry.header.content {
                let digests = try Self.digests(of: &reader, room: &room)
                entry.digests = digests
                checker.note(digests, of: entry)
            }
            try visit(entry)
        }
        checker.contents.plainSize = reader.position
        try checker.finish(conffiles: conffiles, md5sums: md5sums)
        return checker.contents
    }

    private static func digests(
        of reader: inout TarReader, room: inout [UInt8]
    ) throws(Failure) -> DebFileEntry.Digests {
        let sha256 = SHA256()
        let md5 = try MessageDigest(.md5)
        while true {
            let count = try reader.read(into: &room)
            if count == 0 { break }
            try room.withRawBytes { buffer throws(Failure) in
                let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
                sha256.update(piece)
                md5.update(piece)
            }
        }
        return DebFileEntry.Digests(sha256: sha256.finish(), md5: md5.finish())
    }
}
