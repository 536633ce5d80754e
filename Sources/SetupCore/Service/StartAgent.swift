public import Diagnostics
import LinuxIO
public import SetupPlan

/// The program `bin/start-agent` of an installed version: runs the agent, or supervises it for the init script.
public enum StartAgent {
    /// Runs the program.
    ///
    /// Without arguments it becomes the agent. With `service VERB` it does what an init script does, and ends with an
    /// exit status of the Linux Standard Base (see `ServiceVerb`).
    ///
    /// - Parameters:
    ///   - arguments: The arguments after the program's name.
    ///   - plan: The product.
    ///   - basePath: `/`, or the directory that stands for it.
    /// - Returns: The exit status; failures of `service` are shown on standard error already.
    /// - Throws: Why the agent can't be started.
    public static func main(_ arguments: [String], plan: Plan, basePath: String = "/") throws(Failure) -> Int32 {
        switch arguments.first {
        case nil: return try run(plan: plan, basePath: basePath)
        case "service":
            let supervisor = Supervisor(plan: plan, versionDirectory: try versionDirectory(), basePath: basePath)
            return supervisor.perform(Array(arguments.dropFirst()))
        case "--help", "-h":
            StandardStream.output.write(usage(plan))
            return 0
        default:
            throw Failure(
                .usage, "start-agent doesn't know \(PathText.display(arguments[0]))",
                hints: ["Run `start-agent --help`."])
        }
    }

    /// Becomes the agent, in the version this program belongs to.
    ///
    /// The unit is `Type=notify`: systemd waits for a word from here, so that whoever asked for the start learns that
    /// it failed. The agent itself need not know.
    ///
    /// - Returns: The exit status when there is nothing to start and that is no failure.
    /// - Throws: Why it can't; `.usage`, which the unit and the supervisor don't try again, where somebody must change
    ///   something first.
    static func run(plan: Plan, basePath: String) throws(Failure) -> Int32 {
        let manager = System.environment(ServiceNotification.variable)
        do throws(Failure) {
            guard try ServiceControl(plan: plan, basePath: basePath).isConfigured() else {
                let failure = unconfigured(plan)
                guard let manager, try !isBootOver() else { throw failure }
                StandardStream.error.write(failure.rendered + "\n")
                try ServiceNotification.send(ServiceNotification.ready, to: manager)
                return AgentExit.notConfigured
            }
            let launch = try AgentLaunch(plan: plan, versionDirectory: try versionDirectory(), basePath: basePath)
            try launch.checkProgram()
            if let manager {
                // A shell that inherited the variable has no systemd that listens; the agent runs all the same.
                do throws(Failure) { try ServiceNotification.send(ServiceNotification.ready, to: manager) } catch {
                    StandardStream.error.write("warning: \(error.message)\n")
                }
            }
            try launch.execute()
        } catch {
            if let refusal = accessFailure(error, plan, user: System.effectiveUser) { throw refusal }
            guard error.code == .requirement else { throw error }
            throw Failure(.usage, error.message, cause: error.cause, hints: error.hints)
        }
    }

    /// The failure of an account that may not read something, without the advice to be root: the service isn't to be.
    ///
    /// - Returns: Nil for any other failure, and where the service runs as root.
    static func accessFailure(_ failure: Failure, _ plan: Plan, user: UInt32) -> Failure? {
        // EACCES
        guard failure.errorNumber == 13, user != 0, let account = plan.service?.user, account != "root" else {
            return nil
        }
        var failure = failure
        failure.hints = [
            "The service runs as \(account). Run `sudo \(plan.configToolPath) check`: it tells what that user can't reach, "
                + "and how to change it."
        ]
        return failure
    }

    /// Whether a start that systemd asks for now is a person's wish: the target that waits for it at boot is reached.
    ///
    /// A machine that boots before it is configured is no failure, and neither may be its service.
    private static func isBootOver() throws(Failure) -> Bool {
        guard let program = Subprocess.find("systemctl") else { return false }
        return try Subprocess.run([program, "--quiet", "is-active", "multi-user.target"]).status == 0
    }

    /// The version's directory: that of this program's own file, `…/versions/V/bin/start-agent`, so that an agent never
    /// opens files of a version that is switched to while it runs.
    static func versionDirectory() throws(Failure) -> String {
        let program = try resolvedPath("/proc/self/exe")
        return PathText.parent(PathText.parent(program))
    }

    /// The failure of a product without its configuration.
    static func unconfigured(_ plan: Plan) -> Failure {
        let tool = PathText.join(plan.paths.root, plan.configTool)
        let file = plan.configuration.map { PathText.join(plan.paths.state, $0.path) } ?? plan.paths.state
        return Failure(
            .requirement, "\(plan.product.title) is not configured yet: there is no \(file)",
            hints: ["Run `\(tool) interactive` as root, then start the service."])
    }

    private static func usage(_ plan: Plan) -> String {
        """
        start-agent: runs \(plan.product.title) \(plan.product.fullVersion)

        start-agent                run the agent in the foreground, as the service does
        start-agent service VERB   start, stop, restart, try-restart, force-reload or status, for the init script

        Options for the agent, one a line, go to \(PathText.join(plan.paths.options, OptionLines.fileName)).

        """
    }
}
