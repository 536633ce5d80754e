import ArgumentParser
import Diagnostics
import DistSite

/// `agentpack repo promote`: gives packages of one channel to another.
struct RepoPromote: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "promote", abstract: "Give packages of one channel to another, byte by byte the same.",
        discussion: """
            Without a version the newest of each package is taken. The name of a product is that of all of its packages. \
            Exit codes as of publish; 64 also when there is no such package.
            """)

    @Argument(help: "The channel that has them.")
    var from: String

    @Argument(help: "The channel that gets them.")
    var to: String

    @OptionGroup var packages: PackageArguments
    @OptionGroup var options: SiteChangeOptions

    func run() throws {
        let publisher = try options.publisher()
        let outcome = try publisher.promote(
            packages.query, from: try publisher.context.channel(from), to: try publisher.context.channel(to),
            isDryRun: options.dryRun)
        options.report(outcome, publisher)
    }
}
