public import Digests

/// An RPM package before its content is compressed: what its header says.
///
/// `rpmlib()` requirements, the package's own provides and `config(name)` are not listed: the writer adds them.
public struct RPMPackage: Sendable {
    /// `NAME`.
    public var name: String
    /// `EPOCH`.
    public var epoch: UInt32?
    /// `VERSION`.
    public var version: String
    /// `RELEASE`.
    public var release: String
    /// `ARCH`, as rpm spells it: `x86_64`, `noarch`.
    public var architecture: String
    /// `SUMMARY`: one line.
    public var summary: String
    /// `DESCRIPTION`: any number of lines.
    public var description: String
    /// `LICENSE`.
    public var license: String
    /// `GROUP`.
    public var group: String
    /// `URL`.
    public var url: String?
    /// `VENDOR`.
    public var vendor: String?
    /// `PACKAGER`.
    public var packager: String?
    /// `BUILDTIME` and the time of every path, in seconds since 1970.
    public var timestamp: Int64
    /// `BUILDHOST`.
    public var buildHost: String
    /// Requirements and their like.
    public var relations: [RPMRelation]
    /// Scriptlets.
    public var scripts: [RPMScriptlet]
    /// `CHANGELOGTIME` and its like: the newest first.
    public var changes: [RPMChange]
    /// The paths, sorted by their bytes; directories that other packages own are not there.
    public var entries: [RPMEntry]

    /// Describes a package.
    public init(
        name: String, epoch: UInt32? = nil, version: String, release: String, architecture: String, summary: String,
        description: String, license: String, group: String = "Unspecified", url: String? = nil, vendor: String? = nil,
        packager: String? = nil, timestamp: Int64, buildHost: String = "localhost", relations: [RPMRelation] = [],
        scripts: [RPMScriptlet] = [], changes: [RPMChange] = [], entries: [RPMEntry] = []
    ) {
        self.name = name
        self.epoch = epoch
        self.version = version
        self.release = release
        self.architecture = architecture
        self.summary = summary
        self.description = description
        self.license = license
        self.group = group
        self.url = url
        self.vendor = vendor
        self.packager = packager
        self.timestamp = timestamp
        self.buildHost = buildHost
        self.relations = relations
        self.scripts = scripts
        self.changes = changes
        self.entries = entries
    }
}

/// An entry of a package's changelog.
public struct RPMChange: Sendable, Equatable {
    /// When, in seconds since 1970; rpm shows the day.
    public var timestamp: Int64
    /// Who, and which version: `Name <address> - version-release`.
    public var author: String
    /// What: lines that begin with `- `.
    public var text: String

    /// Makes an entry.
    public init(timestamp: Int64, author: String, text: String) {
        self.timestamp = timestamp
        self.author = author
        self.text = text
    }
}

/// A package or capability that another one needs, provides or can't stand.
public struct RPMRelation: Sendable, Equatable {
    /// What it means.
    public enum Kind: String, Sendable, CaseIterable {
        case requires, provides, conflicts, obsoletes, recommends, suggests, supplements, enhances
    }

    /// How versions are compared, rpmds.h.
    public enum Comparison: String, Sendable, CaseIterable {
        case less = "<", lessOrEqual = "<=", equal = "=", greaterOrEqual = ">=", greater = ">"
    }

    /// When a requirement must hold, beside always: the scriptlet that needs it.
    public enum Stage: Sendable, CaseIterable {
        case pretrans, pre, post, preun, postun, posttrans
    }

    /// What it means.
    public var kind: Kind
    /// The package or capability.
    public var name: String
    /// Its version, `[epoch:]version[-release]`, and how it is compared.
    public var version: (comparison: Comparison, value: String)?
    /// The scriptlets that need it.
    public var stages: Set<Stage>

    /// Makes a relation.
    public init(
        _ kind: Kind, _ name: String, version: (comparison: Comparison, value: String)? = nil,
        stages: Set<Stage> = []
    ) {
        self.kind = kind
        self.name = name
        self.version = version
        self.stages = stages
    }

    /// Whether all parts are equal.
    public static func == (left: RPMRelation, right: RPMRelation) -> Bool {
        left.kind == right.kind && left.name == right.name && left.stages == right.stages
            && left.version?.comparison == right.version?.comparison && left.version?.value == right.version?.value
    }
}

/// A scriptlet: what runs at a stage of a transaction.
public struct RPMScriptlet: Sendable, Equatable {
    /// When it runs.
    public enum Kind: String, Sendable, CaseIterable {
        case pretrans, pre, post, preun, postun, posttrans
    }

    /// When it runs.
    public var kind: Kind
    /// The interpreter: `["/bin/sh"]`, `["<lua>"]`.
    public var program: [String]
    /// The text.
    public var body: String

    /// Makes a scriptlet.
    public init(_ kind: Kind, program: [String] = ["/bin/sh"], body: String) {
        self.kind = kind
        self.program = program
        self.body = body
    }
}

/// One path of an RPM package.
public struct RPMEntry: Sendable, Equatable {
    /// What is at a path.
    public enum Content: Sendable, Equatable {
        /// A directory.
        case directory
        /// A regular file.
        case file(size: UInt64, digest: SHA256Digest)
        /// A symbolic link and what it says.
        case link(target: String)
    }

    /// The absolute path.
    public var path: String
    /// What is there.
    ///
    /// With the flag `ghost` a file is owned and not brought: size 0 and a digest of zeros.
    public var content: Content
    /// The permission bits, with set-user-ID, set-group-ID and sticky; links have 0o777.
    public var mode: UInt32
    /// The owner's name.
    public var owner: String
    /// The group's name.
    public var group: String
    /// `FILEFLAGS`.
    public var flags: RPMFileFlags
    /// `FILEVERIFYFLAGS`; all bits set verify everything.
    public var verifyFlags: UInt32
    /// `FILECAPS`, as cap_from_text(3) reads it.
    public var capabilities: String?

    /// Describes a path.
    public init(
        path: String, content: Content, mode: UInt32, owner: String = "root", group: String = "root",
        flags: RPMFileFlags = [], verifyFlags: UInt32 = 0xFFFF_FFFF, capabilities: String? = nil
    ) {
        self.path = path
        self.content = content
        self.mode = mode
        self.owner = owner
        self.group = group
        self.flags = flags
        self.verifyFlags = verifyFlags
        self.capabilities = capabilities
    }
}

/// Bits of `FILEFLAGS`; `rpmfileAttrs_e` of rpm's include/rpm/rpmfiles.h.
public struct RPMFileFlags: OptionSet, Sendable, Hashable {
    /// The bits.
    public let rawValue: UInt32

    /// Makes flags of bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `%config`.
    public static let config = RPMFileFlags(rawValue: 1 << 0)
    /// `%doc`.
    public static let doc = RPMFileFlags(rawValue: 1 << 1)
    /// `%config(missingok)`.
    public static let missingOK = RPMFileFlags(rawValue: 1 << 3)
    /// `%config(noreplace)`.
    public static let noReplace = RPMFileFlags(rawValue: 1 << 4)
    /// `%ghost`.
    public static let ghost = RPMFileFlags(rawValue: 1 << 6)
    /// `%license`.
    public static let license = RPMFileFlags(rawValue: 1 << 7)
    /// `%readme`.
    public static let readme = RPMFileFlags(rawValue: 1 << 8)
}
