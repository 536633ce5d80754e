import Diagnostics
import SetupPlan

extension InstallerCommand {
    /// Shows what the checks of the machine found, and stops where one refuses.
    func judgeMachine(_ findings: [PreflightFinding], refuses: Bool) throws(Failure) {
        let refusals = warned(findings, refuses: refuses)
        if refusals.isEmpty { return }
        if refusals.count == 1, refusals[0].name == "root" {
            throw Failure(
                .requirement, "\(refusals[0].message), so nothing was changed", hints: refusals.compactMap(\.hint))
        }
        throw Failure(
            .requirement, "this machine does not have what the product needs, so nothing was changed",
            cause: refusals.map(\.message).joined(separator: "; "),
            hints: refusals.compactMap(\.hint) + waivers(refusals))
    }

    /// Shows what the checks of the network found; where one refuses, it stops or asks whether to go on.
    func judgeNetwork(_ findings: [PreflightFinding], refuses: Bool, canAsk: Bool) throws(Failure) {
        let refusals = warned(findings, refuses: refuses)
        if refusals.isEmpty { return }
        let isOnlyPAC = refusals.allSatisfy { $0.name == "proxy-pac" }
        var failure = Failure(
            .requirement,
            (isOnlyPAC ? "the PAC file can't be used" : "a server that the product needs can't be reached")
                + ", so nothing was changed",
            cause: refusals.map(\.message).joined(separator: "; "),
            hints: refusals.compactMap(\.hint) + waivers(refusals))
        guard canAsk else { throw failure }
        for refusal in refusals { console.say(refusal.sentences) }
        let help = "Yes installs, but the agent may not work until this is mended. No ends here and changes nothing."
        if try console.confirm("Install all the same?", preset: false, help: help) { return }
        // Why was just shown.
        failure.cause = nil
        failure.hints = waivers(refusals)
        throw failure
    }

    /// Shows warnings, also of refusals that don't stop here.
    ///
    /// - Returns: The refusals that do.
    private func warned(_ findings: [PreflightFinding], refuses: Bool) -> [PreflightFinding] {
        let refusals = refuses ? findings.filter(\.blocks) : []
        for finding in findings where finding.outcome != .ok && !finding.isWaived && !refusals.contains(finding) {
            console.say("Warning: \(finding.sentences)")
        }
        return refusals
    }

    /// How to go on all the same, where that can lead anywhere.
    private func waivers(_ refusals: [PreflightFinding]) -> [String] {
        let names = refusals.map(\.name).filter { $0 != "root" && $0 != "architecture" }
        return names.isEmpty ? [] : ["To go on all the same: --waive \(names.joined(separator: ","))"]
    }
}
