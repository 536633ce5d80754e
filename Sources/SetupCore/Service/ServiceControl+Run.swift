public import Diagnostics
import LinuxIO
import SetupPlan

extension ServiceControl {
    /// Has systemd read its units again; nothing where systemd doesn't run.
    public func reload() throws(Failure) {
        guard manager == .systemd else { return }
        try checked(["daemon-reload"], timeout: 120)
    }

    /// Starts the service, unless it is masked, no init runs here or the product isn't configured yet.
    ///
    /// - Returns: Whether it runs; false means that `howToStart` applies.
    /// - Throws: `.failed` with what the manager said.
    public func start() throws(Failure) -> Bool {
        guard service != nil, try isConfigured(), try !isMasked() else { return false }
        switch manager {
        case .systemd: try checked(["start", unitName], timeout: 120)
        case .sysv: try supervise("start")
        case .systemdOffline, .none: return false
        }
        return try state().isActive
    }

    /// Restarts the service if it runs; one that was stopped or masked stays as it is.
    ///
    /// - Returns: Whether it runs; false for a masked one, which systemd can't restart.
    /// - Throws: `.failed` with what the manager said.
    public func restartOnce() throws(Failure) -> Bool {
        guard let service, try !isMasked(), try state().isActive else { return false }
        if manager == .systemd {
            try checked(["try-restart", unitName], timeout: service.stopTimeoutSeconds + 120)
        } else {
            try supervise("try-restart")
        }
        return try state().isActive
    }

    /// Stops the service if it runs, whoever started it.
    ///
    /// - Throws: `.failed` when it can't be stopped.
    public func stop() throws(Failure) {
        guard let service, files.basePath == "/" else { return }
        if manager == .systemd, try hasUnit() {
            try checked(["stop", unitName], timeout: service.stopTimeoutSeconds + 120)
        }
        try SupervisorRecord(plan, files).stop(within: service.stopTimeoutSeconds)
    }

    /// Whether there is a unit, the product's or one that an administrator put in its place.
    private func hasUnit() throws(Failure) -> Bool {
        for path in [unitPath, administratorsUnitPath] where try files.status(path) != nil { return true }
        return false
    }

    /// Asks what the service does.
    public func state() throws(Failure) -> ServiceState {
        let isScriptInstalled = try files.status(scriptPath) != nil
        var state = ServiceState(
            manager: manager, isInstalled: isScriptInstalled, isEnabled: false, isActive: false, mainProcess: nil)
        if try hasUnit() {
            state.isInstalled = true
            if try !isMasked() { state.isEnabled = try !enablingLinks().isEmpty }
        }
        if manager == .sysv || manager == .none { state.isEnabled = try links.startsService() }
        if manager == .systemd {
            let shown = try systemctl(["show", "--property=ActiveState,MainPID", unitName], timeout: 60)
            for line in shown.text.split(separator: "\n") {
                if line == "ActiveState=active" || line == "ActiveState=reloading" { state.isActive = true }
                if line.hasPrefix("MainPID="), let number = Int32(line.dropFirst(8)), number > 0 {
                    state.mainProcess = number
                }
            }
        } else if let process = try SupervisorRecord(plan, files).living() {
            state.isActive = true
            state.mainProcess = process
        }
        return state
    }

    /// What a person types for a verb; a minimal EL has no `service`.
    public func command(_ verb: String) -> String {
        let name = plan.product.name
        if Subprocess.find("service") != nil { return "service \(name) \(verb)" }
        return manager == .systemd ? "systemctl \(verb) \(name)" : "\(scriptPath) \(verb)"
    }

    /// How a person starts the service on this machine, in a sentence or two.
    public var howToStart: String {
        let program = PathText.join(plan.paths.root, "bin/start-agent")
        if (try? isMasked()) == true {
            // A mask takes the place of an installer's unit, but not of a package's.
            let again = plan.ownPackage == nil ? "install again, then run" : "then"
            return """
                The unit \(unitName) is masked, so it was neither enabled nor started. To use it, run \
                `systemctl unmask \(unitName)`, \(again) `systemctl enable --now \(unitName)`.
                """
        }
        switch manager {
        case .systemd, .sysv:
            // The config tool of a package is the first thing that is run there, mostly through sudo; an installer's
            // words come while root installs.
            return "Start it with `\(plan.ownPackage == nil ? "" : "sudo ")\(command("start"))`."
        case .systemdOffline:
            return "Nothing was started. systemd starts it when the system boots; without systemd, run `\(program)`."
        case .none:
            let script =
                (try? files.status(scriptPath)) != nil ? " in the background with `\(scriptPath) start`, or" : ""
            return "No service manager runs here, so nothing was started. Start the agent\(script) with `\(program)`."
        }
    }

    /// Whether the agent's configuration file is there, where it has one.
    public func isConfigured() throws(Failure) -> Bool {
        guard let configuration = plan.configuration else { return true }
        return try files.status(PathText.join(plan.paths.state, configuration.path)) != nil
    }

    func systemctl(_ arguments: [String], timeout: Int) throws(Failure) -> ProcessResult {
        guard let program = Subprocess.find("systemctl") else {
            throw Failure(.requirement, "systemd runs here, but there is no systemctl in /usr/bin or /bin")
        }
        return try Subprocess.run([program] + arguments, timeout: timeout)
    }

    private func checked(_ arguments: [String], timeout: Int) throws(Failure) {
        let result = try systemctl(arguments, timeout: timeout)
        try Self.check(result, "systemctl " + arguments.joined(separator: " "), timeout)
    }

    /// Has the installed runtime supervise the agent, as the init script would.
    private func supervise(_ verb: String) throws(Failure) {
        let arguments = [PathText.join(plan.paths.root, "bin/start-agent"), "service", verb]
        let timeout = (service?.stopTimeoutSeconds ?? 0) + 120
        try Self.check(
            try Subprocess.run(arguments, timeout: timeout), arguments.joined(separator: " "), timeout)
    }

    private static func check(_ result: ProcessResult, _ command: String, _ timeout: Int) throws(Failure) {
        guard !result.isTimedOut else {
            throw Failure(.failed, "`\(command)` did not end within \(timeout) seconds")
        }
        guard result.status == 0 else {
            let said = result.errorText.split(separator: "\n").joined(separator: "; ")
            throw Failure(
                .failed, "`\(command)` failed with status \(result.status)",
                cause: said.isEmpty ? nil : PathText.display(said))
        }
    }
}
