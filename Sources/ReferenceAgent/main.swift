import Diagnostics
import Glibc
import HTTPTransport
import LinuxIO

/// The version to report: `--agent-version`, else the file beside the program, else `0`.
func reportedVersion(_ options: Options) throws(Failure) -> String {
    if let version = options.version { return version }
    let beside = PathText.join(PathText.parent(try resolvedPath("/proc/self/exe")), "agent-version")
    guard fileStatus(beside) != nil else { return "0" }
    let text = String(decoding: try readFile(beside, limit: 256), as: UTF8.self)
    return String(text.prefix { !$0.isNewline })
}

/// Runs the agent; the exit code.
func runAgent(_ options: Options) throws(Failure) -> ExitCode {
    let version = try reportedVersion(options)
    let state = try Directory.open(options.state)
    _ = try state.makeDirectories("logs", mode: 0o700)
    _ = try state.makeDirectories("state", mode: 0o700)
    let log = try AgentLog(path: PathText.join(options.state, "logs/agent.log"))
    let isListening = TerminationSignals.end { _ in
        log.write("stopped")
        return 0
    }
    guard isListening else { throw Failure(.failed, "no thread to be had for signals") }
    for option in options.ignored { log.write("option \(option) has no meaning here") }
    var agent = Agent(options: options, version: version, log: log)
    do {
        try agent.run()
    } catch {
        log.write(error)
        // With other settings it would work, without them it never will: a restart doesn't help.
        guard error.code == .usage else { throw error }
        log.write("the agent stops, since it can't work with these settings")
    }
    return .done
}

func run() throws(Failure) -> ExitCode {
    let options = try Options(Array(CommandLine.arguments.dropFirst()))
    switch options.mode {
    case .help:
        StandardStream.output.write(Options.usage)
        return .done
    case .version:
        StandardStream.output.write(try reportedVersion(options) + "\n")
        return .done
    case .health:
        guard let problem = Status.problem(path: Agent.statusPath(options.state)) else { return .done }
        StandardStream.error.write(problem + "\n")
        return .failed
    case .run: return try runAgent(options)
    }
}

System.protectMemory()
HTTPTransport.prepareProcess()
do {
    exit(try run().rawValue)
} catch {
    StandardStream.error.write(error.rendered + "\n")
    exit(error.code.rawValue)
}
