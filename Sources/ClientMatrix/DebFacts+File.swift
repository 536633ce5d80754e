import ByteIO
import DebFormat
import Decompression
public import Diagnostics
public import LinuxIO

extension DebFacts {
    /// Reads the facts of a package, also of one that agentpack can't verify.
    ///
    /// Both archives are decoded once, in bounded memory; one that is compressed with zstd, bzip2, lzma or a newer filter of
    /// xz isn't, and what is in it stays unknown.
    ///
    /// - Parameter source: All bytes of the package.
    /// - Throws: `.integrity`, with the offset, for a damaged package.
    public init(_ source: ByteSource) throws(Failure) {
        let members = try DebMember.list(source)
        guard let control = members.first(where: { $0.name.hasPrefix("control.tar") }),
            let data = members.first(where: { $0.name.hasPrefix("data.tar") })
        else {
            throw Failure(
                .integrity,
                "\(source.name) ends at byte \(source.size), before its control archive or that of its files")
        }
        self.init()
        self.control = try Self.archive(control, of: source, largestFile: &largestFile)
        largestFile = 0
        self.data = try Self.archive(data, of: source, largestFile: &largestFile)
        guard archives.allSatisfy(Self.isRead) else { return }
        let file = try DebFile(source)
        removesConffiles = file.conffiles.contains(where: \.isRemovedOnUpgrade)
        hasVersionedProvides = (file.fields.relations["Provides"] ?? []).joined().contains { $0.version != nil }
    }

    /// The names of compressions by the ends of members' names.
    private static let names = [
        "": "none", ".gz": "gzip", ".xz": "xz", ".zst": "zstd", ".bz2": "bzip2", ".lzma": "lzma",
    ]

    private static func compression(_ name: String) -> Compression? {
        switch name {
        case "none": Compression.none
        case "gzip": .gzip
        case "xz": .xz
        default: nil
        }
    }

    /// Whether the package's strict reader takes an archive's form.
    private static func isRead(_ archive: Archive) -> Bool {
        compression(archive.compression) != nil && archive.foreignType == nil
            && archive.filters.allSatisfy(\.isDecoded)
    }

    private static func archive(
        _ member: DebMember, of source: ByteSource, largestFile: inout UInt64
    ) throws(Failure) -> Archive {
        let end = String(member.name.drop { $0 != "." }.dropFirst(4))
        var archive = Archive(name: member.name, compression: names[end] ?? end, filters: [])
        let part = try source.part(
            member.offset..<member.offset + member.size, name: "\(source.name): \(member.name)")
        guard let compression = compression(archive.compression) else { return archive }
        if compression == .xz { archive.filters = try XZFilter.all(in: part) }
        guard archive.filters.allSatisfy(\.isDecoded) else { return archive }
        var walk = try TarWalk(part, compression)
        archive.foreignType = try walk.firstForeignType(largestFile: &largestFile)
        return archive
    }
}

/// Goes over the headers of a tar archive, whatever they are.
private struct TarWalk {
    /// The types that dpkg's reader knows; lib/dpkg/tarfn.c, `tar_extractor`.
    private static let known = Set("\0001234567LK".utf8)

    private let decompressor: Decompressor

    init(_ source: ByteSource, _ compression: Compression) throws(Failure) {
        decompressor = try Decompressor(
            source, compression: compression, limit: UnpackedLimit.bytes(packed: source.size))
    }

    /// The type of the first header that dpkg refuses; nil when it reaches the archive's end.
    mutating func firstForeignType(largestFile: inout UInt64) throws(Failure) -> Character? {
        var block = [UInt8](repeating: 0, count: 512)
        while try fill(&block), block.contains(where: { $0 != 0 }) {
            guard Self.known.contains(block[156]) else { return Character(Unicode.Scalar(block[156])) }
            let size = Self.size(block[124..<136])
            // Links and directories have no content, whatever their size says.
            let hasContent = [0, UInt8(ascii: "0"), UInt8(ascii: "7"), UInt8(ascii: "L"), UInt8(ascii: "K")]
                .contains(block[156])
            guard hasContent else { continue }
            largestFile = max(largestFile, size)
            try skip((size + 511) / 512 * 512)
        }
        return nil
    }

    private func fill(_ block: inout [UInt8]) throws(Failure) -> Bool {
        var count = 0
        while count < block.count {
            let read = try block.withMutableRawBytes { buffer throws(Failure) in
                try decompressor.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[count...]))
            }
            if read == 0 { return false }
            count += read
        }
        return true
    }

    private func skip(_ size: UInt64) throws(Failure) {
        var room = [UInt8](repeating: 0, count: 1 << 16)
        var rest = size
        while rest > 0 {
            let count = Int(min(rest, UInt64(room.count)))
            let read = try room.withMutableRawBytes { buffer throws(Failure) in
                try decompressor.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]))
            }
            if read == 0 { return }
            rest -= UInt64(read)
        }
    }

    /// Octal digits, or GNU's binary form, of which what exceeds 63 bits is the largest number.
    private static func size(_ field: ArraySlice<UInt8>) -> UInt64 {
        if let first = field.first, first & 0x80 != 0 {
            guard field.dropFirst().prefix(3).allSatisfy({ $0 == 0 }), first == 0x80 else { return 1 << 62 }
            return min(1 << 62, field.suffix(8).reduce(0) { $0 << 8 | UInt64($1) })
        }
        return field.drop { $0 == 0x20 }.prefix { (0x30...0x37).contains($0) }.reduce(0) { $0 << 3 | UInt64($1 - 0x30) }
    }
}
