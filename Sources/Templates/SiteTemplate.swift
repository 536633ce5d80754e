/// A dist site that `agentpack repo init` starts from: its definition, which names the commands that make its keys.
public struct SiteTemplate: Sendable {
    /// The name of a site's definition.
    public static let definitionName = "dist.yaml"

    /// The template's name.
    public var name: String
    /// What it is for, one line.
    public var summary: String
    /// The definition, UTF-8: valid once the fingerprints of zeros in it are those of keys.
    public var definition: [UInt8]
    /// The path below `templates/`.
    public var origin: String

    /// All templates, in the order in which they are listed.
    public static let all: [SiteTemplate] = [
        SiteTemplate(
            name: "minimal", summary: "APT and YUM repositories of one product, with defaults",
            definition: PackageResources.site_minimal_yaml, origin: "site/site-minimal.yaml"),
        SiteTemplate(
            name: "network-agent",
            summary: "every client from Ubuntu 14.04 and EL 7 on, two channels, packages that bring the keys",
            definition: PackageResources.site_network_agent_yaml, origin: "site/site-network-agent.yaml"),
    ]

    /// The template with a name.
    public static func named(_ name: String) -> SiteTemplate? { all.first { $0.name == name } }
}
