import ArgumentParser
import Diagnostics

/// The command line of agentpack.
@main struct Agentpack: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agentpack",
        abstract: "Package an agent for machines you don't control.",
        discussion: """
            One manifest, product.yaml, describes a product. From it come a self-extracting installer and whatever an \
            administrator needs around it. Start with `agentpack init`.
            """,
        version: ToolVersion.generator,
        subcommands: [
            Init.self, Validate.self, Schema.self, Build.self, Inspect.self, Verify.self, Diff.self, Sign.self,
            Keys.self, Repo.self,
        ])
}
