import Decompression

/// How a metadata file is compressed, by the end of its name, as clients find out, too.
enum MetadataCompression: Equatable {
    /// What `Decompression` reads: nothing, gzip, xz.
    case own(Compression)
    /// What libarchive reads: bzip2 and zstd.
    case foreign
    /// zchunk, whose content isn't looked at.
    case zchunk

    init(_ path: String) {
        switch path.utf8.lastIndex(of: UInt8(ascii: ".")).map({ String(path[$0...]) }) {
        case ".gz": self = .own(.gzip)
        case ".xz": self = .own(.xz)
        case ".bz2", ".zst", ".zstd": self = .foreign
        case ".zck": self = .zchunk
        default: self = .own(.none)
        }
    }

    /// Whether yum 3 of EL 7 reads it; `decompress` of its yum/misc.py knows gzip, bzip2 and xz.
    static func isForOldClients(_ path: String) -> Bool {
        ![".zst", ".zstd", ".zck"].contains { path.utf8.reversed().starts(with: $0.utf8.reversed()) }
    }
}
