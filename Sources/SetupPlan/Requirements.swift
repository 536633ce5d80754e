/// What a machine must have; each check has a name by which it can be waived.
public struct Requirements: Sendable, Equatable {
    /// Bytes of memory to warn below.
    public var memory: UInt64?
    /// Megahertz of the processor's highest speed to warn below.
    public var cpuMegahertz: Int?
    /// Room needed.
    public var disk: DiskRequirement
    /// Systems the vendor supports; empty means any.
    public var systems: [SystemRequirement]
    /// Servers that must answer: `https://host:port`, or `@id` for the value of a setting.
    public var reach: [String]

    /// Makes a set of requirements.
    public init(
        memory: UInt64? = nil, cpuMegahertz: Int? = nil, disk: DiskRequirement = .automatic,
        systems: [SystemRequirement] = [], reach: [String] = []
    ) {
        self.memory = memory
        self.cpuMegahertz = cpuMegahertz
        self.disk = disk
        self.systems = systems
        self.reach = reach
    }
}

/// Room needed where the product goes.
public enum DiskRequirement: Sendable, Equatable {
    /// What the plan's files need, with a reserve.
    case automatic
    /// That many bytes.
    case bytes(UInt64)
}

/// One supported system: `debian>=10`, or `debian` for every version.
public struct SystemRequirement: Sendable, Equatable {
    /// `ID` of os-release, or `el` for Red Hat Enterprise Linux and what is built from it.
    public var id: String
    /// The lowest `VERSION_ID`; every version when nil.
    public var minimumVersion: String?

    /// Makes a requirement.
    public init(id: String, minimumVersion: String? = nil) {
        self.id = id
        self.minimumVersion = minimumVersion
    }
}
