import ArgumentParser
import Diagnostics
import DistSite

/// `agentpack repo remove`: takes packages out of a channel.
struct RepoRemove: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Take a package out of a channel.",
        discussion: """
            Clients that read the indexes before can still fetch it, until `agentpack repo prune` deletes the files. A \
            product's name takes its installer out, too; where no package is called so, all of its packages. \
            Exit codes as of publish; 64 also when there is no such package.
            """)

    @Argument(help: "The name of a package or product.")
    var name: String

    @Argument(help: "Its version, with or without the release; all versions without it.")
    var version: String?

    @OptionGroup var options: SiteChangeOptions

    @Option(help: ArgumentHelp("Take it out of this channel instead of the first.", valueName: "name"))
    var channel: String?

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("Take a Debian package out of this codename alone; may be repeated.", valueName: "name"))
    var codename: [String] = []

    func run() throws {
        let publisher = try options.publisher()
        let outcome = try publisher.remove(
            PackageQuery(name: name, version: version), from: try publisher.context.channel(channel),
            codenames: codename.isEmpty ? nil : codename, isDryRun: options.dryRun)
        options.report(outcome, publisher)
    }
}
