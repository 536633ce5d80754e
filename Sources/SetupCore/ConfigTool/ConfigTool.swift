import BinFormat
import Diagnostics
import LinuxIO
import SetupPlan

/// The installed runtime under the product's own name, `acme-config`: one command a verb.
struct ConfigTool {
    let plan: Plan
    let context: ToolContext

    init(_ file: consuming BinFile) {
        var context = ToolContext()
        context.ownKey = file.trailer.signature?.publicKey
        self.init(plan: file.plan, context: context)
    }

    init(plan: Plan, context: ToolContext) {
        self.plan = plan
        self.context = context
    }

    /// Runs a command.
    ///
    /// - Parameter words: The command line after the program's name.
    /// - Returns: The exit code.
    func run(_ words: [String]) throws(Failure) -> Int32 {
        if words == [HealthProbe.word] { try HealthProbe.becomeProbe(of: plan) }
        let help = ToolHelp(plan: plan)
        switch words.first {
        case nil, "--help", "-h": context.output(help.overview)
        case "help": context.output(words.count > 1 ? help.page(of: try verb(words[1])) : help.overview)
        case "--version": context.output("\(plan.product.name) \(plan.product.fullVersion)\n")
        case .some(let word): return try run(try verb(word), Array(words.dropFirst()))
        }
        return ExitCode.done.rawValue
    }

    private func verb(_ word: String) throws(Failure) -> ToolVerb {
        if let verb = ToolVerb(rawValue: word) { return verb }
        throw Failure(
            .usage, "unknown command ‘\(TerminalText.escaped(word))’",
            hints: Suggestion.hints(for: word, among: ToolVerb.allCases.map(\.rawValue)) + [
                "Run `\(plan.configToolPath) --help`."
            ])
    }

    private func run(_ verb: ToolVerb, _ words: [String]) throws(Failure) -> Int32 {
        if words.contains("--help") || words.contains("-h") {
            context.output(ToolHelp(plan: plan).page(of: verb))
            return ExitCode.done.rawValue
        }
        let arguments = try ToolArguments(words, of: verb, tool: plan.configToolPath)
        StopRequest.failLargeWrites()
        do throws(Failure) { return try perform(verb, arguments) } catch {
            // EACCES and EPERM
            guard error.errorNumber == 13 || error.errorNumber == 1, context.user != 0 else { throw error }
            var failure = error
            failure.code = .requirement
            failure.hints.append("Run the command as root, with sudo for instance.")
            throw failure
        }
    }

    private func perform(_ verb: ToolVerb, _ arguments: ToolArguments) throws(Failure) -> Int32 {
        switch verb {
        case .interactive: try InteractiveCommand(plan: plan, context: context).run(arguments)
        case .show: try ShowCommand(plan: plan, context: context).run(arguments)
        case .set: try SetCommand(plan: plan, context: context).run(arguments)
        case .check: try CheckCommand(plan: plan, context: context).run(arguments)
        case .status: try StatusCommand(plan: plan, context: context).run(arguments)
        case .verify: try VerifyCommand(plan: plan, context: context).run(arguments)
        case .findProxy: try FindProxyCommand(plan: plan, context: context).run(arguments)
        case .verifyInstaller: try VerifyInstallerCommand(plan: plan, context: context).run(arguments)
        case .supportBundle: try SupportBundleCommand(plan: plan, context: context).run(arguments)
        case .uninstall: try UninstallCommand(plan: plan, context: context).run(arguments)
        }
    }
}
