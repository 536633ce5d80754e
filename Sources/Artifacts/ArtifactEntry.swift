public import Digests

/// One path that an artifact brings or owns.
public struct ArtifactEntry: Sendable, Equatable {
    /// What is at a path.
    public enum Kind: String, Sendable, CaseIterable {
        case directory, file, link
        case hardLink = "hard-link"
        case characterDevice = "character-device"
        case blockDevice = "block-device"
        case pipe, socket
    }

    /// The path: absolute in packages, below the version's directory in an installer.
    public var path: String
    /// What is there.
    public var kind: Kind
    /// The permission bits, with set-user-ID, set-group-ID and sticky.
    public var mode: UInt32
    /// The owner's name, or number where there is none.
    public var owner: String
    /// The group's name, or number where there is none.
    public var group: String
    /// A file's bytes; 0 for everything else.
    public var size: UInt64
    /// A file's SHA-256: stated by the format, or of the content where that was read.
    public var sha256: SHA256Digest?
    /// A digest by another algorithm that the format states of a file.
    public var stated: ArtifactDigest?
    /// What a link says.
    public var target: String?
    /// Words of the format: `conffile`, `config`, `noreplace`, `ghost`, `doc`.
    public var flags: [String]
    /// A file's capabilities, as cap_from_text(3) reads them.
    public var capabilities: String?
    /// The modification time in seconds since 1970.
    public var time: Int64?

    /// Describes a path.
    public init(
        path: String, kind: Kind, mode: UInt32, owner: String, group: String, size: UInt64 = 0,
        sha256: SHA256Digest? = nil, stated: ArtifactDigest? = nil, target: String? = nil, flags: [String] = [],
        capabilities: String? = nil, time: Int64? = nil
    ) {
        self.path = path
        self.kind = kind
        self.mode = mode
        self.owner = owner
        self.group = group
        self.size = size
        self.sha256 = sha256
        self.stated = stated
        self.target = target
        self.flags = flags
        self.capabilities = capabilities
        self.time = time
    }
}

/// A digest with its algorithm.
public struct ArtifactDigest: Sendable, Equatable {
    /// `md5`, `sha256`.
    public var algorithm: String
    /// The digest.
    public var bytes: [UInt8]

    /// Makes a digest.
    public init(_ algorithm: String, _ bytes: [UInt8]) {
        self.algorithm = algorithm
        self.bytes = bytes
    }

    /// The digest in hexadecimal digits.
    public var hex: String { Hexadecimal.text(bytes) }
}
