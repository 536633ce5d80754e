/// What of a YUM repository's metadata decides who reads it.
public struct YUMMetadataFacts: Sendable, Equatable {
    /// How a file of metadata is compressed.
    public enum Compression: String, Sendable, CaseIterable {
        /// Not at all.
        case none
        /// gzip.
        case gzip
        /// bzip2.
        case bzip2
        /// xz.
        case xz
        /// zstd.
        case zstd
        /// zchunk.
        case zchunk
    }

    /// A file that `repomd.xml` lists.
    public struct Record: Sendable, Equatable {
        /// Its type: `primary`, `primary_db`, `primary_zck`.
        public var type: String
        /// How it is compressed.
        public var compression: Compression
        /// The digest of `checksum`.
        public var checksum: MetadataDigest
        /// Whether there is `open-checksum`.
        public var hasOpenChecksum: Bool

        /// Describes a file.
        public init(
            _ type: String, _ compression: Compression = .gzip, checksum: MetadataDigest = .sha256,
            hasOpenChecksum: Bool = true
        ) {
            self.type = type
            self.compression = compression
            self.checksum = checksum
            self.hasOpenChecksum = hasOpenChecksum
        }
    }

    /// The files that `repomd.xml` lists.
    public var records = [Record("primary"), Record("filelists"), Record("other")]
    /// The digest of packages in `primary`.
    public var packageDigest: MetadataDigest = .sha256
    /// The signatures in `repomd.xml.asc`, in their order; none for one that isn't signed.
    public var signatures: [MetadataSignature] = [MetadataSignature()]
    /// Whether `repomd.xml.asc` is armored.
    public var isSignatureArmored = true
    /// Whether there is `repomd.xml.key`.
    public var hasKeyFile = true
    /// Whether the `.repo` file says `repo_gpgcheck=1`.
    public var checksMetadata = true
    /// How many URLs `gpgkey` has in the `.repo` file.
    public var keyCount = 1
    /// Which of those, from 0, has the key that signed `repomd.xml`.
    public var signingKey = 0
    /// The newest `timestamp` of a file.
    public var timestamp: Int64 = 0
    /// The newest `timestamp` of what was published before; nil for the first time.
    public var previousTimestamp: Int64?

    /// Bytes of `repomd.xml`.
    public var size = 0

    /// Describes a repository as every client takes it.
    public init() {}
}
