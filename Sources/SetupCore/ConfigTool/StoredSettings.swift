import Diagnostics
import LinuxIO
import SetupPlan

/// The settings as the configuration file has them.
struct StoredSettings {
    let store: ConfigurationStore
    /// The file's content; nil where there is none.
    let content: [UInt8]?
    let values: SettingValues

    /// Reads them.
    ///
    /// - Throws: `.requirement` when the user may not read the file.
    init(_ plan: Plan, _ context: ToolContext) throws(Failure) {
        store = ConfigurationStore(plan: plan, basePath: context.basePath)
        do throws(Failure) { content = try store.read() } catch {
            // EACCES: the file is the agent's own, since secrets are in it.
            guard error.errorNumber == 13 else { throw error }
            throw Failure(
                .requirement, "\(store.path) can't be read by this user: it holds secrets",
                hints: ["Run the command as root, with sudo for instance."])
        }
        let schema = SettingSchema(plan)
        var values = SettingValues(schema)
        if let content, let document = try schema.document(content, path: store.path) {
            values.take(existing: document)
        }
        self.values = values
    }

    /// Writes changed settings, whole or not at all, and makes the directories that are missing.
    ///
    /// - Returns: Whether anything changed.
    func save(_ changed: SettingValues, _ context: ToolContext) throws(Failure) -> Bool {
        guard let bytes = try store.updated(content, with: changed) else { return false }
        let base = try Directory.open(context.basePath)
        var made: [String] = []
        try StateDirectories(plan: store.plan, accounts: try Accounts(base: base)).make(base: base, made: &made)
        try store.write(bytes)
        return true
    }
}

/// What becomes of the service when settings have changed.
struct ServiceNews {
    let plan: Plan
    let context: ToolContext

    /// Restarts a service that runs, or says how a person does.
    ///
    /// - Parameter restarting: Whether a running service is restarted.
    func tell(restarting: Bool) throws(Failure) {
        guard plan.service != nil, context.basePath == "/" else { return }
        let control = try ServiceControl(plan: plan, basePath: context.basePath)
        guard try control.state().isActive else { return context.console.say(control.howToStart) }
        let name = plan.product.name
        guard restarting else {
            context.console.say("The agent reads its settings when it starts: `service \(name) restart`.")
            return
        }
        guard try control.restartOnce() else {
            throw Failure(
                .failed, "the service \(name) does not run after its restart",
                hints: ["Look at `\(plan.configTool) status`, and at the logs in \(plan.paths.state)/logs."])
        }
        context.console.say("The service \(name) was restarted.")
    }
}
