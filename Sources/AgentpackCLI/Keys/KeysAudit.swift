import ArgumentParser
import Diagnostics
import JSON
import LinuxIO
import OpenPGP

/// `agentpack keys audit`: what clients would say of a public key.
struct KeysAudit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Say what apt, rpm and zypper would make of an OpenPGP public key.",
        discussion: """
            The key's packets are read; no client is run, and nothing is asked of the network. Findings carry the \
            client's own words where they are known. Exit codes: 0 every client takes the key, perhaps with a warning, \
            2 the file is damaged, 3 a client refuses it, 64 the file holds no public key.
            """)

    @Argument(
        help: ArgumentHelp("The file with the public key, armored or binary.", valueName: "file"),
        completion: .file(extensions: ["asc", "gpg"]))
    var path: String

    @Option(
        help: ArgumentHelp(
            "What the key is for: apt (metadata of APT repositories), rpm (packages and repomd.xml), or both.",
            valueName: "role"))
    var role = Role.both

    @Flag(help: "Print JSON.")
    var json = false

    /// What a key may be for.
    enum Role: String, ExpressibleByArgument, CaseIterable {
        case apt, rpm, both

        var roles: [KeyAudit.Role] {
            switch self {
            case .apt: [.apt]
            case .rpm: [.rpm]
            case .both: KeyAudit.Role.allCases
            }
        }
    }

    func run() throws {
        let shown = PathText.display(path)
        let audit = try KeyAudit(
            readFile(path, limit: Certificate.sizeLimit), name: shown, roles: role.roles,
            now: UInt64(max(0, System.now)))
        let report = KeyAuditReport(audit: audit, path: path)
        if json { Console.standard.print(report.json) } else { Console.standard.print(report.text) }
        guard audit.worst == .refuse else { return }
        let families = ClientFamily.allCases.filter { family in
            audit.findings.contains { $0.family == family && $0.severity == .refuse }
        }
        throw Failure(
            .requirement, "\(shown) is refused by \(families.map(\.rawValue).joined(separator: ", "))",
            hints: ["Make a key that every client takes: agentpack keys generate --gpg"])
    }
}
