import Diagnostics
import SetupPlan

/// What becomes of the service when settings have changed.
struct ServiceNews {
    let plan: Plan
    let context: ToolContext

    /// Restarts a service that runs, or says how a person does.
    ///
    /// - Parameters:
    ///   - restarting: Whether a running service is restarted.
    ///   - isComplete: Whether every required setting has a value, so that a start makes sense.
    func tell(restarting: Bool, isComplete: Bool = true) throws(Failure) {
        guard plan.service != nil, context.basePath == "/" else { return }
        let control = try ServiceControl(plan: plan, basePath: context.basePath)
        guard try control.state().isActive else {
            if isComplete { context.console.say(control.howToStart) }
            return
        }
        guard restarting else {
            return context.console.say(
                "The agent reads its settings when it starts: `\(control.command("restart"))`.")
        }
        let name = plan.product.name
        guard try control.restartOnce() else {
            throw Failure(
                .failed, "the service \(name) does not run after its restart",
                hints: ["Look at `\(plan.configToolPath) status`, and at the logs in \(plan.paths.state)/logs."])
        }
        context.console.say("The service \(name) was restarted.")
    }

    /// Says that nothing changed, and to whom asked for a restart, that there was none.
    ///
    /// - Parameter asked: Whether a restart was asked for.
    func tellUnchanged(restartAsked asked: Bool) throws(Failure) {
        guard asked, plan.service != nil, context.basePath == "/" else {
            return context.console.say("Nothing changes.")
        }
        let control = try ServiceControl(plan: plan, basePath: context.basePath)
        let how = try control.state().isActive ? "Restart it with `\(control.command("restart"))`." : control.howToStart
        context.console.say("Nothing changes; the service was not restarted. \(how)")
    }
}
