public import Diagnostics
public import LinuxIO
public import SetupPlan

/// What is executed to run the agent, or to ask how it is: program, arguments, environment, directory, account.
public struct AgentLaunch: Sendable, Equatable {
    /// Absolute path of the program, then its arguments.
    public var arguments: [String]
    /// The whole environment, as `NAME=value`.
    public var environment: [String]
    /// The working directory: the version's.
    public var directory: String
    /// The account it runs as.
    public var account: UserAccount
    /// The numbers of the account's other groups.
    public var supplementaryGroups: [UInt32]
    /// What to do where the program is missing.
    private let repair: String

    /// What is passed on from the environment: language, time zone, and what systemd tells a service.
    static let inherited: Set<String> = language.union(fromManager)
    private static let language: Set<String> = ["LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LC_MESSAGES", "TZ"]
    private static let fromManager: Set<String> = [
        "NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC",
        "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "INVOCATION_ID", "JOURNAL_STREAM", "SYSTEMD_EXEC_PID",
        "CREDENTIALS_DIRECTORY", "RUNTIME_DIRECTORY", "STATE_DIRECTORY", "CACHE_DIRECTORY", "LOGS_DIRECTORY",
        "CONFIGURATION_DIRECTORY",
    ]

    /// Resolves the agent's command, with the options of `start-agent.ini`.
    ///
    /// - Parameters:
    ///   - plan: The product.
    ///   - versionDirectory: The absolute path of its version.
    ///   - basePath: `/`, or the directory that stands for it.
    /// - Throws: `.usage` for bad options, `.requirement` for a missing account or agent.
    public init(plan: Plan, versionDirectory: String, basePath: String = "/") throws(Failure) {
        guard let agent = plan.agent else {
            throw Failure(.requirement, "\(plan.product.title) has no agent to start")
        }
        let files = HostFiles(basePath: basePath)
        let options = try OptionLines.read(directory: plan.paths.options, files)
        try self.init(agent.command, options, agent, plan, versionDirectory, basePath)
    }

    /// Resolves the command that asks whether the agent is well.
    ///
    /// - Parameters:
    ///   - health: The command.
    ///   - plan: The product.
    ///   - versionDirectory: The absolute path of its version.
    ///   - basePath: `/`, or the directory that stands for it.
    public init(
        health: HealthCheck, plan: Plan, versionDirectory: String, basePath: String = "/"
    ) throws(Failure) {
        try self.init(health.command, [], plan.agent, plan, versionDirectory, basePath)
    }

    private init(
        _ command: [String], _ options: [String], _ agent: AgentCommand?, _ plan: Plan, _ versionDirectory: String,
        _ basePath: String
    ) throws(Failure) {
        let accounts = try Accounts(base: try Directory.open(basePath))
        let name = plan.service?.user ?? "root"
        guard var account = accounts.user(name) else {
            throw Failure(
                .requirement, "this machine has no user \(name), as which the agent runs",
                hints: ["Create the user. Accounts of LDAP or SSSD are not seen."])
        }
        if let group = plan.service?.group {
            guard let number = accounts.group(group) else {
                throw Failure(.requirement, "this machine has no group \(group), as which the agent runs")
            }
            account.group = number
        }
        var arguments: [String] = []
        for element in command {
            if element == AgentCommand.optionsPlaceholder { arguments += options } else { arguments.append(element) }
        }
        if let program = arguments.first, !program.hasPrefix("/") {
            arguments[0] = PathText.join(versionDirectory, program)
        }
        self.arguments = arguments
        environment = Self.environment(of: account, adding: agent?.environment ?? [], to: System.environment)
        directory = versionDirectory
        repair = plan.repairHint(of: command.first ?? "")
        supplementaryGroups = accounts.supplementaryGroups(of: name)
        self.account = account
    }

    /// The language where the machine names none, as systemd's own default is: options and paths are UTF-8, and a JVM in
    /// the C locale doesn't find a file whose name isn't ASCII.
    static let defaultLanguage = "C.UTF-8"

    /// The agent's environment: the account's, what may be inherited, then the plan's, which wins.
    static func environment(
        of account: UserAccount, adding variables: [EnvironmentVariable], to inherited: [String]
    ) -> [String] {
        var all = [
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=\(account.home)",
            "USER=\(account.name)", "LOGNAME=\(account.name)",
        ]
        // An empty variable, as an init script may pass one on, is none.
        let kept = inherited.filter {
            let name = $0.prefix { $0 != "=" }
            return Self.inherited.contains(String(name)) && name.utf8.count + 1 < $0.utf8.count
        }
        all += kept.sorted()
        if !kept.contains(where: { $0.hasPrefix("LC_ALL=") || $0.hasPrefix("LC_CTYPE=") || $0.hasPrefix("LANG=") }) {
            all.append("LANG=\(defaultLanguage)")
        }
        for variable in variables {
            all.removeAll { $0.hasPrefix(variable.name + "=") }
            all.append("\(variable.name)=\(variable.value)")
        }
        return all
    }

    /// The same without what systemd told the caller, whose service this agent isn't.
    func withoutManager() -> AgentLaunch {
        var launch = self
        launch.environment.removeAll { entry in Self.fromManager.contains(String(entry.prefix { $0 != "=" })) }
        return launch
    }

    /// Checks that the program is there and can be executed, before anybody is told that it is started.
    ///
    /// - Throws: `.requirement`, naming it.
    func checkProgram() throws(Failure) {
        let program = arguments.first ?? ""
        let status = fileStatus(program)
        guard let status, status.kind == .file, status.mode & 0o111 != 0 else {
            let state = status == nil ? "is not installed" : "is no program that can be executed"
            throw Failure(
                .requirement, "the agent \(PathText.display(program)) \(state)",
                hints: [repair])
        }
    }

    /// Becomes the program: leaves root for the account, changes the directory, executes.
    ///
    /// - Parameter parent: The process whose end this one doesn't outlive; it gets SIGTERM then.
    /// - Throws: What of it isn't possible; otherwise it doesn't return.
    func execute(endingWith parent: Int32? = nil) throws(Failure) -> Never {
        if System.effectiveUser == 0, account.user != 0 {
            try ProcessControl.become(user: account.user, group: account.group, supplementary: supplementaryGroups)
        }
        if let parent {
            // Only now: a change of user takes the signal back.
            ProcessControl.signalOnParentEnd(.terminate)
            guard System.parentID == parent else { throw Failure(.failed, "the supervisor has ended") }
        }
        try ProcessControl.changeDirectory(directory)
        try Subprocess.replaceProcess(arguments, environment: environment)
    }
}
