import ArgumentParser
import Diagnostics
import DistSite
import JSON
import LinuxIO

/// `agentpack repo list`: what is published.
struct RepoList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List what is published: one package in one place a line.",
        discussion: """
            Exit codes: 0, 2 the site's keys don't vouch for it, 64 wrong command line or definition, or nothing is \
            published yet.
            """)

    @OptionGroup var packages: PackageArguments
    @OptionGroup var site: SiteOptions

    @Option(
        parsing: .singleValue, help: ArgumentHelp("List this channel alone; may be repeated.", valueName: "name"))
    var channel: [String] = []

    @Flag(help: "Print JSON on standard output.")
    var json = false

    func run() throws {
        let definition = try site.load()
        let context = try site.context(definition)
        for name in channel { _ = try definition.requiredChannel(name) }
        let publisher = SitePublisher(
            site.path(definition), context: context, signers: SiteSigners(apt: [], rpm: nil), wait: 0)
        let items = try publisher.list(packages.query, channels: channel.isEmpty ? nil : channel)
        guard json else {
            for item in items { Console.standard.print(Self.line(item)) }
            return
        }
        Console.standard.print(
            .object([
                "schema": 1, "site": .string(publisher.path),
                "packages": .array(
                    items.map { item in
                        .object([
                            "format": .string(item.format), "name": .string(item.name),
                            "version": .string(item.version),
                            "architecture": item.architecture.isEmpty ? nil : .string(item.architecture),
                            "channel": .string(item.channel), "place": item.place.isEmpty ? nil : .string(item.place),
                            "path": .string(item.path), "size": .integer(Int64(item.size)),
                            "sha256": .string(item.sha256),
                        ])
                    }),
            ]))
    }

    private static func line(_ item: PublishedItem) -> String {
        let place = item.place.isEmpty ? "" : "/\(item.place)"
        let words = [item.format, item.channel + place, item.name, item.version, item.architecture]
        return words.filter { !$0.isEmpty }.map(PathText.display).joined(separator: " ")
    }
}
