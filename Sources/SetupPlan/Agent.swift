/// The program that the service runs.
public struct AgentCommand: Sendable, Equatable {
    /// The element of a command that stands for the lines of `start-agent.ini`.
    public static let optionsPlaceholder = "@options"

    /// Program and arguments; a first element without a leading `/` is below the version's directory, and
    /// `@options` is replaced by the lines of `start-agent.ini`.
    public var command: [String]
    /// Environment variables added for the agent, in order.
    public var environment: [EnvironmentVariable]
    /// How to ask whether it is well.
    public var health: HealthCheck?

    /// Makes a command.
    public init(command: [String], environment: [EnvironmentVariable] = [], health: HealthCheck? = nil) {
        self.command = command
        self.environment = environment
        self.health = health
    }
}

/// One variable of the agent's environment.
public struct EnvironmentVariable: Sendable, Equatable {
    /// The variable's name.
    public var name: String
    /// Its value.
    public var value: String

    /// Makes a variable.
    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// A command that exits with 0 when the agent is well.
public struct HealthCheck: Sendable, Equatable {
    /// Program and arguments, resolved like the agent's own command.
    public var command: [String]
    /// Seconds after a start in which it must succeed.
    public var withinSeconds: Int

    /// Makes a check.
    public init(command: [String], withinSeconds: Int) {
        self.command = command
        self.withinSeconds = withinSeconds
    }
}

/// How the agent is kept running.
public struct Service: Sendable, Equatable {
    /// When a supervisor starts an agent that ended.
    public enum RestartPolicy: String, Sendable, Equatable, CaseIterable {
        /// Never.
        case no
        /// After a failure: a non-zero exit other than 143, or a signal other than SIGTERM, SIGINT, SIGHUP, SIGPIPE.
        case onFailure = "on-failure"
        /// After every end that was not asked for.
        case always
    }

    /// The account it runs as.
    public var user: String
    /// The group it runs as; the account's own group when nil.
    public var group: String?
    /// When it is started again.
    public var restart: RestartPolicy
    /// Seconds between SIGTERM and SIGKILL when it is stopped.
    public var stopTimeoutSeconds: Int
    /// The systemd unit, rendered at build time.
    public var unit: String
    /// The LSB init script, rendered at build time.
    public var initScript: String

    /// Makes a service.
    public init(
        user: String, group: String? = nil, restart: RestartPolicy, stopTimeoutSeconds: Int, unit: String,
        initScript: String
    ) {
        self.user = user
        self.group = group
        self.restart = restart
        self.stopTimeoutSeconds = stopTimeoutSeconds
        self.unit = unit
        self.initScript = initScript
    }
}
