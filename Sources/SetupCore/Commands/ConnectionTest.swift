import Diagnostics
import SetupPlan

/// Tries whether the product's servers can be reached with some settings.
struct ConnectionTest {
    let plan: Plan
    var context = PreflightContext()

    /// The try-out that an interview offers after the questions about a proxy.
    var interviewTest: Interview.Test {
        var test = Interview.Test(offer: "Test the connection?") { (values) throws(Failure) in
            try run { values[$0]?.exposedText }
        }
        test.help = "Yes asks the product's servers by way of these settings; nothing is stored or changed by that."
        test.leaveOutLabel = "Use no proxy"
        return test
    }

    /// Asks every server of the plan.
    ///
    /// - Parameter value: The text of a setting by its id.
    /// - Returns: What was found, in a sentence.
    /// - Throws: The first thing that is wrong.
    func run(value: (String) -> String?) throws(Failure) -> String {
        let findings = try Preflight.checkReach(plan, context: context, value: value)
        if let bad = findings.first(where: { $0.outcome == .refusal }) {
            throw Failure(.requirement, bad.message, hints: bad.hint.map { [$0] } ?? [])
        }
        if findings.isEmpty { return "There is no server to try." }
        return findings.map { $0.message + "." }.joined(separator: " ")
    }
}
