public import DefinitionFiles

/// One package of the product: native formats make a file of each, a self-extracting installer holds them all.
public struct PackageDefinition: Sendable, Equatable {
    /// The package's name, in the grammar of product names.
    public var name: Located<String>
    /// Its version; the product's when nil.
    public var version: String?
    /// The build of its version; the product's, or 1 for a version of its own, when nil.
    public var release: Int?
    /// One line on what is in it; the product's when nil.
    public var description: String?
    /// More on it, any number of lines.
    public var details: String?
    /// Names of packages that must be there too; one of the same product means at least the version built beside it.
    public var depends: [Located<String>]
    /// What is in it, in the manifest's order.
    public var contents: [ContentRule]
    /// What it says to Debian's package managers alone.
    public var deb = DebDefinition()
    /// What it says to rpm alone.
    public var rpm = RPMDefinition()
    /// What it adds to its scripts.
    public var scripts = PackageScriptFiles()

    /// Makes a package.
    public init(
        name: Located<String>, description: String? = nil, depends: [Located<String>] = [], contents: [ContentRule]
    ) {
        self.name = name
        self.description = description
        self.depends = depends
        self.contents = contents
    }
}

/// One entry of `contents`: where files come from, where they go, and who owns them.
public struct ContentRule: Sendable, Equatable {
    /// Where the entry stands.
    public var location: Location
    /// Where the content comes from.
    public var source: ContentSource
    /// Where it goes.
    public var destination: Located<Destination>
    /// The owner's name.
    public var owner: String
    /// The group's name.
    public var group: String
    /// The permission bits of files; nil: 0755 where the source's owner may execute, else 0644.
    public var mode: UInt32?
    /// The permission bits of directories; nil: 0755.
    public var directoryMode: UInt32?
    /// What its files are to package managers.
    public var role = FileRole()
    /// Globs, relative to the source, of what is left out.
    public var exclude: [Located<Glob>]

    /// Makes a rule.
    public init(
        location: Location, source: ContentSource, destination: Located<Destination>, owner: String = "root",
        group: String = "root", mode: UInt32? = nil, directoryMode: UInt32? = nil, exclude: [Located<Glob>] = []
    ) {
        self.location = location
        self.source = source
        self.destination = destination
        self.owner = owner
        self.group = group
        self.mode = mode
        self.directoryMode = directoryMode
        self.exclude = exclude
    }
}

/// Where content comes from; paths are relative to the manifest's directory, normalised, never above it.
public enum ContentSource: Sendable, Equatable {
    /// A file, or what is in a directory; `mustBeDirectory` when it was written with a trailing slash.
    case path(Located<String>, mustBeDirectory: Bool)
    /// Files that match; they keep their path below the part before the first component with a wildcard.
    case glob(Located<Glob>)
    /// A tar (plain, gzip, xz, bzip2, zstd) or zip archive's content, without that many leading components.
    case archive(Located<String>, stripComponents: Int)
    /// A symbolic link and what it says.
    case link(target: Located<String>)
    /// An empty directory.
    case directory
}

/// A path below the version's directory.
public struct Destination: Sendable, Equatable {
    /// The path: components joined by `/`; empty for the top.
    public var path: String
    /// Whether a single file keeps its name below `path` (the manifest says `.` or ends in `/`).
    public var isDirectory: Bool

    /// Makes a destination.
    public init(path: String, isDirectory: Bool) {
        self.path = path
        self.isDirectory = isDirectory
    }
}
