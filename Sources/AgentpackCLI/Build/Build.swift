import ArgumentParser
import BlockStore
import Building
import Diagnostics
import LinuxIO
import Planning
import Product
import SetupPlan
import Signing

/// `agentpack build`: makes a product's artifacts from a manifest.
struct Build: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make installers and packages from a manifest.",
        discussion: """
            Makes NAME-VERSION.bin (and the same under NAME.bin), and a .deb and an .rpm for each package of the \
            manifest, whichever --format names. The source tree is planned once and large files are compressed once, \
            whatever the number of formats. The SHA-256 of each file is written beside it, and with an OpenPGP key a \
            signature: inside .rpm files, as NAME.asc beside the others. Files appear at the end, each of them whole; \
            the old NAME.sha256 and NAME.asc of what is replaced go. Equal manifests and files give equal bytes. Exit codes: 0 made, 1 failed, 3 no setup executable, 64 the \
            manifest, its files or the command line are wrong.
            """)

    @OptionGroup var manifest: ManifestOptions
    @OptionGroup var signing: BuildSigningOptions
    @OptionGroup var cache: CacheOptions

    @Option(
        help: ArgumentHelp(
            "What to make, joined by commas: bin, a self-extracting installer; deb and rpm, packages.",
            valueName: "formats"))
    var format = FormatList(formats: [.bin])

    @Option(help: ArgumentHelp("Write to this directory.", valueName: "directory"), completion: .directory)
    var out = "dist"

    @Option(help: ArgumentHelp("Use so many threads; the result is the same.", valueName: "number"))
    var threads = Threads.processorCount

    @Flag(help: "Print what would be packed; write nothing.")
    var dryRun = false

    @Flag(help: "Print the result as JSON on standard output.")
    var json = false

    @Flag(name: .shortAndLong, help: "Say nothing but warnings and errors.")
    var quiet = false

    func validate() throws {
        guard (1...1024).contains(threads) else { throw ValidationError("--threads takes a number from 1 to 1024.") }
    }

    func run() throws {
        let console = Console.standard
        let display = ProgressDisplay(quiet: quiet)
        CleanEnd.prepare { display.erase() }
        // What needs no source tree comes first: nobody waits for a build that can't end well.
        let product = try manifest.load()
        let setup = dryRun ? nil : try SetupExecutable.find()
        var signers = try dryRun ? ArtifactSigning() : signing.signers(for: format.formats)

        var environment = PlanningEnvironment.process { display.update(.planning($0)) }
        environment.threads = threads
        let start = System.monotonicNanoseconds
        let build = try display.erasing { () throws(Failure) in
            try ProductBuild(
                product, directory: manifest.directory, formats: format.formats, environment: environment)
        }
        let warnings = build.plan.warnings + (dryRun ? [] : signing.warnings(for: format.formats))
        for warning in warnings { console.warn(warning) }
        guard let setup else { return show(try BuildPreview(build), console) }
        // Equal content has equal signatures.
        signers.openPGP = try signers.openPGP?.dated(build.plan.product.timestamp)
        let store = try BlockStore(
            cache: cache.open { display.interrupt(with: $0, console) }, filters: build.filters, threads: threads)
        let built = try display.erasing { () throws(Failure) in
            try build.write(to: out, setup: setup, store: store, signing: signers) { display.update(.packing($0)) }
        }
        show(
            BuildReport(
                built, plan: build.plan, openPGP: signers.openPGP?.fingerprint, warnings: warnings,
                nanoseconds: System.monotonicNanoseconds - start), console)
    }

    private func show(_ report: some TwoFormReport, _ console: Console) {
        if json { console.print(report.json) } else if !quiet { console.print(report.text) }
    }
}
