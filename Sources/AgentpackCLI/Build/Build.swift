import ArgumentParser
import BlockStore
import Building
import Diagnostics
import LinuxIO
import Planning
import Product
import Signing

/// `agentpack build`: makes an installer from a manifest.
struct Build: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make an installer from a manifest.",
        discussion: """
            Writes NAME-VERSION.bin, the same under NAME.bin, and the SHA-256 of each beside it; all of them appear \
            at the end or not at all. Equal manifests and files give equal bytes. Exit codes: 0 made, 1 failed, \
            3 no setup executable, 64 the manifest, its files or the command line are wrong.
            """)

    @OptionGroup var manifest: ManifestOptions
    @OptionGroup var signing: SigningOptions
    @OptionGroup var cache: CacheOptions

    @Option(help: ArgumentHelp("What to make: bin, a self-extracting installer.", valueName: "format"))
    var format = Format.bin

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

    /// What can be made.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case bin
    }

    private static let unsigned =
        "THE INSTALLER IS NOT SIGNED: nobody can check who made it; name a key with --key FILE"

    func validate() throws {
        guard (1...1024).contains(threads) else { throw ValidationError("--threads takes a number from 1 to 1024.") }
    }

    func run() throws {
        let console = Console.standard
        let display = ProgressDisplay(quiet: quiet)
        // What needs no source tree comes first: nobody waits for a build that can't end well.
        let product = try manifest.load()
        let setup = dryRun ? nil : try SetupExecutable.find()
        let signer = try signing.signer()
        endCleanly(display)

        var environment = PlanningEnvironment.process { display.update(.planning($0)) }
        environment.threads = threads
        let start = System.monotonicNanoseconds
        let build = try display.erasing { () throws(Failure) in
            try InstallerBuild(product, directory: manifest.directory, environment: environment)
        }
        let warnings = build.plan.warnings + (signer == nil && !dryRun ? [Self.unsigned] : [])
        for warning in warnings { console.warn(warning) }
        guard let setup else { return show(BuildPreview(build), console) }
        let store = try BlockStore(
            cache: cache.open { display.interrupt(with: $0, console) }, filters: build.filters, threads: threads)
        let built = try display.erasing { () throws(Failure) in
            try build.write(to: out, setup: setup, store: store, signer: signer) { display.update(.packing($0)) }
        }
        show(
            BuildReport(
                built, plan: build.plan, warnings: warnings, nanoseconds: System.monotonicNanoseconds - start), console)
    }

    private func show(_ report: some TwoFormReport, _ console: Console) {
        if json { console.print(report.json) } else if !quiet { console.print(report.text) }
    }

    /// Ends on SIGINT and SIGTERM without leaving staged files or half a line.
    private func endCleanly(_ display: ProgressDisplay) {
        _ = TerminationSignals.end { [out] signal in
            display.erase()
            OutputSet.discard(in: out)
            return 128 + signal
        }
    }
}
