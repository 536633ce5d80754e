import Diagnostics
import SetupPlan

/// `interactive`: asks for everything, with the present values as presets.
struct InteractiveCommand {
    let plan: Plan
    let context: ToolContext

    func run(_ arguments: ToolArguments) throws(Failure) -> Int32 {
        try context.requireRoot("Changing the settings", "\(plan.configTool) interactive")
        let console = context.console
        guard plan.configuration != nil else {
            console.say("\(plan.product.title) has no settings.")
            return ExitCode.done.rawValue
        }
        guard console.isInteractive else {
            throw Failure(
                .usage, "there is no terminal to ask questions on",
                hints: ["Change single settings with `\(plan.configTool) set`; `\(plan.configTool) help set` says how."]
            )
        }
        let stored = try StoredSettings(plan, context)
        console.say("Settings of \(plan.product.title). Enter keeps what is shown in brackets, ? explains a question.")
        var values = stored.values
        let offersTest = plan.groups.contains { $0.id == "proxy" } && context.basePath == "/"
        let test = ConnectionTest(plan: plan, context: context.preflight).interviewTest
        try Interview(console, scope: .everything, tests: offersTest ? ["proxy": test] : [:]).run(&values)
        try SettingReview(values, tool: plan.configTool).requireComplete()
        try values.validate()
        console.say("")
        for line in values.table().split(separator: "\n") { console.say("  " + line) }
        guard try stored.save(values, context) else {
            console.say("Nothing changed.")
            return ExitCode.done.rawValue
        }
        console.say("Wrote \(stored.store.path).")
        try ServiceNews(plan: plan, context: context).tell(restarting: !arguments.has("--no-restart"))
        return ExitCode.done.rawValue
    }
}

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
