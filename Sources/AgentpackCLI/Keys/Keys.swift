import ArgumentParser

/// `agentpack keys`: signing keys.
struct Keys: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Make and look at the keys that sign installers.",
        subcommands: [KeysGenerate.self, KeysShow.self])
}
