internal import Diagnostics

/// The command line.
struct Options {
    enum Mode: Equatable {
        case run, health, help, version
    }

    static let usage = """
        usage: reference-agent --config FILE --state DIRECTORY [OPTION…]
               reference-agent health --state DIRECTORY
               reference-agent --help | --version

        A small agent: it registers with a management server, then sends heartbeats. It stands for the agent that a
        vendor would ship, in demos and tests.

          --config FILE            settings, in the format of Java's properties files:
                                     server.url             the management server
                                     server.ca_file         a private CA's certificates (PEM)
                                     agent.token            the one-time installation token
                                     agent.heartbeat        seconds between heartbeats, 30 by default
                                     proxy.host, proxy.port, proxy.user, proxy.password
                                     proxy.no_proxy         hosts that are reached without it
                                     proxy.pac_url          a PAC file that names the proxies
          --state DIRECTORY        holds logs/agent.log and state/, where the registration is kept
          --agent-version VERSION  the version to report; else the file agent-version beside the program says it
          -D…, -X… and others      logged and otherwise ignored

        exit codes: 0 stopped by SIGTERM, or stopped for good because its settings can't work (the log says why): a
        service manager that restarts failed services must not start it again before somebody has changed them;
        1 failed, 64 wrong command line. health: 0 a recent heartbeat succeeded, 1 none.
        With a token that the server doesn't take it keeps running, and tries again when the settings change.

        """

    var mode = Mode.run
    var configuration = ""
    var state = ""
    var version: String?
    /// Options for other kinds of agent, without their values, which might be secrets.
    var ignored: [String] = []

    init(_ arguments: [String]) throws(Failure) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            func value() throws(Failure) -> String {
                guard let value = rest.popFirst() else { throw Failure(.usage, "\(argument) needs a value") }
                return value
            }
            switch argument {
            case "health": mode = .health
            case "--help", "-h": mode = .help
            case "--version": mode = .version
            case "--config": configuration = try value()
            case "--state": state = try value()
            case "--agent-version": version = try value()
            default:
                guard argument.hasPrefix("-") else {
                    throw Failure(.usage, "unknown argument ‘\(argument)’", hints: ["See reference-agent --help."])
                }
                ignored.append(String(argument.prefix { $0 != "=" }))
            }
        }
        if mode == .run || mode == .health, state.isEmpty { throw Failure(.usage, "--state is missing") }
        if mode == .run, configuration.isEmpty { throw Failure(.usage, "--config is missing") }
    }
}
