import ArgumentParser
import Diagnostics
import DistSite
import LinuxIO
import SiteDefinition

/// `agentpack repo export`: a part of a site as a tar archive.
struct RepoExport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a part of the site as a tar archive, for places without a network.",
        discussion: """
            Indexes keep their signatures, so clients there check what they check elsewhere; unpacked, the archive is an \
            APT and YUM repository with the same paths. The page of the site says how clients use it. Installers are not \
            in it. Exit codes: 0, 1 failed, 2 damaged, 64 wrong command line, or nothing selected.
            """)

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Where to write it.", valueName: "file"),
        completion: .file(extensions: ["tar"]))
    var output: String

    @OptionGroup var site: SiteOptions

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("Take this codename, and no YUM repository; may be repeated.", valueName: "name"))
    var codename: [String] = []

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Take this architecture, amd64 and x86_64 being the same; may be repeated.", valueName: "architecture"))
    var arch: [String] = []

    @Option(help: ArgumentHelp("Take so many of the newest versions of each package.", valueName: "number"))
    var versions: Int?

    @Option(help: ArgumentHelp("Take this channel instead of the first.", valueName: "name"))
    var channel: String?

    @Flag(help: "List what would be in it and write nothing.")
    var dryRun = false

    func validate() throws {
        if let versions, versions < 1 { throw ValidationError("--versions takes a number from 1 on.") }
    }

    func run() throws {
        CleanEnd.prepare()
        let definition = try site.load()
        let context = try site.context(definition)
        var selection = SiteExport.Selection(channel: try context.channel(channel).name)
        selection.codenames = codename.isEmpty ? nil : codename
        selection.architectures = arch.isEmpty ? nil : arch
        selection.versions = versions
        let export = try SiteExport(site.path(definition), context: context, selection)
        if dryRun {
            for path in try export.paths() { Console.standard.print(PathText.display(path)) }
            return
        }
        let file = try StagedFile(replacing: output, mode: 0o644)
        let count = try export.write(to: file)
        try file.commit()
        Console.standard.note("Made \(PathText.display(output)) with \(count) files.")
    }
}
