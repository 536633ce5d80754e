public import SetupPlan

/// Where an installation's parts are; paths relative to the product root unless they begin with `/`.
///
/// ```
/// /opt/<product>/                    plan.paths.root
///   current -> versions/2.3.0-1      a switch is one rename(2) of this link
///   lib -> current/lib               one link for each top-level name, so documented paths stay the same
///   agent-config -> current/agent-config
///   versions/
///     install.json                   what was made outside the version directories
///     2.3.0-1/                       the payload, and
///       bin/start-agent              the runtime: the installer's own head with its plan
///       agent-config -> bin/start-agent
///       uninstall -> bin/start-agent
///     .staging-2.4.0-1/              a version that isn't whole yet
/// ```
public struct Layout: Sendable, Equatable {
    /// The directory of versions.
    public static let versions = "versions"
    /// The link to the active version.
    public static let current = "current"
    /// The record of the installation.
    public static let record = "versions/install.json"
    /// The runtime inside a version's directory.
    public static let runtime = "bin/start-agent"
    /// The link that uninstalls, inside a version's directory.
    public static let uninstall = "uninstall"

    /// The product.
    public let plan: Plan

    /// Makes the layout of a plan.
    public init(_ plan: Plan) { self.plan = plan }

    /// The version's directory, `versions/2.3.0-1`.
    public var version: String { Self.directory(ofVersion: plan.product.fullVersion) }

    /// The directory in which a version is made, `versions/.staging-2.3.0-1`.
    public var staging: String { Self.versions + "/" + Self.stagingPrefix + plan.product.fullVersion }

    /// What the names of staging directories begin with.
    public static let stagingPrefix = ".staging-"

    /// A version's directory.
    public static func directory(ofVersion version: String) -> String { versions + "/" + version }

    /// The names at the top of the version directory, each of which gets a link in the product root.
    public var topNames: [String] {
        var names = Set(plan.entries.map { String($0.path.prefix { $0 != "/" }) })
        names.formUnion(["bin", plan.configTool, Self.uninstall])
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// What the runtime adds to the plan's entries in a version's directory, in the order of making.
    public var runtimeLinks: [(name: String, target: String)] {
        [(plan.configTool, Self.runtime), (Self.uninstall, Self.runtime)]
    }

    /// Whether the payload has the directory that the runtime goes to.
    public var payloadHasRuntimeDirectory: Bool {
        plan.entries.contains { $0.path == "bin" && $0.content == .directory }
    }
}
