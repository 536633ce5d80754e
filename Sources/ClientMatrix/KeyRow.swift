import OpenPGP

/// A row about keys: the findings of `KeyAudit` of one topic, by clients that judge alike, and how they are known.
///
/// The audit says what is wrong and how bad it is; the row says which systems that concerns.
struct KeyRow: Sendable {
    /// A name that stays.
    let id: String
    /// What the audit's findings are about.
    let topic: KeyAudit.Topic
    /// Whose findings they are.
    let family: ClientFamily
    /// What it is about, for the list of rows.
    let subject: String
    /// How bad it can be.
    let severity: Severity
    /// How that is known, beside the source that a finding names.
    let evidence: [Evidence]
    /// Whether a finding about a key counts on a system of the family; all count without it.
    let counts: (@Sendable (PublicKeyPacket, ClientSystem) -> Bool)?

    init(
        _ topic: KeyAudit.Topic, _ family: ClientFamily, _ subject: String,
        _ evidence: [Evidence], severity: Severity = .refuse,
        counts: (@Sendable (PublicKeyPacket, ClientSystem) -> Bool)? = nil
    ) {
        id = "key-\(topic.rawValue)-\(family.rawValue)"
        self.topic = topic
        self.family = family
        self.subject = subject
        self.severity = severity
        self.evidence = evidence
        self.counts = counts
    }

    /// Whether it concerns a system.
    func concerns(_ system: ClientSystem) -> Bool { system.keyFamilies.contains(family) }

    /// What the row says of a key on a system.
    func findings(_ facts: KeyFacts, _ system: ClientSystem) -> [Finding] {
        guard concerns(system) else { return [] }
        return facts.audit.findings.filter { $0.topic == topic && $0.family == family }.compactMap { finding in
            if let counts, let key = facts.key(finding.key), !counts(key, system) { return nil }
            let several = facts.audit.certificates.count > 1
            return Finding(
                rule: id, severity: finding.severity,
                message: (several ? finding.key.map { "\($0): " } ?? "" : "") + finding.message, words: finding.words,
                evidence: (finding.source.map { [.cited($0)] } ?? []) + evidence.filter { $0.concerns(system) })
        }
    }
}

extension KeyFacts {
    /// A key or subkey by its fingerprint.
    fileprivate func key(_ fingerprint: String?) -> PublicKeyPacket? {
        audit.certificates.flatMap { [$0.primary] + $0.subkeys.map(\.key) }.first { $0.fingerprint == fingerprint }
    }
}
