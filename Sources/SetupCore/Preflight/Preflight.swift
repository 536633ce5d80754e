public import Diagnostics
public import SetupPlan

/// Whether a machine has what the product needs, before anything is written.
///
/// Good machines must not be refused: what can't be told (an unknown system, a speed that the kernel doesn't publish)
/// warns at most, and each check can be waived by its name.
public enum Preflight {
    /// Makes all checks.
    ///
    /// - Parameters:
    ///   - plan: The product.
    ///   - context: The machine.
    ///   - waived: Names of checks whose refusal doesn't count.
    ///   - value: The text of a setting by its id; nil when it has none.
    /// - Returns: What each check found, in a fixed order.
    /// - Throws: `usage` when `waived` holds a name that no check has, or the proxy's settings are wrong.
    public static func run(
        _ plan: Plan, context: PreflightContext = PreflightContext(), waived: [String] = [], value: (String) -> String?
    ) throws(Failure) -> [PreflightFinding] {
        try checkMachine(plan, context: context, waived: waived)
            + checkReach(plan, context: context, waived: waived, value: value)
    }

    /// Makes the checks that need no settings, so that a refusal comes before the first question.
    ///
    /// - Parameters:
    ///   - plan: The product.
    ///   - context: The machine.
    ///   - waived: Names of checks whose refusal doesn't count.
    /// - Returns: What each check found.
    /// - Throws: `usage` when `waived` holds a name that no check has.
    public static func checkMachine(
        _ plan: Plan, context: PreflightContext = PreflightContext(), waived: [String] = []
    ) throws(Failure) -> [PreflightFinding] {
        try checkNames(waived, of: plan)
        var findings = [MachineChecks.root(context), MachineChecks.architecture(plan, context)]
        findings.append(SystemCheck.finding(plan.requirements.systems, context))
        if !context.isImage {
            findings.append(MachineChecks.cpu(plan.requirements.cpuMegahertz, context))
            findings.append(MachineChecks.memory(plan.requirements.memory, context))
        }
        findings += DiskChecks.findings(plan, context)
        if !context.isImage { findings.append(MachineChecks.fapolicyd(plan, context)) }
        return findings.map { mark($0, waived) }
    }

    /// Makes the checks that need the network and the settings for it.
    ///
    /// - Parameters:
    ///   - plan: The product.
    ///   - context: The machine; an image is asked nothing.
    ///   - waived: Names of checks whose refusal doesn't count.
    ///   - value: The text of a setting by its id; nil when it has none.
    /// - Returns: What each check found.
    /// - Throws: `usage` when `waived` holds a name that no check has, or the proxy's settings are wrong.
    public static func checkReach(
        _ plan: Plan, context: PreflightContext = PreflightContext(), waived: [String] = [], value: (String) -> String?
    ) throws(Failure) -> [PreflightFinding] {
        try checkNames(waived, of: plan)
        if context.isImage { return [] }
        return try ReachChecks.findings(plan, NetworkAccess(plan: plan, value: value), context, value: value)
            .map { mark($0, waived) }
    }

    /// The names by which the product's checks can be waived.
    ///
    /// - Parameter plan: The product.
    /// - Returns: The names, in the order of the checks.
    public static func names(of plan: Plan) -> [String] {
        let fixed = [
            "root", "architecture", "os", "cpu", "memory", "disk", "inodes", "read-only", "noexec", "fapolicyd",
            "proxy-pac",
        ]
        return fixed + plan.requirements.reach.map(ReachChecks.name)
    }

    private static func checkNames(_ waived: [String], of plan: Plan) throws(Failure) {
        let names = names(of: plan)
        for name in waived where !names.contains(name) {
            throw Failure(
                .usage, "no check has the name ‘\(name)’", hints: ["The names are: \(names.joined(separator: ", "))."])
        }
    }

    private static func mark(_ finding: PreflightFinding, _ waived: [String]) -> PreflightFinding {
        var finding = finding
        finding.isWaived = waived.contains(finding.name)
        return finding
    }
}
