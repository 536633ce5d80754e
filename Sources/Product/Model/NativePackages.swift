public import DefinitionFiles

/// What the manifest says of a package for Debian's package managers alone; deb-control(5).
public struct DebDefinition: Sendable, Equatable {
    /// `Section`.
    public var section = "misc"
    /// `Priority`.
    public var priority = "optional"
    /// `Multi-Arch`.
    public var multiArch: String?
    /// Relations by the field's name as upstream spells it (`Pre-Depends`, `Depends`, `Recommends`, `Suggests`,
    /// `Enhances`, `Breaks`, `Conflicts`, `Replaces`, `Provides`, `Built-Using`), each element in Debian's syntax:
    /// `libc6 (>= 2.17) | libc6.1`.
    public var relations: [String: [Located<String>]] = [:]
    /// Lines of the file `triggers`, deb-triggers(5).
    public var triggers: [Located<String>] = []

    /// Makes the definition of a package that has nothing of its own to say.
    public init() {}
}

/// What the manifest says of a package for RPM alone.
public struct RPMDefinition: Sendable, Equatable {
    /// `Group`, one of those that rpm lists in its file GROUPS; rpm's own default, "Unspecified", is none of them.
    public var group = "Applications/System"
    /// Relations by rpm's name in lower case (`requires`, `recommends`, `suggests`, `supplements`, `enhances`,
    /// `conflicts`, `obsoletes`, `provides`), each in the syntax of spec files: `glibc >= 2.17`.
    public var relations: [String: [Located<String>]] = [:]

    /// Makes the definition of a package that has nothing of its own to say.
    public init() {}
}

/// What the manifest adds to a package's scripts: files with POSIX shell, relative to the manifest's directory.
public struct PackageScriptFiles: Sendable, Equatable {
    /// Runs before files are unpacked.
    public var beforeInstall: Located<String>?
    /// Runs after files are in place, before the service is started.
    public var afterInstall: Located<String>?
    /// Runs before files are removed, after the service was stopped.
    public var beforeRemove: Located<String>?
    /// Runs after files were removed.
    public var afterRemove: Located<String>?

    /// Makes a set without scripts.
    public init() {}
}

/// What a file is to package managers.
public struct FileRole: Sendable, Equatable {
    /// Whether administrators may change it and upgrades keep their changes: a conffile, `%config(noreplace)`.
    public var isConfiguration = false
    /// Whether it is documentation: `%doc`.
    public var isDocumentation = false
    /// Capabilities of an executable, as cap_from_text(3) reads them.
    public var capabilities: String?

    /// Makes the role of an ordinary file.
    public init() {}
}
