import DefinitionFiles
import SiteDefinition

/// A small valid definition of twelve lines, to which tests add what they are about from line 13 on.
enum Sites {
    static let lines = [
        "url: https://dist.example.com",
        "origin: Example",
        "products: [{ name: my-agent }]",
        "apt: { codenames: [bookworm] }",
        "yum: {}",
        "keys:",
        "  apt:",
        "    current: { fingerprint: \(fingerprint("A1")), file: keys/apt-1.asc }",
        "    successor: { fingerprint: \(fingerprint("A2")), file: keys/apt-2.asc }",
        "  rpm:",
        "    current: { fingerprint: \(fingerprint("B1")), file: keys/rpm-1.asc }",
        "    successor: { fingerprint: \(fingerprint("B2")), file: keys/rpm-2.asc }",
    ]

    /// A fingerprint of one byte twenty times.
    static func fingerprint(_ byte: String) -> String { String(repeating: byte, count: 20) }

    /// The definition with more lines.
    static func adding(_ text: String) -> String { lines.joined(separator: "\n") + "\n" + text + "\n" }

    /// The definition with other text instead of the line with that number.
    static func replacing(_ number: Int, with text: String) -> String {
        var lines = lines
        lines[number - 1] = text
        return lines.joined(separator: "\n") + "\n"
    }

    static func problems(in text: String) -> [Problem] {
        guard case .problems(let problems) = SiteDefinition.read(text, file: "dist.yaml") else { return [] }
        return problems
    }

    static func warnings(in text: String) throws -> [Problem] {
        try SiteDefinition(parsing: text, file: "dist.yaml").warnings
    }
}
