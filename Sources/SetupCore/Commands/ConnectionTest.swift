import Diagnostics
import SetupPlan

/// Tries whether the product's servers can be reached with some settings.
struct ConnectionTest {
    let plan: Plan
    var context = PreflightContext()

    /// The try-out that an interview offers after the questions about a proxy.
    var interviewTest: Interview.Test {
        Interview.Test(offer: "Test the connection?") { (values) throws(Failure) in
            try run { values[$0]?.exposedText }
        }
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
        return findings.isEmpty ? "There is no server to try." : findings.map(\.message).joined(separator: " ")
    }
}
