import ArgumentParser

/// The command line of agentpack.
@main struct Agentpack: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agentpack", abstract: "Package an agent for machines you don't control.",
        subcommands: [Keys.self])
}
