import ArgumentParser
import Diagnostics
import DistSite

/// `agentpack repo prune`: takes away what the retention doesn't keep.
struct RepoPrune: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune", abstract: "Take old versions away, and files that nothing offers any more.",
        discussion: """
            What stays is said by retention and index_retention of the definition. The newest version of a package \
            stays in every channel, and a file while a generation offers it that is kept for clients with old indexes. \
            Exit codes as of publish.
            """)

    @OptionGroup var options: SiteChangeOptions

    func run() throws {
        let publisher = try options.publisher()
        let (outcome, deleted) = try publisher.prune(isDryRun: options.dryRun)
        options.report(outcome, publisher, deleted: deleted)
    }
}
