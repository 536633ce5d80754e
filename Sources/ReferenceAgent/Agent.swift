internal import Diagnostics
internal import HTTPTransport
internal import JSON
internal import LinuxIO

/// The agent's life: read the settings, register, send heartbeats, and begin again when the settings change.
struct Agent {
    /// Seconds until a rejected token or registration is tried again without a change of the settings.
    private static let patience: Int64 = 600

    let options: Options
    let version: String
    let log: AgentLog
    private var lastProblem = ""
    private var problemCount = 0

    init(options: Options, version: String, log: AgentLog) {
        self.options = options
        self.version = version
        self.log = log
    }

    static func registrationPath(_ state: String) -> String { PathText.join(state, "state/agent.json") }
    static func statusPath(_ state: String) -> String { PathText.join(state, "state/status.json") }

    /// Runs until the settings turn out not to work at all.
    mutating func run() throws(Failure) {
        while true {
            let seen = fileStatus(options.configuration)
            let settings = try AgentSettings(path: options.configuration, version: version)
            let way =
                settings.client.proxy(for: settings.server).map { " through the proxy \($0)" }
                ?? settings.pacLocation.map { " as \($0) says" } ?? ""
            log.write("reference-agent \(version) works with \(settings.server.origin)\(way)")
            guard let rejection = try serve(settings, Server(settings: settings), since: seen) else { continue }
            log.write("\(rejection); the agent waits for changed settings")
            waitForChange(since: seen, seconds: Self.patience)
        }
    }

    /// Registers if need be and sends heartbeats; returns why the server won't have this agent, or nil when the settings
    /// changed while there was a problem.
    private mutating func serve(
        _ settings: AgentSettings, _ server: Server, since seen: FileStatus?
    ) throws(Failure)
        -> String?
    {
        report(settings, last: 0, isConnected: false)
        var server = server
        var proxy: Proxy?
        var registration = try Registration(path: Self.registrationPath(options.state))
        var wait = 0
        while true {
            if wait > 0 { System.sleep(milliseconds: wait) }
            if problemCount > 0, hasChanged(since: seen) { return nil }
            guard let known = registration else {
                switch try register(settings, &server) {
                case .taken: registration = try Registration(path: Self.registrationPath(options.state))
                case .rejected(let reason): return reason
                case .unavailable(let failure): wait = pause(after: failure, settings)
                }
                continue
            }
            switch server.heartbeat(known, version: version) {
            case .taken:
                if problemCount > 0 || wait == 0 || server.route?.proxy != proxy {
                    log.write("connected as \(known.agent)\(server.route.map { " \($0)" } ?? "")")
                }
                proxy = server.route?.proxy
                (problemCount, lastProblem) = (0, "")
                wait = settings.heartbeatSeconds * 1000
                report(settings, last: System.now, isConnected: true)
            case .rejected(let reason):
                report(settings, last: 0, isConnected: false)
                // A token that was set since is the way back in.
                guard hasChanged(since: seen), settings.token != nil else { return reason }
                registration = nil
            case .unavailable(let failure):
                wait = pause(after: failure, settings)
                report(settings, last: 0, isConnected: false)
            }
        }
    }

    /// Uses the token; the registration's file is staged first, because a used token can't be used again.
    private func register(_ settings: AgentSettings, _ server: inout Server) throws(Failure) -> Server.Answer {
        guard let token = settings.token else { return .rejected("no installation token is set (agent.token)") }
        let file = try StagedFile(replacing: Self.registrationPath(options.state), mode: 0o600)
        let answer = server.register(token: token, host: System.kernel.host, version: version)
        guard case .taken(let value) = answer else { return answer }
        guard let registration = Registration(value) else {
            return .unavailable(Failure(.failed, "the server's answer holds no agent and secret"))
        }
        try file.write(JSONValue.object(registration.json).text())
        try file.commit()
        log.write("registered as \(registration.agent)")
        return answer
    }

    /// Logs a problem, at first and then every tenth time; the milliseconds to wait before the next try.
    private mutating func pause(after failure: Failure, _ settings: AgentSettings) -> Int {
        let text = failure.rendered
        problemCount = text == lastProblem ? problemCount + 1 : 1
        lastProblem = text
        // 1 s, 2 s, 4 s … up to a minute, each shortened by up to a quarter, so that a thousand agents don't return at once.
        let full = min(60_000, 1000 << min(problemCount - 1, 6))
        let spread = (try? System.randomBytes(1).first).flatMap { $0 }.map(Int.init) ?? 0
        let wait = full - full / 4 * spread / 255
        if problemCount == 1 || problemCount % 10 == 0 {
            log.write(failure)
            log.write("trying again, at first after \(wait / 1000 + 1) s")
        }
        return wait
    }

    private func waitForChange(since seen: FileStatus?, seconds: Int64) {
        let end = Deadline(after: .seconds(seconds))
        while !hasChanged(since: seen), !end.hasPassed { System.sleep(milliseconds: 1000) }
    }

    /// Whether the configuration file was replaced or written.
    private func hasChanged(since seen: FileStatus?) -> Bool {
        guard let now = fileStatus(options.configuration), let seen else { return true }
        return !now.isSameFile(as: seen) || now.changed != seen.changed
    }

    /// Writes what `health` reads; a full disk must not stop the agent.
    private func report(_ settings: AgentSettings, last: Int64, isConnected: Bool) {
        let status = Status(
            process: System.processID, lastHeartbeat: last, interval: settings.heartbeatSeconds,
            isConnected: isConnected)
        do throws(Failure) {
            try status.write(to: Self.statusPath(options.state))
        } catch {
            log.write(error)
        }
    }
}
