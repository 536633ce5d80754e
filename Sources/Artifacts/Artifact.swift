public import SetupPlan
public import XZ

/// What a file that gets software onto machines says of itself, in one shape for every format.
///
/// Texts are as the file has them; bytes that aren't UTF-8 stand as `\xNN`. Nothing is escaped for a terminal.
public struct Artifact: Sendable {
    /// The path it was opened by.
    public var path: String
    /// What it is.
    public var format: ArtifactFormat
    /// Whether it is a source package, from which others are built.
    public var isSource = false
    /// Its bytes.
    public var size: UInt64
    /// What every format says, under one name each.
    public var identity: ArtifactIdentity
    /// What its format calls by names of its own, in the file's order.
    public var fields: [ArtifactField] = []
    /// What it needs, provides or can't stand, in the file's order.
    public var relations: [ArtifactRelation] = []
    /// The paths, in the file's order; nil where listing them would have meant to decompress the payload.
    public var entries: [ArtifactEntry]?
    /// What runs when it is installed, upgraded or removed.
    public var scripts: [ArtifactScript] = []
    /// Lines of a Debian package's `triggers`.
    public var triggers: [String] = []
    /// Paths of a Debian package's `conffiles`.
    public var conffiles: [String] = []
    /// The parts of the file, in their order.
    public var parts: [ArtifactPart] = []
    /// The digests and sizes that the file states of its parts.
    public var statements: [ArtifactStatement] = []
    /// The signatures inside; whether they hold is for `verify` to say.
    public var signatures: [ArtifactSignature] = []
    /// How the payload is compressed.
    public var compression: ArtifactCompression
    /// What only files with a plan have.
    public var installer: InstallerDetail?
}

extension Artifact {
    /// What it is, for people.
    public var title: String { isSource ? "RPM source package" : format.title }
}

/// Names that mean the same in every format.
public struct ArtifactIdentity: Sendable, Equatable {
    /// The product's or package's name.
    public var name: String
    /// The version with its release, without epoch: `2.3.0-1`.
    public var version: String
    /// The architecture as Debian spells it: `amd64`, `all`.
    public var architecture: String
    /// One line on what it is.
    public var summary: String
    /// The web page.
    public var homepage: String?
}

/// A name and a value.
public struct ArtifactField: Sendable, Equatable {
    /// The name as the format spells it.
    public var name: String
    /// The value; may have several lines.
    public var value: String

    /// Makes a field.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// One relation.
public struct ArtifactRelation: Sendable, Equatable {
    /// `depends`, `requires`, and so on, as the format spells it, in lower case.
    public var kind: String
    /// The package or capability with versions and alternatives.
    public var text: String

    /// Makes a relation.
    public init(_ kind: String, _ text: String) {
        self.kind = kind
        self.text = text
    }
}

/// A script.
public struct ArtifactScript: Sendable, Equatable {
    /// When it runs: `postinst`, `pretrans`.
    public var name: String
    /// What runs it; empty where nothing says so.
    public var interpreter: String
    /// The text.
    public var text: String

    /// Makes a script.
    public init(name: String, interpreter: String, text: String) {
        self.name = name
        self.interpreter = interpreter
        self.text = text
    }
}

/// A part of the file.
public struct ArtifactPart: Sendable, Equatable {
    /// What it is.
    public var name: String
    /// Where it starts, in bytes.
    public var offset: UInt64
    /// Its bytes.
    public var size: UInt64

    /// Makes a part.
    public init(_ name: String, offset: UInt64, size: UInt64) {
        self.name = name
        self.offset = offset
        self.size = size
    }
}

/// What a file states of a part of itself.
public struct ArtifactStatement: Sendable, Equatable {
    /// The part: `header`, `payload`.
    public var part: String
    /// `sha256`, `md5`, `size`.
    public var kind: String
    /// Digits, hexadecimal for digests and decimal for sizes.
    public var value: String

    /// Makes a statement.
    public init(_ part: String, _ kind: String, _ value: String) {
        self.part = part
        self.kind = kind
        self.value = value
    }
}

/// How the payload is compressed.
public struct ArtifactCompression: Sendable, Equatable {
    /// A part that can be decompressed alone.
    public struct Block: Sendable, Equatable {
        /// Bytes in the file.
        public var storedSize: UInt64
        /// Bytes when decompressed.
        public var contentSize: UInt64
        /// The filters in their order: `x86 lzma2`; nil where they weren't read.
        public var filters: String?

        /// Makes a block.
        public init(storedSize: UInt64, contentSize: UInt64, filters: String? = nil) {
            self.storedSize = storedSize
            self.contentSize = contentSize
            self.filters = filters
        }
    }

    /// `xz`, `gzip`, `zstd`, `none`; empty for a file without a payload.
    public var compressor: String
    /// The level and whatever else the file says of its making.
    public var settings: String?
    /// The blocks, where the format tells; empty otherwise.
    public var blocks: [Block]

    /// Describes a compression.
    public init(_ compressor: String, settings: String? = nil, blocks: [Block] = []) {
        self.compressor = compressor
        self.settings = settings
        self.blocks = blocks
    }
}

/// What only an installer or config tool has: its trailer and plan.
public struct InstallerDetail: Sendable {
    /// The trailer.
    public var trailer: Trailer
    /// The plan.
    public var plan: Plan
    /// The filter chain of each of the plan's blocks; none in a config tool.
    public var chains: [XZFilterChain]
}
