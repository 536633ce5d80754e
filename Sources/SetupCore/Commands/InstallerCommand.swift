import BinFormat
import Diagnostics
import JSON
import LinuxIO
import SetupPlan

/// A `.bin` at work: verify, look, ask, install.
struct InstallerCommand {
    let words: [String]
    /// The path it was started by, for messages.
    let program: String
    let console: Console

    init(_ words: [String], program: String, console: Console = .standard()) {
        self.words = words
        self.program = program
        self.console = console
    }

    func run(_ file: consuming BinFile) throws(Failure) -> Int32 {
        let schema = SettingSchema(file.plan)
        let (given, rest) = try SettingOptions(schema).take(words)
        var arguments = try InstallerArguments(rest, settings: SettingOptions(schema).names)
        switch arguments.action {
        case .help:
            StandardStream.output.write(InstallerHelp(plan: file.plan, program: program).text)
            return ExitCode.done.rawValue
        case .version:
            StandardStream.output.write("\(file.plan.product.name) \(file.plan.product.fullVersion)\n")
            return ExitCode.done.rawValue
        default: break
        }
        // Who reads an installation's words may go away; who reads a listing ends it by that.
        if arguments.action == .install { StopRequest.outliveReaders() }
        let report = PlanReport(plan: file.plan, trailer: file.trailer)
        let verified = try verify(file, report)
        switch arguments.action {
        case .check: try check(report, arguments)
        case .info: StandardStream.output.write(arguments.isJSON ? report.json.text(pretty: true) + "\n" : report.text)
        case .list:
            StandardStream.output.write(
                arguments.isJSON ? report.listingJSON.text(pretty: true) + "\n" : report.listing)
        case .extract(let directory): try extract(verified, to: directory)
        default:
            // An image's path may be a spelling of / itself.
            arguments.root = try resolvedPath(arguments.root)
            return try install(verified, arguments, given)
        }
        return ExitCode.done.rawValue
    }

    /// Checks every byte and says what was checked.
    private func verify(_ file: consuming BinFile, _ report: PlanReport) throws(Failure) -> VerifiedBinFile {
        let display = Monitor(
            ProgressDisplay(console, label: "Verifying \(report.plan.product.title)", total: file.size))
        defer { display.with { $0.abandon() } }
        let verified: VerifiedBinFile
        do throws(Failure) {
            verified = try file.verified { done in display.with { $0.update(done) } }
        } catch {
            throw Failure(
                .integrity, "this file is damaged, so nothing was done", cause: error.message,
                hints: ["Download it again, and compare its SHA-256 with the one published beside it."])
        }
        display.with { $0.finish() }
        console.say(Self.verdict(report, blocks: report.plan.blocks.count))
        return verified
    }

    /// What a self-check proves, and what it doesn't.
    static func verdict(_ report: PlanReport, blocks: Int) -> String {
        let parts = "program, plan and \(blocks) payload block\(blocks == 1 ? "" : "s")"
        guard let key = report.trailer.signature?.publicKey else {
            return "The file is undamaged (\(parts)). It is not signed."
        }
        return
            "The file is undamaged (\(parts)). It carries a signature by the key \(KeyText.fingerprint(key)); whether "
            + "that is the vendor's key, the file itself can't tell."
    }

    private func check(_ report: PlanReport, _ arguments: InstallerArguments) throws(Failure) {
        guard arguments.isJSON else { return }
        StandardStream.output.write(
            report.checkJSON.text(pretty: true) + "\n")
    }

    /// Writes the files below a directory that is new or empty; what was made goes again when that fails.
    func extract(_ file: borrowing VerifiedBinFile, to path: String) throws(Failure) {
        let parent = try Directory.open(PathText.parent(path))
        let name = PathText.lastComponent(path)
        var isNew = false
        if try parent.status(name) != nil {
            guard try parent.directory(name).names().isEmpty else {
                throw Failure(
                    .usage, "\(PathText.display(path)) is not empty", hints: ["Name a directory that isn't there yet."])
            }
        } else {
            isNew = try parent.makeDirectory(name)
        }
        let total = file.file.plan.blocks.reduce(0) { $0 + $1.contentSize }
        let display = Monitor(ProgressDisplay(console, label: "Extracting", total: total))
        defer { display.with { $0.abandon() } }
        let directory = try parent.directory(name)
        do throws(Failure) {
            try file.extract(to: directory, progress: { done in display.with { $0.update(done) } })
            try directory.descriptor.syncFileSystem()
        } catch {
            Self.remove(file.file.plan.entries, from: directory)
            if isNew { _ = try? parent.removeDirectory(name) }
            throw error
        }
        display.with { $0.finish() }
        console.say("Extracted \(file.file.plan.entries.count) paths to \(path).")
    }

    /// Removes a plan's entries, as far as they are there; the failure that led here is the one to report.
    private static func remove(_ entries: [Entry], from directory: borrowing Directory) {
        // Their final modes may forbid their owner to remove what they hold.
        for entry in entries where entry.content == .directory {
            try? directory.directory(entry.path).descriptor.setMode(0o700)
        }
        for entry in entries.reversed() {
            if entry.content == .directory {
                _ = try? directory.removeDirectory(entry.path)
            } else {
                _ = try? directory.removeFile(entry.path)
            }
        }
    }
}
