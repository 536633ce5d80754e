import ArgumentParser
import SiteDefinition

/// `agentpack repo schema`: prints the definition's JSON Schema.
struct RepoSchema: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema of a site's definition, for editors and other tools.",
        discussion: "JSON Schema, draft 2020-12.")

    func run() {
        Console.standard.print(SiteReference.schema)
    }
}
