import ArgumentParser
import Diagnostics
import DistSite
import LinuxIO

/// `agentpack repo publish`: puts packages into the repositories.
struct RepoPublish: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Publish installers and packages; without any, make the site what its definition says.",
        discussion: """
            Each file is verified first: every byte of it, and that a key of the site signed it (RPM packages in \
            themselves, installers with FILE.asc beside them). The same name and version with other bytes is refused; \
            the same bytes again change nothing. A package whose name no product lists is refused, too. Indexes are signed before anything becomes visible, and all of it \
            becomes visible at once. Exit codes: 0, 1 failed, 2 a file or the site is damaged or not signed by its key, \
            3 GnuPG is missing, 5 other bytes or another publisher at work, 64 wrong command line or definition.
            """)

    @Argument(
        help: "Installers and packages, or directories that hold them; .asc and .sha256 files beside them are found.",
        completion: .file(extensions: ["bin", "deb", "rpm"]))
    var files: [String] = []

    @OptionGroup var options: SiteChangeOptions

    @Option(help: ArgumentHelp("Publish in this channel instead of the first.", valueName: "name"))
    var channel: String?

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("Publish Debian packages for this codename alone; may be repeated.", valueName: "name"))
    var codename: [String] = []

    @Flag(help: "Publish packages, too, that no product of the definition lists.")
    var unlisted = false

    func run() throws {
        let publisher = try options.publisher()
        let channel = try publisher.context.channel(channel)
        let incoming = try IncomingPackage.read(
            try packages(), context: publisher.context, takesUnlisted: unlisted)
        let outcome = try publisher.publish(
            incoming, channel: channel, codenames: codename.isEmpty ? nil : codename, isDryRun: options.dryRun)
        options.report(outcome, publisher)
    }

    /// The packages that are named, and those in directories that are named.
    private func packages() throws(Failure) -> [String] {
        var packages: [String] = []
        for file in files {
            if fileStatus(file)?.kind == .directory {
                let names = try Directory.open(file).names()
                packages += names.filter { name in ["bin", "deb", "rpm"].contains { name.hasSuffix("." + $0) } }
                    .map { PathText.join(file, $0) }
            } else if !["asc", "sha256"].contains(where: { file.hasSuffix("." + $0) }) {
                // dist/* names checksums and signatures, too; they are found beside what they are of.
                packages.append(file)
            }
        }
        return packages
    }
}
