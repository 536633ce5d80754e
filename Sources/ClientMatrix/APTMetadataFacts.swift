/// What of an APT archive's metadata decides who reads it.
///
/// Times are in seconds since 1970.
public struct APTMetadataFacts: Sendable, Equatable {
    /// A form of an index on the server.
    public enum IndexForm: String, Sendable, CaseIterable {
        /// Not compressed.
        case plain
        /// `.gz`.
        case gzip
        /// `.bz2`.
        case bzip2
        /// `.lzma`.
        case lzma
        /// `.xz`.
        case xz
        /// `.zst`.
        case zstd
    }

    /// A form of what administrators put into `/etc/apt/sources.list.d`.
    public enum SourceForm: String, Sendable, CaseIterable {
        /// A line with `deb`, and the key in `trusted.gpg.d`.
        case line
        /// A line with `signed-by=` and the name of a binary key file.
        case signedBy
        /// A line with `signed-by=` and the name of an armored key file.
        case signedByArmored
        /// A `.sources` file with the name of a key file.
        case deb822
        /// A `.sources` file with the key in it.
        case deb822InlineKey
    }

    /// What apt wants to be told of when it changes.
    public struct Identity: Sendable, Equatable {
        /// `Origin`.
        public var origin: String?
        /// `Label`.
        public var label: String?
        /// `Codename`.
        public var codename: String?

        /// Names an archive.
        public init(origin: String? = nil, label: String? = nil, codename: String? = nil) {
            self.origin = origin
            self.label = label
            self.codename = codename
        }
    }

    /// Whether there is an `InRelease`.
    public var hasInRelease = true
    /// Whether there are `Release` and `Release.gpg`.
    public var hasDetachedSignature = true
    /// The signatures, in their order; none for an archive that isn't signed.
    public var signatures: [MetadataSignature] = [MetadataSignature()]
    /// The digests that `Release` lists for indexes.
    public var indexDigests: Set<MetadataDigest> = [.sha256]
    /// Whether `Release` says `Acquire-By-Hash: yes`.
    public var acquiresByHash = true
    /// The digests under which `by-hash` has every index.
    public var byHash: Set<MetadataDigest> = [.sha256]
    /// The forms in which each `Packages` is on the server.
    public var indexForms: Set<IndexForm> = [.plain, .gzip, .xz]
    /// Whether `Release` lists the plain `Packages`, be it there or not.
    public var listsPlainIndex = true
    /// The digests that every paragraph of `Packages` has.
    public var packageDigests: Set<MetadataDigest> = [.sha256]
    /// `Date`.
    public var date: Int64
    /// `Valid-Until`; nil where there is none.
    public var validUntil: Int64?
    /// The fingerprints in `Signed-By`; nil where there is no such field.
    public var signedBy: [String]?
    /// The archive's names.
    public var identity = Identity()
    /// Its names in what was published before; nil for the first time.
    public var previous: Identity?
    /// `Date` of what was published before; nil for the first time.
    public var previousDate: Int64?
    /// Whether `Release` says `NotAutomatic: yes`.
    public var isNotAutomatic = false
    /// Whether it is served by HTTPS alone.
    public var needsHTTPS = false
    /// The forms of sources that administrators are told to use.
    public var sourceForms: Set<SourceForm> = []
    /// The time of the judgement.
    public var now: Int64

    /// Describes an archive as every apt takes it.
    ///
    /// - Parameters:
    ///   - date: `Date` of its `Release`.
    ///   - now: The time of the judgement.
    public init(date: Int64, now: Int64) {
        self.date = date
        self.now = now
    }
}
