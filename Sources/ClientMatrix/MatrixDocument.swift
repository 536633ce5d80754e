import OpenPGP

/// The table as a part of Documentation/client-matrix.md.
enum MatrixDocument {
    private static let headings = [
        ("deb", "Debian packages"), ("rpm", "RPM packages"), ("key", "Keys"), ("apt", "APT metadata"),
        ("yum", "YUM metadata"),
    ]

    /// The systems, then the rows by what they look at.
    static var markdown: String {
        var lines = ["## Systems", "", "| system | in options | clients |", "|---|---|---|"]
        for system in ClientSystem.all {
            let clients = Client.allCases.compactMap { client in
                system.clients[client].map { "\(client == .xz ? "liblzma" : client.rawValue) \($0)" }
            }
            lines.append("| \(system.name) | `\(system.id)` | \(clients.joined(separator: ", ")) |")
        }
        for (facts, heading) in headings {
            lines += [
                "", "## \(heading)", "", "| row | verdict | about | systems | known from |", "|---|---|---|---|---|",
            ]
            let rules = ClientMatrix.rules.filter { $0.facts == facts }
            lines += rules.map { row($0) }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func row(_ rule: RuleDescription) -> String {
        let evidence = rule.evidence.map { evidence in
            switch evidence {
            case .cited(let source): cell(source)
            case .tested(let client, let systems, let test):
                "**tested** with \(client)\(systems.isEmpty ? "" : " (\(systems.joined(separator: ", ")))"): `\(test)`"
            }
        }
        let words = rule.words.map { "<br>says: \(cell($0))" } ?? ""
        let columns = [
            "`\(rule.id)`", rule.severity.rawValue, cell(rule.subject) + words,
            rule.systems.map(\.id).joined(separator: ", "), evidence.joined(separator: "<br>"),
        ]
        return "| " + columns.joined(separator: " | ") + " |"
    }

    private static func cell(_ text: String) -> String {
        text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
            .split(separator: "<", omittingEmptySubsequences: false).joined(separator: "&lt;")
    }
}
