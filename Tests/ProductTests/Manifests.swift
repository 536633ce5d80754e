import DefinitionFiles
import Product

/// A small valid manifest of six lines, to which tests add what they are about from line 7 on.
enum Manifests {
    static let lines = [
        "name: my-agent",
        "version: 1.2.3",
        "vendor: Example Ltd",
        "maintainer: Support <support@example.com>",
        "description: An agent for tests.",
        "packages: [{ name: my-agent, contents: [{ source: agent/ }] }]",
    ]

    /// The manifest with more lines.
    static func adding(_ text: String) -> String { lines.joined(separator: "\n") + "\n" + text + "\n" }

    /// The manifest with another line instead of the one with that number.
    static func replacing(_ number: Int, with line: String) -> String {
        var lines = lines
        lines[number - 1] = line
        return lines.joined(separator: "\n") + "\n"
    }

    static func problems(in text: String, overrides: [Override] = []) -> [Problem] {
        guard case .problems(let problems) = Manifest.read(text, file: "product.yaml", overrides: overrides) else {
            return []
        }
        return problems
    }
}
