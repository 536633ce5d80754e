public import Product
public import SetupPlan

/// A product as it will be on a machine: every path, with its content hashed, and everything the manifest says of it.
///
/// The plan is made once, by `Planner`, which is the last code that sees the source tree; formats take it and decide
/// nothing about sources. Entries are sorted by the bytes of their whole path, so a directory always precedes what it
/// holds (`a`, `a-b`, `a/c`: a hyphen sorts before a slash), and no path occurs twice.
public struct InstallPlan: Sendable {
    /// What the product is called and which version it is.
    public var product: ProductIdentity
    /// Where it goes.
    public var paths: ProductPaths
    /// The file name of the config tool.
    public var configTool: String
    /// The licence's text, if there is one.
    public var license: License?
    /// The paths below the version's directory, sorted.
    public var entries: [PlannedEntry]
    /// How the agent is started.
    public var agent: AgentCommand?
    /// How it is kept running, with the rendered unit and init script.
    public var service: Service?
    /// What a machine must have.
    public var requirements: Requirements
    /// What a person is asked, in the order of the questions.
    public var settings: [Setting]
    /// Settings that belong together.
    public var groups: [SettingGroup]
    /// The file in which the agent reads its settings.
    public var configuration: ConfigurationFile?
    /// The packages, in the manifest's order.
    public var packages: [PlannedPackage]
    /// Who answers for the packages, `Name <address>`.
    public var maintainer: String
    /// The licence's short name, for package managers.
    public var licenseName: String
    /// Paths that older packages of the vendor owned, which an upgrade keeps.
    public var legacyPaths: [String]
    /// Whether x86 executables are compressed with xz's x86 filter.
    public var x86Filter: Bool
    /// What is allowed and yet looks like a mistake, a sentence each.
    public var warnings: [String]

    /// Whether a native package needs the runtime: something is to be started, asked or written.
    public var needsRuntime: Bool {
        agent != nil || service != nil || !settings.isEmpty || configuration != nil
    }

    /// The files among the entries, with their paths, in order.
    public var files: [(path: String, file: PlannedFile)] {
        entries.compactMap { entry in
            if case .file(let file) = entry.content { (entry.path, file) } else { nil }
        }
    }

    /// The files' sizes added up, equal content counted as often as it occurs.
    public var totalSize: UInt64 { files.reduce(0) { $0 + $1.file.size } }
}

/// One path of an `InstallPlan`.
public struct PlannedEntry: Sendable {
    /// What is at a path.
    public enum Content: Sendable {
        /// A directory.
        case directory
        /// A regular file.
        case file(PlannedFile)
        /// A symbolic link and what it says.
        case link(target: String)
    }

    /// The path below the version's directory: components joined by `/`, no `.` or `..`.
    ///
    /// Compare paths by `utf8`: `String`'s own equality takes two spellings of `é` for one.
    public var path: String
    /// What is there.
    public var content: Content
    /// The permission bits, with set-user-ID, set-group-ID and sticky; links have 0o777.
    public var mode: UInt32
    /// The owner's name.
    public var owner: String
    /// The group's name.
    public var group: String
    /// The name of the package that ships it; the first one that needs it for directories that several need.
    ///
    /// `InstallPlan.entries(of:)` has all that a package must list.
    public var package: String
    /// Other packages that declare the same directory.
    public var sharedWith: [String] = []
    /// What it is to package managers.
    public var role: FileRole

    /// Makes an entry.
    public init(
        path: String, content: Content, mode: UInt32, owner: String, group: String, package: String,
        role: FileRole = FileRole()
    ) {
        self.path = path
        self.content = content
        self.mode = mode
        self.owner = owner
        self.group = group
        self.package = package
        self.role = role
    }
}
