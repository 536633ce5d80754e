import ArgumentParser
import Product

/// `agentpack schema`: prints the manifest's JSON Schema.
struct Schema: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the JSON Schema of manifests, for editors and other tools.",
        discussion: """
            JSON Schema, draft 2020-12. `agentpack validate` finds more: what doesn't go together, and keys that are \
            written twice.
            """)

    func run() {
        Console.standard.print(ManifestSchema.json)
    }
}
