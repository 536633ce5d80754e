import ArgumentParser
import Diagnostics
import DistSite
import SiteDefinition
import SiteStorage

/// What commands have in common that change a site.
struct SiteChangeOptions: ParsableArguments {
    @OptionGroup var site: SiteOptions
    @OptionGroup var signing: SiteSignerOptions

    @Option(help: ArgumentHelp("Wait so long for another publisher.", valueName: "seconds"))
    var wait: Int64?

    @Flag(help: "Say what would change and write nothing.")
    var dryRun = false

    @Flag(help: "Print JSON on standard output.")
    var json = false

    func validate() throws {
        if let wait, wait < 0 { throw ValidationError("--wait takes a number of seconds from 0 on.") }
    }

    /// The publisher of the site; a dry run needs no keys.
    func publisher() throws(Failure) -> SitePublisher {
        CleanEnd.prepare()
        let definition = try site.load()
        let context = try site.context(definition)
        let signers =
            dryRun
            ? SiteSigners(apt: [], rpm: nil) : try signing.signers(definition, directory: site.directory)
        return SitePublisher(
            site.path(definition), context: context, signers: signers,
            wait: wait ?? Int64(definition.lock.waitSeconds)
        ) { holder in
            Console.standard.note(
                "waiting for another publisher" + (holder.map { ", process \($0.process) on \($0.host)" } ?? ""))
        }
    }

    /// Says what became of the site.
    func report(_ outcome: SiteOutcome, _ publisher: SitePublisher, deleted: [String] = []) {
        let report = SiteReport(outcome: outcome, site: publisher.path, isDryRun: dryRun, deleted: deleted)
        if json { Console.standard.print(report.json) } else { Console.standard.print(report.text) }
    }
}

/// Which packages a command is about.
struct PackageArguments: ParsableArguments {
    @Argument(help: "The name of a package or product.")
    var name: String?

    @Argument(help: "Its version, with or without the release.")
    var version: String?

    var query: PackageQuery { PackageQuery(name: name, version: version) }
}
