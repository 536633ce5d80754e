/// `repomd.xml`: what a client fetches first, and what is signed; the list of a repository's metadata files.
///
/// Elements as createrepo_c writes them (src/xml_dump_repomd.c). Those that aren't known here (`repoid`, `contenthash`, the
/// data of comps or modules beyond checksum and size) are passed over when reading and not kept.
public struct Repomd: Sendable, Equatable {
    /// What a repository is made for.
    public struct Tags: Sendable, Equatable {
        /// `distro`: a distribution, maybe with its CPE name.
        public struct Distribution: Sendable, Equatable {
            /// The CPE name.
            public var cpe: String?
            /// The distribution.
            public var text: String

            /// Makes one.
            public init(cpe: String?, text: String) {
                self.cpe = cpe
                self.text = text
            }
        }

        /// What kind of packages the repository has.
        public var content: [String]
        /// What the repository is.
        public var repository: [String]
        /// The distributions it is for.
        public var distributions: [Distribution]

        /// Makes tags.
        public init(content: [String] = [], repository: [String] = [], distributions: [Distribution] = []) {
            self.content = content
            self.repository = repository
            self.distributions = distributions
        }

        /// Whether there are none.
        public var isEmpty: Bool { content.isEmpty && repository.isEmpty && distributions.isEmpty }
    }

    /// `revision`: text, usually seconds since 1970; nil where it is missing.
    public var revision: String?
    /// `tags`.
    public var tags: Tags
    /// The files, in their order.
    public var data: [RepomdData]

    /// Makes a list.
    public init(revision: String?, tags: Tags = Tags(), data: [RepomdData]) {
        self.revision = revision
        self.tags = tags
        self.data = data
    }

    /// The entry of a type, the first; `primary`, `filelists`, `other`.
    public func data(_ type: String) -> RepomdData? { data.first { $0.type == type } }
}

/// A digest and its algorithm, as metadata spells them.
public struct RepositoryChecksum: Sendable, Hashable {
    /// The algorithm: `sha256`; `sha` is SHA-1.
    public var algorithm: String
    /// The digest, in lower-case hexadecimal digits.
    public var value: String

    /// Makes a checksum.
    public init(algorithm: String = "sha256", value: String) {
        self.algorithm = algorithm
        self.value = value
    }
}

/// One metadata file of a repository: a `data` element.
public struct RepomdData: Sendable, Equatable {
    /// What it holds, such as `primary`, `filelists`, `other`, `group` or `updateinfo`.
    public var type: String
    /// Of the file.
    public var checksum: RepositoryChecksum
    /// Of its content when decompressed; nil where that isn't stated, which yum 3 doesn't bear for compressed files.
    public var openChecksum: RepositoryChecksum?
    /// Of the header of a zchunk file.
    public var headerChecksum: RepositoryChecksum?
    /// Where it is, relative to the directory that has `repodata`.
    public var location: String
    /// `xml:base`: what `location` is relative to instead.
    public var base: String?
    /// Seconds since 1970.
    public var timestamp: Int64?
    /// Bytes of the file.
    public var size: UInt64?
    /// Bytes of its content when decompressed.
    public var openSize: UInt64?
    /// Bytes of the header of a zchunk file.
    public var headerSize: UInt64?
    /// Of an SQLite file.
    public var databaseVersion: Int64?

    /// Makes an entry.
    public init(
        type: String, checksum: RepositoryChecksum, openChecksum: RepositoryChecksum?, location: String,
        timestamp: Int64?, size: UInt64?, openSize: UInt64?
    ) {
        self.type = type
        self.checksum = checksum
        self.openChecksum = openChecksum
        self.location = location
        self.timestamp = timestamp
        self.size = size
        self.openSize = openSize
    }
}
