public import OpenPGP

/// How bad something is, as the audit of keys has it: `ok`, `warn`, `refuse`.
public typealias Severity = KeyAudit.Severity

/// A row of the table: what some systems make of facts, and how that is known.
struct Rule<Facts: Sendable>: Sendable {
    /// A name that stays; tests and scripts refer to it.
    let id: String
    /// How bad it is; of a row that has several, the worst.
    let severity: Severity
    /// What it is about, for the list of rows.
    let subject: String
    /// The systems that it concerns.
    let systems: Selection
    /// The client's own words where they are known; … stands for what varies.
    let words: String?
    /// How that is known; never empty.
    let evidence: [Evidence]
    /// What is to be said of the facts; nil where the row doesn't apply to them.
    let statement: @Sendable (Facts, ClientSystem) -> String?

    init(
        _ id: String, _ severity: Severity, _ subject: String, on systems: Selection = .all, says words: String? = nil,
        _ evidence: [Evidence], when statement: @escaping @Sendable (Facts, ClientSystem) -> String?
    ) {
        self.id = id
        self.severity = severity
        self.subject = subject
        self.systems = systems
        self.words = words
        self.evidence = evidence
        self.statement = statement
    }

    /// What the row says of facts on a system.
    func finding(_ facts: Facts, _ system: ClientSystem) -> Finding? {
        guard systems.includes(system), let message = statement(facts, system) else { return nil }
        return Finding(
            rule: id, severity: severity, message: message, words: words,
            evidence: evidence.filter { $0.concerns(system) })
    }
}

/// A row for those who read the table.
public struct RuleDescription: Sendable, Identifiable {
    /// The row's name.
    public let id: String
    /// The facts it looks at: `deb`, `rpm`, `key`, `apt`, `yum`.
    public let facts: String
    /// How bad it is, at worst.
    public let severity: Severity
    /// What it is about.
    public let subject: String
    /// The client's own words where they are known; … stands for what varies.
    public let words: String?
    /// The systems it concerns.
    public let systems: [ClientSystem]
    /// How that is known.
    public let evidence: [Evidence]
}
