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
            checkStop: { () throws(Failure) in
                guard let signal = StopRequest.noted else { return }
                throw Failure(.interrupted, "stopped by \(signal.words); everything is as it was before")
            },
            report: { text in
                guard !isQuiet || text.hasPrefix("Warning") else { return }
                display.with { $0.abandon() }
                lines.with { $0("  " + TerminalText.escaped(text) + "\n") }
            },
            progress: { done, _ in display.with { $0.update(done) } })
        // From here on the work is finished or, when somebody asks for that before the switch, taken back.
        StopRequest.watch()
        var installer = try Installer(file, context: context, configuration: settings.change)
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
        if let signal = StopRequest.noted {
            console.say("\(signal.words) came after the switch to the new version, so the work was finished.")
        }
        console.say("\(plan.product.title) \(plan.product.fullVersion) is installed.")
        guard plan.service != nil else { return }
        let tool = plan.paths.root + "/" + plan.configTool
        if isRunning == true {
            console.say("The service \(plan.product.name) is running. To see how it does: \(tool) status")
            awaitHealth(plan, tool)
        } else if arguments.root == "/" {
            let control = try ServiceControl(plan: plan, basePath: arguments.root)
            console.say(news(of: control, survey))
        }
    }

    /// What to do about a service that was left alone; one that runs still has what it was started with in memory.
    private func news(of control: ServiceControl, _ survey: Survey) -> String {
        guard (try? control.state())?.isActive == true, (try? control.isMasked()) == false else {
            return control.howToStart
        }
        let restart = "restart it with `\(control.command("restart"))`."
        if case .repair = survey { return "The service still runs as it was started before; \(restart)" }
        return "The service still runs the version before; \(restart)"
    }

    /// Waits until the agent says that it is well, as long as the product allows for that.
    private func awaitHealth(_ plan: Plan, _ tool: String) {
        guard let health = plan.agent?.health else { return }
        let end = System.monotonicNanoseconds + UInt64(health.withinSeconds) * 1_000_000_000
        repeat {
            if StopRequest.noted != nil { return console.say("Not waited any longer until the agent is well.") }
            let answer = try? Subprocess.run([tool, HealthProbe.word], timeout: HealthProbe.limit)
            if answer?.status == 0 { return console.say("The agent says that it is well.") }
            System.sleep(milliseconds: 500)
        } while System.monotonicNanoseconds < end
        console.say(
            "Warning: the agent did not say within \(health.withinSeconds) seconds that it is well. Its logs are in "
                + "\(plan.paths.state)/logs; `\(tool) check` looks at its settings.")
    }
}
