import ArgumentParser
import Diagnostics
import DistSite
import JSON
import LinuxIO
import RepositoryFiles
import Signing

/// `agentpack repo verify`: looks at repositories as suspicious clients do.
struct RepoVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Look at a site or repository as a suspicious client does.",
        discussion: """
            Every signature, digest, size and date, every file that is listed and every one that isn't. Without a target \
            the site of the definition is looked at, with its keys; with a directory or URL, any APT archive or YUM \
            repository, made by whatever, with the keys of --key. --previous compares it with an earlier state, as clients \
            do that have seen one: dates and revisions never go back, Origin, Label and Codename stay. Exit codes: 0 nothing is wrong, 1 not to be read, \
            2 something is, 3 GnuPG is missing, 64 wrong command line or definition.
            """)

    @Argument(help: "A directory or URL; the site of the definition without it.", completion: .directory)
    var target: String?

    @OptionGroup var site: SiteOptions

    @OptionGroup var place: RepositoryPlaceOptions

    @Option(
        help: ArgumentHelp(
            "The same place at an earlier time, which clients have seen: a copy, or a generation of the site.",
            valueName: "directory"),
        completion: .directory)
    var previous: String?

    @Flag(help: "Leave the packages alone.")
    var metadataOnly = false

    @Flag(help: "Print JSON on standard output.")
    var json = false

    func run() throws {
        let report = try verify()
        if json { Console.standard.print(Self.json(report)) } else { Self.show(report) }
        if report.faults.contains(where: { $0.severity == .error }) {
            throw ArgumentParser.ExitCode(ExitCode.integrity.rawValue)
        }
    }

    private func verify() throws(Failure) -> SiteVerifier.Report {
        guard let target else {
            let definition = try site.load()
            var verifier = try SiteVerifier(
                site.path(definition), context: try site.context(definition), isMetadataOnly: metadataOnly)
            verifier.previous = try previousState()
            return try verifier.verify()
        }
        var options = ForeignVerifier.Options()
        options.keys = place.key.isEmpty ? nil : try GPGVerifier(keys: place.key)
        options.codenames = place.codenames
        options.isMetadataOnly = metadataOnly
        options.previous = try previousState()
        options.time = site.date ?? System.now
        return try ForeignVerifier(try place.reader(target), options).verify()
    }

    private func previousState() throws(Failure) -> DirectoryReader? {
        guard let previous else { return nil }
        return try DirectoryReader.place(previous)
    }

    private static func show(_ report: SiteVerifier.Report) {
        for fault in report.faults {
            let word = fault.severity == .error ? "fault" : "warning"
            Console.standard.print(
                "\(word): \(PathText.display(fault.path)): \(PathText.display(fault.message)) [\(fault.id)]")
        }
        let errors = report.faults.count { $0.severity == .error }
        Console.standard.note(
            "\(report.roots.count == 1 ? "1 repository" : "\(report.roots.count) repositories"), "
                + (errors == 0 ? "nothing wrong" : errors == 1 ? "1 fault" : "\(errors) faults"))
    }

    private static func json(_ report: SiteVerifier.Report) -> JSONValue {
        .object([
            "schema": 1, "sound": .bool(!report.faults.contains { $0.severity == .error }),
            "repositories": .array(report.roots.map { .string($0) }),
            "faults": .array(
                report.faults.map { fault in
                    .object([
                        "severity": .string(fault.severity.rawValue), "id": .string(fault.id),
                        "path": .string(fault.path), "message": .string(fault.message),
                    ])
                }),
        ])
    }
}
