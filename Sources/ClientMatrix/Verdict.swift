public import OpenPGP

/// What one row says of something on one system.
public struct Finding: Sendable, Equatable {
    /// The row's name.
    public let rule: String
    /// How bad it is.
    public let severity: Severity
    /// What it is, in our words.
    public let message: String
    /// The client's own words, where they are known; … stands for what varies.
    public let words: String?
    /// How that is known, as far as it concerns the system.
    public let evidence: [Evidence]
}

/// What a system makes of something.
public struct Verdict: Sendable, Equatable {
    /// The system.
    public let system: ClientSystem
    /// The reasons, the worst first; rows that say that something works are among them.
    public let findings: [Finding]

    /// The worst of the findings.
    public var severity: Severity { findings.map(\.severity).max() ?? .ok }
    /// Whether the system doesn't take it.
    public var isRefused: Bool { severity == .refuse }
    /// `accepts`, `warns` or `refuses`.
    public var word: String { severity.word }

    /// Puts the worst first and keeps the table's order else.
    init(system: ClientSystem, findings: [Finding]) {
        self.system = system
        self.findings = Severity.allCases.reversed().flatMap { severity in
            findings.filter { $0.severity == severity }
        }
    }
}
