import Diagnostics
import LinuxIO
import SetupPlan

/// `uninstall`, also as the program of that name in the product's directory.
struct UninstallCommand {
    let plan: Plan
    var context = ToolContext()

    /// Runs it from a command line.
    ///
    /// - Parameter words: The words after the program's name.
    /// - Returns: The exit code.
    func run(_ words: [String]) throws(Failure) -> Int32 {
        if words.contains("--help") || words.contains("-h") {
            context.output(ToolHelp(plan: plan).page(of: .uninstall))
            return ExitCode.done.rawValue
        }
        return try run(try ToolArguments(words, of: .uninstall, tool: plan.configToolPath))
    }

    func run(_ arguments: ToolArguments) throws(Failure) -> Int32 {
        if let package = plan.ownPackage { throw Self.refusal(plan, package) }
        let console = context.console
        let basePath = arguments.value(of: "--root") ?? context.basePath
        guard basePath.hasPrefix("/") else {
            throw Failure(.usage, "--root needs an absolute path, found \(TerminalText.escaped(basePath))")
        }
        let purges = arguments.has("--purge")
        if !arguments.has("--yes") {
            guard console.isInteractive else {
                throw Failure(
                    .usage, "there is no terminal to ask on whether \(plan.product.title) is to be removed",
                    hints: ["Add --yes."])
            }
        }
        try context.requireRoot("Removing \(plan.product.title)", "\(plan.configToolPath) uninstall")
        if let owner = try PackageOwner.find(of: plan.paths.root, base: try Directory.open(basePath)) {
            throw owner.refusal(plan.product.title, "Remove it")
        }
        if !arguments.has("--yes"), try !isConfirmed(purges) {
            console.say("Nothing was removed.")
            return ExitCode.interrupted.rawValue
        }
        // From here on the work is finished, whatever the terminal sends.
        StopRequest.ignore()
        let lines = Monitor(console.write)
        let setup = SetupContext(
            basePath: basePath, startsService: false,
            report: { text in lines.with { $0("  " + TerminalText.escaped(text) + "\n") } })
        let outcome = try Uninstaller(plan, context: setup).uninstall(purge: purges)
        conclude(outcome, purges)
        return ExitCode.done.rawValue
    }

    /// Why a package isn't removed here, how it is, and what stays then.
    private static func refusal(_ plan: Plan, _ package: OwnPackage) -> Failure {
        let kept = "Settings, logs and state in \(plan.paths.state) stay."
        let later =
            switch package.manager {
            case .dpkg: "`sudo apt purge \(package.name)` removes them, too."
            case .rpm: "To delete them afterwards, run `sudo rm -rf \(plan.paths.state) \(plan.paths.options)`."
            }
        return Failure(
            .conflict, "\(plan.product.title) is installed as the \(package.words)",
            hints: ["Run `\(package.removal)`. \(kept) \(later)"])
    }

    private func isConfirmed(_ purges: Bool) throws(Failure) -> Bool {
        let paths = plan.paths
        context.console.say(
            purges
                ? "This removes \(paths.root), and with it all settings, logs and state in \(paths.state) and "
                    + "\(paths.options)."
                : "This removes \(paths.root). Settings, logs and state in \(paths.state) stay.")
        return try context.console.confirm("Remove \(plan.product.title)?", preset: false)
    }

    private func conclude(_ outcome: Uninstaller.Outcome, _ purges: Bool) {
        let console = context.console
        console.say("\(plan.product.title) is removed.")
        let shown = outcome.kept.map(PathText.display)
        if !shown.isEmpty, purges {
            console.say(
                "Left, because a link that the installer didn't make is in its place: \(shown.joined(separator: ", "))."
            )
        } else if !shown.isEmpty {
            console.say(
                "Kept, with settings, logs and state: \(shown.joined(separator: ", ")). A later installation takes them "
                    + "up; --purge would have removed them.")
        }
        for path in outcome.foreign {
            console.say("Left, because it isn't known to be the installer's: \(PathText.display(path))")
        }
    }
}
