import ArgumentParser
import Diagnostics
import DistSite

/// `agentpack repo publish`: puts packages into the repositories.
struct RepoPublish: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Publish installers and packages; without any, make the site what its definition says.",
        discussion: """
            Each file is verified first: every byte of it, and that a key of the site signed it (RPM packages in \
            themselves, installers with FILE.asc beside them). The same name and version with other bytes is refused; \
            the same bytes again change nothing. Indexes are signed before anything becomes visible, and all of it \
            becomes visible at once. Exit codes: 0, 1 failed, 2 a file or the site is damaged or not signed by its key, \
            3 GnuPG is missing, 5 other bytes or another publisher at work, 64 wrong command line or definition.
            """)

    @Argument(
        help: "The installers and packages; .asc and .sha256 files beside them are found.",
        completion: .file(extensions: ["bin", "deb", "rpm"]))
    var files: [String] = []

    @OptionGroup var options: SiteChangeOptions

    @Option(help: ArgumentHelp("Publish in this channel instead of the first.", valueName: "name"))
    var channel: String?

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("Publish Debian packages for this codename alone; may be repeated.", valueName: "name"))
    var codename: [String] = []

    func run() throws {
        let publisher = try options.publisher()
        let channel = try publisher.context.channel(channel)
        // dist/* names checksums and signatures, too; they are found beside what they are of.
        let packages = files.filter { file in !["asc", "sha256"].contains { file.hasSuffix("." + $0) } }
        let incoming = try packages.map { path throws(Failure) in
            try IncomingPackage(path, context: publisher.context)
        }
        let outcome = try publisher.publish(
            incoming, channel: channel, codenames: codename.isEmpty ? nil : codename, isDryRun: options.dryRun)
        options.report(outcome, publisher)
    }
}
