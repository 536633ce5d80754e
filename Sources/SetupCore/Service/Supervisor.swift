import Diagnostics
import LinuxIO
public import SetupPlan

/// What the init script calls: starts the agent under a supervisor of its own, stops it, says how it is.
///
/// Under systemd with an installed unit every verb is handed to systemctl, so that there is one supervisor. The exit
/// statuses are those of the Linux Standard Base: 0 done; `status` 1 dead with a pid file, 3 stopped, 4 unknown; 1
/// failed, 2 wrong arguments, 4 not root, 5 no agent, 6 not configured.
public struct Supervisor: Sendable {
    let plan: Plan
    let versionDirectory: String
    let files: HostFiles
    let record: SupervisorRecord

    /// Prepares for a product.
    ///
    /// - Parameters:
    ///   - plan: The product.
    ///   - versionDirectory: The absolute path of the version whose agent is started.
    ///   - basePath: `/`, or the directory that stands for it.
    public init(plan: Plan, versionDirectory: String, basePath: String = "/") {
        self.plan = plan
        self.versionDirectory = versionDirectory
        files = HostFiles(basePath: basePath)
        record = SupervisorRecord(plan, files)
    }

    /// Does what an init script was called for, and says so.
    ///
    /// - Parameter arguments: The init script's arguments: one verb.
    /// - Returns: The exit status.
    public func perform(_ arguments: [String]) -> Int32 {
        guard arguments.count == 1, let verb = ServiceVerb(rawValue: arguments[0]) else {
            let verbs = ServiceVerb.allCases.map(\.rawValue).joined(separator: "|")
            StandardStream.error.write("Usage: service \(plan.product.name) {\(verbs)}\n")
            return InitStatus.wrongArguments
        }
        do throws(Failure) {
            // Nobody else can look; systemctl, to which others get as well, may know them.
            if verb == .start || verb == .restart, System.effectiveUser == 0, try !isConfigured() {
                StandardStream.error.write(StartAgent.unconfigured(plan).rendered + "\n")
                return InitStatus.notConfigured
            }
            try handOverToSystemd(verb)
            if verb == .status { return try status() }
            guard System.effectiveUser == 0 else {
                StandardStream.error.write("error: only root can \(verb.rawValue) \(plan.product.name)\n")
                return InitStatus.forbidden
            }
            switch verb {
            case .start, .status: return try start()
            case .stop: return try stop()
            case .restart: return try restart()
            case .tryRestart, .forceReload:
                guard try record.living() != nil else { return InitStatus.done }
                return try restart()
            }
        } catch {
            StandardStream.error.write(error.rendered + "\n")
            return verb == .status ? InitStatus.forbidden : InitStatus.failed
        }
    }

    private func isConfigured() throws(Failure) -> Bool {
        try ServiceControl(plan: plan, basePath: files.basePath).isConfigured()
    }

    /// Becomes systemctl where systemd runs and has a unit for the service.
    ///
    /// Without a unit systemd itself calls the init script, which then must not call systemd.
    private func handOverToSystemd(_ verb: ServiceVerb) throws(Failure) {
        guard try files.hasDirectory("/run/systemd/system"), let program = Subprocess.find("systemctl") else { return }
        let unit = plan.product.name + ".service"
        for directory in [ServiceControl.unitDirectory, "/usr/lib/systemd/system", "/lib/systemd/system"]
        where try files.status(directory + "/" + unit) != nil {
            let arguments = [program, "--no-pager", verb == .forceReload ? "try-restart" : verb.rawValue, unit]
            try Subprocess.replaceProcess(arguments, environment: System.environment)
        }
    }

    private func status() throws(Failure) -> Int32 {
        if let process = try record.living() {
            say("is running (process \(process))")
            return InitStatus.done
        }
        if try record.exists() {
            say("is not running, but \(record.path) is there: it failed or was killed")
            return InitStatus.deadWithRecord
        }
        say("is not running")
        return InitStatus.stopped
    }

    private func stop() throws(Failure) -> Int32 {
        let wasRunning = try record.stop(within: plan.service?.stopTimeoutSeconds ?? 0)
        say(wasRunning ? "is stopped" : "is not running")
        return InitStatus.done
    }

    private func restart() throws(Failure) -> Int32 {
        _ = try stop()
        return try start()
    }

    private func start() throws(Failure) -> Int32 {
        if let process = try record.living() { return alreadyRuns(process) }
        // What is wrong with options or account is said here, where the caller sees it.
        let launch = try AgentLaunch(plan: plan, versionDirectory: versionDirectory, basePath: files.basePath)
        do throws(Failure) { try launch.checkProgram() } catch {
            StandardStream.error.write(error.rendered + "\n")
            return InitStatus.notInstalled
        }
        let deadline = Deadline(after: .seconds(5))
        while !deadline.hasPassed {
            // Held by one that somebody else is starting at this moment, or by one that is about to end.
            let lock = try record.claim()
            if let process = try record.living() { return alreadyRuns(process) }
            guard let lock else {
                System.sleep(milliseconds: 50)
                continue
            }
            if let failure = try Daemon.start(self, lock: lock) {
                StandardStream.error.write("error: \(plan.product.name) can't be started: \(failure)\n")
                return InitStatus.failed
            }
            say("is started")
            return InitStatus.done
        }
        if let process = try record.living() { return alreadyRuns(process) }
        StandardStream.error.write(
            "error: \(plan.product.name) is being started by somebody else, but doesn't run after 5 seconds\n")
        return InitStatus.failed
    }

    private func alreadyRuns(_ process: Int32) -> Int32 {
        say("is running already (process \(process))")
        return InitStatus.done
    }

    private func say(_ text: String) {
        StandardStream.output.write("\(plan.product.title) \(text)\n")
    }
}
