/// A Debian package before its content is compressed: what its control archive says, and the paths of its data archive.
public struct DebPackage: Sendable {
    /// The fields of the file `control`, in the order in which they are written.
    public var control: ControlParagraph
    /// The maintainer scripts.
    public var scripts: [DebScript: String]
    /// The configuration files: absolute paths of files among the entries.
    public var conffiles: [String]
    /// The lines of the file `triggers`, deb-triggers(5).
    public var triggers: [String]
    /// The paths, sorted by their bytes; every parent is there before what it holds, `/` itself is not.
    public var entries: [DebEntry]
    /// The time of every member and path, in seconds since 1970.
    public var timestamp: Int64

    /// Describes a package.
    public init(
        control: ControlParagraph, scripts: [DebScript: String] = [:], conffiles: [String] = [],
        triggers: [String] = [], entries: [DebEntry], timestamp: Int64
    ) {
        self.control = control
        self.scripts = scripts
        self.conffiles = conffiles
        self.triggers = triggers
        self.entries = entries
        self.timestamp = timestamp
    }
}

/// A maintainer script, deb-preinst(5) and its neighbours.
public enum DebScript: String, Sendable, CaseIterable {
    case preinst, postinst, prerm, postrm
}

/// One path of a package's data archive.
public struct DebEntry: Sendable, Equatable {
    /// What is at a path.
    public enum Content: Sendable, Equatable {
        /// A directory.
        case directory
        /// A regular file: its size and the 16 bytes of its MD5, for `md5sums`.
        case file(size: UInt64, md5: [UInt8])
        /// A symbolic link and what it says.
        case link(target: String)
    }

    /// The absolute path.
    public var path: String
    /// What is there.
    public var content: Content
    /// The permission bits, with set-user-ID, set-group-ID and sticky; links have 0o777.
    public var mode: UInt32
    /// The owner's name.
    public var owner: String
    /// The group's name.
    public var group: String

    /// Describes a path.
    public init(path: String, content: Content, mode: UInt32, owner: String = "root", group: String = "root") {
        self.path = path
        self.content = content
        self.mode = mode
        self.owner = owner
        self.group = group
    }
}
