import BinFormat
import Diagnostics
import LinuxIO
import SetupPlan

extension InstallerCommand {
    /// The changes themselves, and what the person is told at the end.
    func carryOut(
        _ file: consuming VerifiedBinFile, _ survey: Survey, _ arguments: InstallerArguments, _ settings: Decisions
    ) throws(Failure) -> Int32 {
        let plan = file.file.plan
        let total = plan.blocks.reduce(0) { $0 + $1.contentSize }
        let isQuiet = arguments.isSilent && !console.canRedraw
        let display = Monitor(ProgressDisplay(console, label: "Installing", total: total))
        let lines = Monitor(console.write)
        let log = InstallLog()
        if let path = arguments.logFile {
            try log.attach(try FileDescriptor.open(path, [.write, .create, .append, .nonBlocking], mode: 0o600))
        }
        log.add("\(plan.product.name) \(plan.product.fullVersion), installer \(PathText.display(program))")
        let context = SetupContext(
            basePath: arguments.root, startsService: arguments.startsService && arguments.root == "/", log: log,
            report: { text in
                guard !isQuiet || text.hasPrefix("Warning") else { return }
                display.with { $0.abandon() }
                lines.with { $0("  " + TerminalText.escaped(text) + "\n") }
            },
            progress: { done, _ in display.with { $0.update(done) } })
        // From here on the work is finished or taken back, whatever the terminal sends.
        TerminationSignals.ignore()
        var installer = try Installer(file, context: context, configuration: settings.content)
        let isRunning: Bool?
        do throws(Failure) { isRunning = try installer.install(survey) } catch {
            display.with { $0.abandon() }
            throw error
        }
        display.with { $0.abandon() }
        try conclude(plan, survey, isRunning, arguments)
        return ExitCode.done.rawValue
    }

    private func conclude(
        _ plan: Plan, _ survey: Survey, _ isRunning: Bool?, _ arguments: InstallerArguments
    ) throws(Failure) {
        console.say("\(plan.product.title) \(plan.product.fullVersion) is installed.")
        guard plan.service != nil else { return }
        let tool = plan.paths.root + "/" + plan.configTool
        if isRunning == true {
            console.say("The service \(plan.product.name) is running. To see how it does: \(tool) status")
        } else if arguments.root == "/" {
            let control = try ServiceControl(plan: plan, basePath: arguments.root)
            console.say(control.howToStart)
        }
    }
}
