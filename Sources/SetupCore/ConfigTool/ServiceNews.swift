import Diagnostics
import SetupPlan

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
        guard restarting else {
            return context.console.say(
                "The agent reads its settings when it starts: `\(control.command("restart"))`.")
        }
        let name = plan.product.name
        guard try control.restartOnce() else {
            throw Failure(
                .failed, "the service \(name) does not run after its restart",
                hints: ["Look at `\(plan.configTool) status`, and at the logs in \(plan.paths.state)/logs."])
        }
        context.console.say("The service \(name) was restarted.")
    }
}
