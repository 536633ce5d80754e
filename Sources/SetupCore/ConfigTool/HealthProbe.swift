import Diagnostics
import LinuxIO
import SetupPlan

/// How the agent says it is, by the command that the product has for that.
struct AgentHealth {
    enum State: String {
        case well, unwell
        case timedOut = "timed-out"
        case unknown
    }

    let state: State
    /// The first line that the command wrote, empty when it is well without a word; or why it wasn't asked.
    let message: String
}

/// Runs the agent's health command as the agent's own account.
///
/// The tool starts itself once more with a word that no help mentions, and that process becomes the command: changing
/// the account in this process would be for good.
enum HealthProbe {
    static let word = "run-health-check"
    /// Seconds that the command may take.
    static let limit = 15

    static func ask() throws(Failure) -> ProcessResult {
        try Subprocess.run(["/proc/self/exe", word], limit: 1 << 16, timeout: limit)
    }

    static func becomeProbe(of plan: Plan) throws(Failure) -> Never {
        guard let health = plan.agent?.health else {
            throw Failure(.usage, "\(plan.product.title) has no command that says how it is")
        }
        let directory = try StartAgent.versionDirectory()
        try AgentLaunch(health: health, plan: plan, versionDirectory: directory).execute()
    }

    /// Asks the agent.
    ///
    /// - Parameters:
    ///   - redaction: Removes secrets from what the command wrote.
    /// - Returns: How it is; nil where the product has no command for that.
    static func health(of plan: Plan, _ context: ToolContext, _ redaction: Redaction) -> AgentHealth? {
        guard plan.agent?.health != nil, context.basePath == "/" else { return nil }
        guard context.user == 0 else {
            return AgentHealth(state: .unknown, message: "only root can ask the agent")
        }
        do throws(Failure) {
            let result = try context.askHealth()
            let said = redaction.apply(result.text + "\n" + result.errorText).split(separator: "\n").first ?? ""
            let line = String(said.prefix(200))
            if result.isTimedOut {
                return AgentHealth(state: .timedOut, message: "no answer within \(limit) seconds")
            }
            return AgentHealth(
                state: result.status == 0 ? .well : .unwell,
                message: line.isEmpty && result.status != 0 ? "exit status \(result.status)" : line)
        } catch {
            return AgentHealth(state: .unknown, message: ToolText.line(error))
        }
    }
}
