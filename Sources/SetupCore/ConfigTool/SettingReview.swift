import Diagnostics
import SetupPlan

/// What is still wrong with settings, with the config tool's own ways to mend it.
struct SettingReview {
    let values: SettingValues
    let tool: String

    init(_ values: SettingValues, tool: String) {
        self.values = values
        self.tool = tool
    }

    /// The ids of settings and groups that need a value.
    var missing: [String] { values.missing().map(\.id) + values.missingGroups().map(\.id) }

    /// How a setting is given, as a command.
    func command(for id: String) -> String {
        if let group = values.schema.groups.first(where: { $0.id == id }) {
            return "one of " + group.alternatives.flatMap(\.settings).joined(separator: ", ")
        }
        let isSecret = values.schema.setting(id)?.isSecret ?? false
        return isSecret ? "`\(tool) set \(id) --from FILE`" : "`\(tool) set \(id)=VALUE`"
    }

    /// - Throws: `.usage` naming what has no value.
    func requireComplete(except accepted: [String] = []) throws(Failure) {
        let names = missing.filter { !accepted.contains($0) }
        guard !names.isEmpty else { return }
        throw Failure(
            .usage, "nothing was written: \(names.joined(separator: ", ")) would have no value",
            hints: names.map { "\($0): \(command(for: $0))" })
    }
}
