import ArgumentParser
import Diagnostics
import DistSite
import JSON
import LinuxIO

/// `agentpack repo status`: how a site is.
struct RepoStatus: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Say how the site is, and what has to be done.",
        discussion: """
            For monitoring: exit code 1 when something has to be done, as when half of the time of a Release is over or a \
            key expires within 30 days; 2 when the site's keys don't vouch for it, 64 wrong command line or definition.
            """)

    @OptionGroup var site: SiteOptions

    @Flag(help: "Print JSON on standard output.")
    var json = false

    func run() throws {
        let definition = try site.load()
        let status = try SiteStatus(site.path(definition), context: try site.context(definition))
        if json { Console.standard.print(Self.json(status)) } else { Console.standard.print(Self.text(status)) }
        if !status.problems.isEmpty { throw ArgumentParser.ExitCode(ExitCode.failed.rawValue) }
    }

    private static func time(_ seconds: Int64?) -> String? { seconds.map { UTCTime(seconds: $0).text } }

    private static func text(_ status: SiteStatus) -> String {
        var rows = [
            Table.Row("generation", status.generation.map(String.init) ?? "none"),
            Table.Row("publisher", status.isLocked ? "at work" : "none"),
        ]
        rows += status.parts.map { part in
            let end = time(part.validUntil).map { ", valid until \($0)" } ?? ""
            return Table.Row(part.path, (time(part.date).map { "signed \($0)" } ?? "not published") + end)
        }
        rows += status.keys.map { key in
            Table.Row(
                "\(key.role) key", "\(key.fingerprint), \(time(key.expiry).map { "expires \($0)" } ?? "never expires")")
        }
        return (Table.lines(rows) + status.problems.map { "to do: " + PathText.display($0) }).joined(separator: "\n")
    }

    private static func json(_ status: SiteStatus) -> JSONValue {
        .object([
            "schema": 1, "generation": status.generation.map { .integer(Int64($0)) } ?? .null,
            "locked": .bool(status.isLocked),
            "parts": .array(
                status.parts.map { part in
                    .object([
                        "path": .string(part.path), "date": part.date.map { .integer($0) } ?? .null,
                        "valid_until": part.validUntil.map { .integer($0) } ?? .null, "due": .bool(part.isDue),
                    ])
                }),
            "keys": .array(
                status.keys.map { key in
                    .object([
                        "role": .string(key.role), "fingerprint": .string(key.fingerprint),
                        "expires": key.expiry.map { .integer($0) } ?? .null,
                    ])
                }),
            "problems": .array(status.problems.map { .string($0) }),
        ])
    }
}
