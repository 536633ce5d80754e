import Diagnostics
import JSON
import SetupPlan

/// `show`: the settings, with secrets masked.
struct ShowCommand {
    let plan: Plan
    let context: ToolContext

    func run(_ arguments: ToolArguments) throws(Failure) -> Int32 {
        let stored = try StoredSettings(plan, context)
        if arguments.has("--json") {
            context.put(Self.json(plan, stored))
            return ExitCode.done.rawValue
        }
        if plan.configuration != nil, stored.content == nil {
            context.console.say("There is no \(stored.store.path) yet; these are the defaults.")
        }
        context.output(stored.values.table())
        return ExitCode.done.rawValue
    }

    static func json(_ plan: Plan, _ stored: StoredSettings) -> JSONValue {
        .object([
            "schema": 1, "product": .string(plan.product.name), "version": .string(plan.product.fullVersion),
            "file": plan.configuration == nil ? .null : .string(stored.store.path),
            "configured": .bool(stored.content != nil), "settings": stored.values.json(),
        ])
    }
}
