import ArgumentParser
import ClientMatrix
import Diagnostics
import JSON
import LinuxIO
import OpenPGP
import RPMFormat

/// `agentpack repo matrix`: which systems take a package or key.
struct RepoMatrix: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "matrix", abstract: "Say which systems take .deb and .rpm packages and OpenPGP public keys.",
        discussion: """
            A table says what the clients of each system accept, warn of and refuse, with the client's own words where \
            they are known, and how that is known: by a test with the real client, or from a source. No client is run, \
            and nothing is asked of the network. Exit codes: 0 every target takes every file, perhaps with a warning, \
            1 a file can't be read, 2 one is damaged, 3 a target refuses one, 64 wrong command line.
            """)

    @Argument(
        help: ArgumentHelp("Packages and key files.", valueName: "file"),
        completion: .file(extensions: ["deb", "rpm", "asc", "gpg"]))
    var files: [String] = []

    @Option(
        name: .customLong("target"), parsing: .singleValue,
        help: ArgumentHelp(
            "Ask these systems only, as in debian>=10, el>=8+fips, ubuntu=22.04, suse; may be repeated. All are asked "
                + "without it.", valueName: "systems"))
    var targets: [String] = []

    @Option(
        help: ArgumentHelp(
            "What keys are for: apt (metadata of APT repositories), rpm (packages and repomd.xml), or both.",
            valueName: "role"))
    var role = KeysAudit.Role.both

    @Flag(help: "Print the table itself as JSON.")
    var rules = false

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard files.isEmpty == rules else {
            throw ValidationError(rules ? "--rules takes no files." : "Name at least one file, or use --rules.")
        }
    }

    func run() throws {
        guard !rules else { return Console.standard.print(ClientMatrix.json) }
        let systems = targets.isEmpty ? Targets.all : try Targets(targets)
        var parts: [MatrixReport.Part] = []
        for path in files { parts.append(try part(path, systems)) }
        let report = MatrixReport(parts)
        if json { Console.standard.print(report.json) } else { Console.standard.print(report.text) }
        guard report.worst == .refuse else { return }
        let refusals = parts.filter { !$0.refusing.isEmpty }.map { part in
            "\(part.name) by \(part.refusing.map(\.id).joined(separator: ", "))"
        }
        throw Failure(.requirement, "refused: " + refusals.joined(separator: "; "))
    }

    private func part(_ path: String, _ targets: Targets) throws -> MatrixReport.Part {
        let shown = PathText.display(path)
        let source = try SharedFile(path: path).source()
        let start = try source.read(Int(min(8, source.size)), at: 0)
        if start == Array("!<arch>\n".utf8) {
            return MatrixReport.Part(
                name: shown, kind: "deb", verdicts: ClientMatrix.verdicts(try DebFacts(source), targets))
        }
        if start.starts(with: [0xED, 0xAB, 0xEE, 0xDB]) {
            return MatrixReport.Part(
                name: shown, kind: "rpm", verdicts: ClientMatrix.verdicts(try RPMFacts(RPMFile(source)), targets))
        }
        let audit = try KeyAudit(
            readFile(path, limit: Certificate.sizeLimit), name: shown, roles: role.roles,
            now: UInt64(max(0, System.now)))
        return MatrixReport.Part(name: shown, kind: "key", verdicts: ClientMatrix.verdicts(KeyFacts(audit), targets))
    }
}
