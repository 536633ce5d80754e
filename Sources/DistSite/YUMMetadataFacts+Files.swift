import ClientMatrix
import Diagnostics
import IndexFiles
import LinuxIO
import OpenPGP
import YUMRepository

extension YUMMetadataFacts {
    /// Reads the facts of a repository's files; nothing is verified.
    ///
    /// - Parameters:
    ///   - directory: The directory that has `repodata`.
    ///   - keys: The keys that clients have; nil where that isn't known, and then they have those that sign.
    ///   - now: The time of the judgement, in seconds since 1970.
    ///   - open: Gives a file; nil when it isn't there.
    /// - Returns: Nil where there is no repomd.xml.
    /// - Throws: `.integrity` for damage, and what opening throws.
    init?(
        of directory: String, keys: [Certificate]?, now: Int64,
        open: (String) throws(Failure) -> ByteSource?
    ) throws(Failure) {
        let name = "\(directory)/\(RepositoryFileNames.index)"
        guard let bytes = try open(name)?.small() else { return nil }
        let repomd = try Repomd(bytes, name: name)
        self.init()
        size = bytes.count
        records = repomd.data.map { entry in
            Record(
                entry.type, Compression(ofFileNamed: entry.location), checksum: MetadataDigest(entry.checksum),
                hasOpenChecksum: entry.openChecksum != nil)
        }
        timestamp = repomd.newestTimestamp
        hasKeyFile = try open("\(directory)/\(RepositoryFileNames.key)") != nil
        signatures = []
        if let signature = try open("\(directory)/\(RepositoryFileNames.signature)")?.small() {
            isSignatureArmored = Armor.isArmored(signature)
            let packets =
                isSignatureArmored ? try Armor.read(signature, name: name).flatMap(\.content) : signature
            signatures = try MetadataSignature.all(packets, name: name + ".asc", keys: keys, now: now)
        }
        if let primary = repomd.data(PrimaryIndex.type), primary.location.hasSuffix(".gz"), primary.base == nil,
            let source = try open("\(directory)/\(primary.location)")
        {
            // The others are by the same program.
            var first: [UInt8]?
            try PublishedIndex<PrimaryIndex>(plain: nil, gzip: source, xz: nil).forEachRecord { _, record in
                first = Array(record)
                return false
            }
            if let first { packageDigest = MetadataDigest(try PublishedPackage(first).checksum) }
        }
    }
}

extension Repomd {
    /// The newest time stamp of a file, in seconds since 1970; 0 where none has one.
    var newestTimestamp: Int64 { data.compactMap(\.timestamp).max() ?? 0 }
}

extension YUMMetadataFacts.Compression {
    /// How a file is compressed, by the end of its name, as clients find out, too.
    init(ofFileNamed name: String) {
        let endings: [String: Self] = [
            ".gz": .gzip, ".bz2": .bzip2, ".xz": .xz, ".zst": .zstd, ".zstd": .zstd, ".zck": .zchunk,
        ]
        self = endings.first { name.hasSuffix($0.key) }?.value ?? .none
    }
}

extension MetadataDigest {
    /// The digest of a checksum; SHA-224, which nobody refuses, counts as SHA-256.
    fileprivate init(_ checksum: RepositoryChecksum) {
        // `sha` is SHA-1 to createrepo_c.
        self = checksum.algorithm == "sha" ? .sha1 : MetadataDigest(rawValue: checksum.algorithm) ?? .sha256
    }
}
