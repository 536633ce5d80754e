import ConfigurationFiles
import Diagnostics
import LinuxIO
import SetupPlan

/// The product's configuration file on a machine: read, brought up to date, written.
struct ConfigurationStore {
    let plan: Plan
    let basePath: String

    init(plan: Plan, basePath: String = "/") {
        self.plan = plan
        self.basePath = basePath
    }

    /// The file's absolute path.
    var path: String { plan.configuration.map { plan.paths.state + "/" + $0.path } ?? "" }

    /// The file's content; nil where there is none.
    func read() throws(Failure) -> [UInt8]? {
        guard plan.configuration != nil else { return nil }
        do throws(Failure) {
            let base = try Directory.open(basePath)
            let parent = try plan.paths.open(PathText.parent(path), base: base, creating: false).take()
            return try parent.file(PathText.lastComponent(path), .nonBlocking).readToEnd(limit: 4 << 20)
        } catch {
            if error.isNotFound { return nil }
            throw error
        }
    }

    /// The content with the values stored in it; nil when nothing changes.
    func updated(_ existing: [UInt8]?, with values: SettingValues) throws(Failure) -> [UInt8]? {
        guard var document = try values.schema.document(existing, path: path) else { return nil }
        try values.store(in: &document)
        let content = document.bytes
        return content == existing ? nil : content
    }

    /// Replaces the file, whole or not at all, 0600 and the service's own.
    func write(_ content: [UInt8]) throws(Failure) {
        let base = try Directory.open(basePath)
        let directories = StateDirectories(plan: plan, accounts: try Accounts(base: base))
        let parent = try plan.paths.open(PathText.parent(path), base: base, creating: false).take()
        let staged = try StagedFile(replacing: PathText.lastComponent(path), in: parent, mode: 0o600)
        try staged.setOwner(user: try directories.serviceAccount().user, group: try directories.serviceGroup())
        try staged.write(content)
        try staged.commit()
    }
}
