public import DefinitionFiles

/// What the manifest says of the ELF files of the payload.
public struct ELFRules: Sendable, Equatable {
    /// Names of shared libraries that the system provides, as patterns.
    public var libraries: [Located<Glob>]
    /// Findings that are meant to be so.
    public var waivers: [ELFWaiver]
    /// Whether native packages ask for what their files take from the system.
    public var makesRelations: Bool

    /// Makes rules.
    public init(libraries: [Located<Glob>] = [], waivers: [ELFWaiver] = [], makesRelations: Bool = true) {
        self.libraries = libraries
        self.waivers = waivers
        self.makesRelations = makesRelations
    }
}

/// Findings about some files that are meant to be so.
public struct ELFWaiver: Sendable, Equatable {
    /// The files, below the product's root.
    public var file: Located<Glob>
    /// The check whose findings count no more.
    public var check: ELFCheck
    /// Why.
    public var reason: String

    /// Makes a waiver.
    public init(file: Located<Glob>, check: ELFCheck, reason: String) {
        self.file = file
        self.check = check
        self.reason = reason
    }
}

/// What is asked of each ELF file.
public enum ELFCheck: String, Sendable, Equatable, CaseIterable {
    /// Whether it is whole and made for the product's architecture.
    case machine
    /// Whether every supported system's C library is new enough, and the C library that it was linked with.
    case glibc
    /// Whether the libraries that it asks for are there.
    case needed
    /// Whether it looks for them inside the product alone.
    case rpath
}
