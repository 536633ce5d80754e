public import DefinitionFiles
public import SetupPlan

/// A product as its author describes it: the decoded and validated manifest.
///
/// Every default is filled in. Values that name files keep their place in the manifest (`Located`), because whether
/// the files exist is found out later, by the module that reads them.
public struct Manifest: Sendable, Equatable {
    /// The manifest's file name, for messages.
    public var file: String
    /// The machine name of product and service.
    public var name: String
    /// The name for people.
    public var title: String
    /// The version, with `-rcN` spelled `~rcN`.
    public var version: String
    /// The build of that version, from 1.
    public var release: Int
    /// Who ships it.
    public var vendor: String
    /// Who answers for the packages, `Name <address>`.
    public var maintainer: String
    /// One line on what it does.
    public var description: String
    /// Its web page.
    public var homepage: String?
    /// The licence's file, if there is one.
    public var license: LicenseReference?
    /// The licence's short name, for package managers.
    public var licenseName: String
    /// What machines it is built for; at least one.
    public var architectures: [Architecture]
    /// Where it goes.
    public var paths: ProductPaths
    /// The file name of the config tool.
    public var configTool: String
    /// The packages; at least one.
    public var packages: [PackageDefinition]
    /// How the agent is started.
    public var agent: AgentDefinition?
    /// How it is kept running.
    public var service: ServiceDefinition?
    /// What a machine must have.
    public var requirements: Requirements
    /// What a person is asked, in order.
    public var settings: [Setting]
    /// Settings that belong together.
    public var groups: [SettingGroup]
    /// The file in which the agent reads its settings.
    public var configuration: ConfigurationFile?
    /// Paths that older packages of the vendor owned, which an upgrade keeps.
    public var legacyPaths: [Located<String>]
    /// How files are compressed.
    public var compression: Compression
    /// What its ELF files may need.
    public var elf = ELFRules()
    /// What is allowed and yet looks like a mistake.
    public var warnings: [Problem] = []

    /// Paths that an artifact creates itself, which no package may contain.
    public var reservedPaths: ReservedPaths { ReservedPaths(configTool: configTool) }
}

/// The licence text's file and whether it must be accepted.
public struct LicenseReference: Sendable, Equatable {
    /// The file, relative to the manifest's directory.
    public var file: Located<String>
    /// Whether installing needs an explicit yes.
    public var mustAccept: Bool

    /// Makes a reference.
    public init(file: Located<String>, mustAccept: Bool) {
        self.file = file
        self.mustAccept = mustAccept
    }
}

/// A kind of machine, under Debian's name.
public enum Architecture: String, Sendable, Equatable, CaseIterable {
    /// 64-bit PCs, x86_64.
    case amd64
}

/// How files are compressed.
public struct Compression: Sendable, Equatable {
    /// What is applied to executables before LZMA2.
    public enum Filters: String, Sendable, Equatable, CaseIterable {
        /// The x86 branch filter on x86 ELF files.
        case x86
        /// Nothing: for scanners that know LZMA2 alone.
        case none
    }

    /// What is applied to executables.
    public var filters: Filters

    /// Makes compression settings.
    public init(filters: Filters = .x86) {
        self.filters = filters
    }
}

/// The program that the service runs, with the places of its commands.
public struct AgentDefinition: Sendable, Equatable {
    /// Program and arguments; see `AgentCommand.command`.
    public var command: Located<[String]>
    /// Environment variables, in the manifest's order.
    public var environment: [EnvironmentVariable]
    /// The health command; see `HealthCheck.command`.
    public var healthCommand: Located<[String]>?
    /// Seconds after a start in which the health command must succeed.
    public var healthWithinSeconds: Int

    /// The same for the plan.
    public var planned: AgentCommand {
        AgentCommand(
            command: command.value, environment: environment,
            health: healthCommand.map { HealthCheck(command: $0.value, withinSeconds: healthWithinSeconds) })
    }
}

/// How the agent is kept running, before unit and init script are rendered.
public struct ServiceDefinition: Sendable, Equatable {
    /// The account it runs as.
    public var user: Located<String>
    /// The group it runs as; the account's own when nil.
    public var group: Located<String>?
    /// When it is started again.
    public var restart: Service.RestartPolicy
    /// Seconds between SIGTERM and SIGKILL.
    public var stopTimeoutSeconds: Int
}
