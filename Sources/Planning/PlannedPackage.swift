public import Product

/// A package of the plan: what native formats say of it.
///
/// Its paths are `InstallPlan.entries(of:)`.
public struct PlannedPackage: Sendable {
    /// The package's name.
    public var name: String
    /// Its version: its own, else the product's.
    public var version: String
    /// The build of that version.
    public var release: Int
    /// One line on what is in it, without a full stop.
    public var summary: String
    /// More on it, any number of lines; empty when the manifest says no more.
    public var details: String
    /// Packages that must be there too, by name.
    public var depends: [String]
    /// What it says to Debian's package managers alone.
    public var deb: DebDefinition
    /// What it says to rpm alone.
    public var rpm: RPMDefinition
    /// The texts that the manifest adds to its scripts.
    public var scripts: PackageScripts
    /// The shared libraries that its files take from the system, by name: what its formats' relations ask for.
    ///
    /// None where the manifest wants no such relations.
    public var systemLibraries: [SystemLibrary] = []
    /// Whether one of those files needs a loader that knows `DT_GNU_HASH`.
    public var needsGNUHash = false

    /// The version with its release, `2.3.0-1`.
    public var fullVersion: String { "\(version)-\(release)" }

    /// Makes a package.
    public init(
        name: String, version: String, release: Int, summary: String, details: String = "", depends: [String] = [],
        deb: DebDefinition = DebDefinition(), rpm: RPMDefinition = RPMDefinition(),
        scripts: PackageScripts = PackageScripts()
    ) {
        self.name = name
        self.version = version
        self.release = release
        self.summary = summary
        self.details = details
        self.depends = depends
        self.deb = deb
        self.rpm = rpm
        self.scripts = scripts
    }
}

/// A shared library that a package's files take from the system.
public struct SystemLibrary: Sendable, Equatable {
    /// What every supported system has as part of its C library or beside it; what else there may be is for the
    /// manifest to say.
    public static let base: Set<String> = [
        "ld-linux-x86-64.so.2", "libanl.so.1", "libc.so.6", "libdl.so.2", "libgcc_s.so.1", "libm.so.6", "libmvec.so.1",
        "libpthread.so.0", "libresolv.so.2", "librt.so.1", "libthread_db.so.1", "libutil.so.1",
    ]

    /// The name that they ask for, `libc.so.6`.
    public var name: String
    /// The versions of symbols that they need of it, `GLIBC_2.17`, sorted by their bytes; not those that a waiver says
    /// are not needed everywhere.
    public var versions: [String]

    /// Makes a library.
    public init(name: String, versions: [String]) {
        self.name = name
        self.versions = versions
    }
}

/// The texts that a manifest adds to a package's scripts: POSIX shell, without a `#!` line, with a line feed at the end;
/// empty where it adds none.
public struct PackageScripts: Sendable, Equatable {
    /// Runs before files are unpacked.
    public var beforeInstall = ""
    /// Runs after files are in place, before the service is started.
    public var afterInstall = ""
    /// Runs before files are removed, after the service was stopped.
    public var beforeRemove = ""
    /// Runs after files were removed.
    public var afterRemove = ""

    /// Makes a set without texts.
    public init() {}
}
