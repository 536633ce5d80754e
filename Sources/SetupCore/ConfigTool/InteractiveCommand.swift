import Diagnostics
import SetupPlan

/// `interactive`: asks for everything, with the present values as presets.
struct InteractiveCommand {
    let plan: Plan
    let context: ToolContext

    func run(_ arguments: ToolArguments) throws(Failure) -> Int32 {
        try context.requireRoot("Changing the settings", "\(plan.configToolPath) interactive")
        let console = context.console
        guard plan.configuration != nil else {
            console.say("\(plan.product.title) has no settings.")
            return ExitCode.done.rawValue
        }
        guard console.isInteractive else {
            throw Failure(
                .usage, "there is no terminal to ask questions on",
                hints: [
                    "Change single settings with `\(plan.configToolPath) set`; `\(plan.configToolPath) help set` says "
                        + "how."
                ])
        }
        let stored = try StoredSettings(plan, context)
        console.say("Settings of \(plan.product.title). Enter keeps what is shown in brackets, ? explains a question.")
        var values = stored.values
        let offersTest = plan.groups.contains { $0.id == "proxy" } && context.basePath == "/"
        let test = ConnectionTest(plan: plan, context: context.preflight).interviewTest
        try Interview(console, scope: .everything, tests: offersTest ? ["proxy": test] : [:]).run(&values)
        try SettingReview(values, tool: plan.configToolPath).requireComplete()
        try values.validate()
        console.say("")
        for line in values.table().split(separator: "\n") { console.say("  " + line) }
        context.warnOfMissingFiles(values)
        guard try stored.save(values, context) else {
            console.say("Nothing changed.")
            return ExitCode.done.rawValue
        }
        console.say("Wrote \(stored.store.path).")
        try ServiceNews(plan: plan, context: context).tell(restarting: !arguments.has("--no-restart"))
        return ExitCode.done.rawValue
    }
}
