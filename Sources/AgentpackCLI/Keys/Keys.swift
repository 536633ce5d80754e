import ArgumentParser

/// `agentpack keys`: signing keys.
struct Keys: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Make and look at the keys that sign installers, packages and repositories.",
        subcommands: [KeysGenerate.self, KeysShow.self, KeysAudit.self])
}
