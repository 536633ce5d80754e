import ArgumentParser
import Diagnostics
import DistSite
import SiteDefinition

/// `agentpack repo refresh`: signs anew what expires.
struct RepoRefresh: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refresh", abstract: "Sign Releases anew whose time is half over; to be run by a timer.",
        discussion: """
            Without valid_for in the definition nothing expires, and nothing is done. Key files, .repo files and the page \
            become what the definition says, too. Exit codes as of publish.
            """)

    @OptionGroup var options: SiteChangeOptions

    func run() throws {
        let publisher = try options.publisher()
        let outcome = try publisher.publish(
            [], channel: publisher.context.definition.firstChannel, isDryRun: options.dryRun)
        options.report(outcome, publisher)
    }
}
