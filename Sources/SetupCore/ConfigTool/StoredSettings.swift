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
    /// Holds the product's lock meanwhile, so that no installation or removal works on the same files.
    ///
    /// - Returns: Whether anything changed.
    /// - Throws: `.conflict` when another run holds the lock, or what the system reports.
    func save(_ changed: SettingValues, _ context: ToolContext) throws(Failure) -> Bool {
        guard let bytes = try store.updated(content, with: changed) else { return false }
        let base = try Directory.open(context.basePath)
        let lock = try InstalledTree(store.plan).lock(store.plan, base: base)
        defer { withExtendedLifetime(lock) {} }
        var made: [String] = []
        try StateDirectories(plan: store.plan, accounts: try Accounts(base: base)).make(base: base, made: &made)
        try store.write(bytes)
        return true
    }
}
