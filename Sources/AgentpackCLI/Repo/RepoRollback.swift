import ArgumentParser
import Diagnostics
import DistSite

/// `agentpack repo rollback`: makes packages those of an older generation.
struct RepoRollback: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Offer what an older generation offered, in all channels.",
        discussion: """
            Dates and revisions go on, because clients refuse older ones. Machines that were updated meanwhile keep what \
            they have: package managers don't go back by themselves. A second rollback without --to undoes the first. \
            Where the served generation is damaged, the older one is taken whole. Exit codes as of publish.
            """)

    @Option(help: ArgumentHelp("The generation, instead of the one before the served one.", valueName: "number"))
    var to: Int?

    @OptionGroup var options: SiteChangeOptions

    func run() throws {
        let publisher = try options.publisher()
        options.report(try publisher.rollback(to: to, isDryRun: options.dryRun), publisher)
    }
}
