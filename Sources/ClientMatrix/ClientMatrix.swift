import OpenPGP

/// What the systems of customers make of artifacts, keys and metadata, from a table whose every row says how it is known.
///
/// Nothing is asked of the network and no client is run. A verdict says what the table has; a system without a finding
/// accepts, as far as is known.
public enum ClientMatrix {
    /// What systems make of a Debian package.
    ///
    /// - Parameters:
    ///   - facts: The package.
    ///   - targets: The systems; those that install no Debian packages aren't asked.
    /// - Returns: A verdict for each, in the matrix's order.
    public static func verdicts(_ facts: DebFacts, _ targets: Targets = .all) -> [Verdict] {
        verdicts(facts, targets.systems.filter(\.isDebianBased), Rule<DebFacts>.deb)
    }

    /// What systems make of an RPM package; as for a Debian one.
    public static func verdicts(_ facts: RPMFacts, _ targets: Targets = .all) -> [Verdict] {
        verdicts(facts, targets.systems.filter(\.isRPMBased), Rule<RPMFacts>.rpm)
    }

    /// What systems make of the metadata of an APT archive; as for a Debian package.
    public static func verdicts(_ facts: APTMetadataFacts, _ targets: Targets = .all) -> [Verdict] {
        verdicts(facts, targets.systems.filter(\.isDebianBased), Rule<APTMetadataFacts>.apt)
    }

    /// What systems make of the metadata of a YUM repository; as for an RPM package.
    public static func verdicts(_ facts: YUMMetadataFacts, _ targets: Targets = .all) -> [Verdict] {
        verdicts(facts, targets.systems.filter(\.isRPMBased), Rule<YUMMetadataFacts>.yum)
    }

    /// What systems make of a key file.
    ///
    /// - Parameters:
    ///   - facts: The audit of the file, which says for what roles it is.
    ///   - targets: The systems; those that have nothing to do with these roles aren't asked.
    /// - Returns: A verdict for each, in the matrix's order.
    public static func verdicts(_ facts: KeyFacts, _ targets: Targets = .all) -> [Verdict] {
        let families = Set(facts.audit.findings.map(\.family))
        return targets.systems.filter { !$0.keyFamilies.isDisjoint(with: families) }.map { system in
            var findings: [Finding] = []
            for finding in KeyRow.all.flatMap({ $0.findings(facts, system) }) {
                // Two families on one system say the same.
                guard !findings.contains(where: { $0.message == finding.message }) else { continue }
                findings.append(finding)
            }
            return Verdict(
                system: system, findings: findings + Rule<KeyFacts>.key.compactMap { $0.finding(facts, system) })
        }
    }

    private static func verdicts<Facts>(
        _ facts: Facts, _ systems: [ClientSystem], _ rules: [Rule<Facts>]
    ) -> [Verdict] {
        systems.map { system in
            Verdict(system: system, findings: rules.compactMap { $0.finding(facts, system) })
        }
    }

    /// The rows of the table, for those who want to read it.
    public static let rules: [RuleDescription] =
        describe(Rule<DebFacts>.deb, "deb", ClientSystem.all.filter(\.isDebianBased))
        + describe(Rule<RPMFacts>.rpm, "rpm", ClientSystem.all.filter(\.isRPMBased))
        + KeyRow.all.map { row in
            RuleDescription(
                id: row.id, facts: "key", severity: row.severity, subject: row.subject, words: nil,
                systems: ClientSystem.all.filter(row.concerns), evidence: row.evidence)
        }
        + describe(Rule<KeyFacts>.key, "key", ClientSystem.all)
        + describe(Rule<APTMetadataFacts>.apt, "apt", ClientSystem.all.filter(\.isDebianBased))
        + describe(Rule<YUMMetadataFacts>.yum, "yum", ClientSystem.all.filter(\.isRPMBased))

    private static func describe<Facts>(
        _ rules: [Rule<Facts>], _ facts: String, _ systems: [ClientSystem]
    ) -> [RuleDescription] {
        rules.map { rule in
            RuleDescription(
                id: rule.id, facts: facts, severity: rule.severity, subject: rule.subject, words: rule.words,
                systems: systems.filter(rule.systems.includes), evidence: rule.evidence)
        }
    }
}
