public import Digests

/// Everything a self-extracting installer or a config tool knows about its product.
///
/// The plan is written once, at build time, and travels inside the executable (as JSON under xz, see `BinFormat`). The
/// runtime decides nothing about the product that isn't in here: no name, path or prompt is compiled into it.
public struct Plan: Sendable, Equatable {
    /// The version of the plan's JSON that this code writes and reads.
    public static let schemaVersion = 1

    /// The tool that wrote the plan, as `agentpack 0.1.0`.
    public var generator: String
    /// What the product is called.
    public var product: ProductIdentity
    /// Where it goes.
    public var paths: ProductPaths
    /// The file name of the config tool, `agent-config` for instance.
    public var configTool: String
    /// The licence to show, if there is one.
    public var license: License?
    /// The files, in order of their paths' bytes; a directory comes before what it holds.
    public var entries: [Entry]
    /// The payload's blocks, in their order in the file.
    public var blocks: [Block]
    /// SHA-256 of the payload's xz frame: stream header, index and stream footer, in this order.
    public var frame: SHA256Digest
    /// How the agent is started.
    public var agent: AgentCommand?
    /// How it is kept running.
    public var service: Service?
    /// What a machine must have.
    public var requirements: Requirements
    /// What a person is asked, in the order of the questions.
    public var settings: [Setting]
    /// Settings that belong together.
    public var groups: [SettingGroup]
    /// The file in which the agent reads its settings.
    public var configuration: ConfigurationFile?
    /// What carries the plan; a native package's plan lists that package's files alone, and no blocks.
    public var format: PackageFormat
    /// The name of the native package that carries the plan; nil in a self-extracting installer.
    public var package: String?

    /// Makes a plan from its parts.
    public init(
        generator: String, product: ProductIdentity, paths: ProductPaths, configTool: String, license: License? = nil,
        entries: [Entry] = [], blocks: [Block] = [], frame: SHA256Digest = .zero, agent: AgentCommand? = nil,
        service: Service? = nil, requirements: Requirements = Requirements(), settings: [Setting] = [],
        groups: [SettingGroup] = [], configuration: ConfigurationFile? = nil, format: PackageFormat = .bin,
        package: String? = nil
    ) {
        self.generator = generator
        self.product = product
        self.paths = paths
        self.configTool = configTool
        self.license = license
        self.entries = entries
        self.blocks = blocks
        self.frame = frame
        self.agent = agent
        self.service = service
        self.requirements = requirements
        self.settings = settings
        self.groups = groups
        self.configuration = configuration
        self.format = format
        self.package = package
    }
}

/// What a product is called and which version it is.
public struct ProductIdentity: Sendable, Equatable {
    /// The machine name: lower-case letters, digits, `+`, `-`, `.`; also the service's and the package's name.
    public var name: String
    /// The name for people.
    public var title: String
    /// Who ships it.
    public var vendor: String
    /// One line on what it does.
    public var description: String
    /// Its web page.
    public var homepage: String?
    /// The version, in the manifest's spelling after `-rcN` became `~rcN`.
    public var version: String
    /// The build of that version, from 1.
    public var release: Int
    /// Debian's name of the architecture: `amd64`.
    public var architecture: String
    /// The time the content was made, in seconds since 1970; every file gets it.
    public var timestamp: Int64

    /// The version with its release, `2.3.0-1`: the name of the directory below `versions/`.
    public var fullVersion: String { "\(version)-\(release)" }

    /// Makes an identity from its parts.
    public init(
        name: String, title: String, vendor: String, description: String, homepage: String? = nil, version: String,
        release: Int, architecture: String, timestamp: Int64
    ) {
        self.name = name
        self.title = title
        self.vendor = vendor
        self.description = description
        self.homepage = homepage
        self.version = version
        self.release = release
        self.architecture = architecture
        self.timestamp = timestamp
    }
}

/// The three directories of a product: absolute paths without `.`, `..`, double or trailing slashes.
public struct ProductPaths: Sendable, Equatable {
    /// The program, `/opt/<product>`.
    public var root: String
    /// What it changes, `/var/opt/<product>`: `conf`, `logs`, `state`.
    public var state: String
    /// What the administrator writes, `/etc/opt/<product>`: `start-agent.ini`.
    public var options: String

    /// Makes the three paths.
    public init(root: String, state: String, options: String) {
        self.root = root
        self.state = state
        self.options = options
    }
}

/// The licence text and whether it must be accepted.
public struct License: Sendable, Equatable {
    /// The whole text, UTF-8.
    public var text: String
    /// Whether installing needs an explicit yes.
    public var mustAccept: Bool

    /// Makes a licence.
    public init(text: String, mustAccept: Bool) {
        self.text = text
        self.mustAccept = mustAccept
    }
}
