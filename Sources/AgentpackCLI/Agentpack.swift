import ArgumentParser

/// The command line of agentpack.
@main struct Agentpack: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agentpack",
        abstract: "Package an agent for machines you don't control.",
        discussion: """
            One manifest, product.yaml, describes a product. From it come a self-extracting installer and whatever an \
            administrator needs around it. Start with `agentpack init`.
            """,
        version: ToolVersion.text,
        subcommands: [Init.self, Validate.self, Schema.self, Keys.self])
}

/// The tool's version.
enum ToolVersion {
    static let number = "0.1.0"
    /// As plans and `--version` say it.
    static let text = "agentpack \(number)"
}
