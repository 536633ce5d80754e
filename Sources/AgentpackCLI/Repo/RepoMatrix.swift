import ArgumentParser
import ClientMatrix
import Diagnostics
import DistSite
import HTTPTransport
import JSON
import LinuxIO
import OpenPGP
import RPMFormat
import RepositoryFiles

/// `agentpack repo matrix`: which systems take what is published, or is to be.
struct RepoMatrix: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "matrix",
        abstract: "Say which systems take a site: its packages, its keys, its metadata; or single files.",
        discussion: """
            Without an argument, the site of the definition is judged: its keys, and what is published of packages and \
            metadata. An argument is a .deb, an .rpm, a file of OpenPGP keys, a definition, or a directory or URL with \
            APT archives and YUM repositories, made by whatever, of which the metadata is judged. A table says what \
            the clients of each system accept, warn of and refuse, with the client's own words where they are known, \
            and how that is known: by a test with the real client, or from a source. No client is run. All systems are \
            shown; refusals count where --target, or else the definition's targets, name the system. Exit codes: 0 every \
            target takes everything, perhaps with a warning, 1 something can't be read, 2 it is damaged, 3 a target \
            refuses it, 64 wrong command line or definition.
            """)

    @Argument(
        help: ArgumentHelp(
            "Packages, files of keys, definitions, directories and URLs; the site of the definition without any.",
            valueName: "file"),
        completion: .file(extensions: ["deb", "rpm", "asc", "gpg", "yaml"]))
    var files: [String] = []

    @OptionGroup var site: SiteOptions

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

    @OptionGroup var place: RepositoryPlaceOptions

    @Flag(help: "Leave the packages of a site alone.")
    var metadataOnly = false

    @Flag(help: "Print the table itself as JSON.")
    var rules = false

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if rules, !files.isEmpty { throw ValidationError("--rules takes no files.") }
    }

    func run() throws {
        guard !rules else { return Console.standard.print(ClientMatrix.json) }
        let systems = targets.isEmpty ? Targets.all : try Targets(targets)
        var parts: [MatrixReport.Part] = []
        var refusals: [String] = []
        for path in files.isEmpty ? [site.definition] : files {
            let (found, counting) = try judge(path, systems)
            parts += found
            for part in found {
                let refusing = part.refusing.filter { counting.systems.contains($0) }.map(\.id)
                if !refusing.isEmpty { refusals.append("\(part.name) by \(refusing.joined(separator: ", "))") }
            }
        }
        let report = MatrixReport(parts)
        if json { Console.standard.print(report.json) } else { Console.standard.print(report.text) }
        guard refusals.isEmpty else { throw Failure(.requirement, "refused: " + refusals.joined(separator: "; ")) }
    }

    /// The verdicts on an argument, and the systems whose refusals count.
    private func judge(
        _ path: String, _ systems: Targets
    ) throws(Failure) -> (parts: [MatrixReport.Part], counting: Targets) {
        if path == site.definition || path.hasSuffix(".yaml") || path.hasSuffix(".yml") {
            var site = site
            site.definition = path
            let definition = try site.load()
            let declared = try definition.clientTargets()
            let parts = try SiteMatrix.parts(
                site.path(definition), context: try site.context(definition), targets: systems,
                isMetadataOnly: metadataOnly)
            return (parts, targets.isEmpty ? declared ?? systems : systems)
        }
        if RepositoryPlaceOptions.isURL(path) || fileStatus(path)?.kind == .directory {
            let parts = try SiteMatrix.parts(
                try place.reader(path), keys: place.key, codenames: place.codenames, targets: systems,
                time: site.date ?? System.now)
            return (parts, systems)
        }
        return ([try part(path, systems)], systems)
    }

    private func part(_ path: String, _ targets: Targets) throws(Failure) -> MatrixReport.Part {
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
            now: UInt64(max(0, site.date ?? System.now)))
        return MatrixReport.Part(name: shown, kind: "key", verdicts: ClientMatrix.verdicts(KeyFacts(audit), targets))
    }
}
