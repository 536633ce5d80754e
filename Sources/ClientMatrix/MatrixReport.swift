public import JSON
public import OpenPGP

/// Verdicts for people and for programs.
public struct MatrixReport: Sendable {
    /// The verdicts on one thing.
    public struct Part: Sendable {
        /// What it is: the path of a file or directory, or a key's fingerprint.
        public let name: String
        /// Its kind: `deb`, `rpm`, `key`, `apt`, `yum`.
        public let kind: String
        /// The verdicts.
        public let verdicts: [Verdict]

        /// Names verdicts.
        public init(name: String, kind: String, verdicts: [Verdict]) {
            self.name = name
            self.kind = kind
            self.verdicts = verdicts
        }

        /// The worst of the verdicts.
        public var worst: Severity { verdicts.map(\.severity).max() ?? .ok }
        /// The systems that refuse it.
        public var refusing: [ClientSystem] { verdicts.filter(\.isRefused).map(\.system) }
    }

    /// What was judged, in its order.
    public let parts: [Part]

    /// Gathers verdicts.
    public init(_ parts: [Part]) { self.parts = parts }

    /// The worst of all.
    public var worst: Severity { parts.map(\.worst).max() ?? .ok }

    /// Lines without a final newline: systems of one verdict together, with what they say.
    ///
    /// Things of which all say the same stand together. Where there are packages, keys and metadata, a table of systems
    /// follows.
    public var text: String {
        var lines: [String] = []
        for cluster in clusters {
            lines.append(cluster.title)
            for group in cluster.groups {
                lines.append("  " + group.names.joined(separator: ", ") + ": " + group.word)
                for finding in group.findings {
                    let word = finding.severity.rawValue
                    lines.append(
                        "    \(word)\(String(repeating: " ", count: max(0, 6 - word.count))) \(finding.message)")
                    if let words = finding.words { lines.append("           says: \(words)") }
                    lines += finding.evidence.map { "           see: \($0.text)" }
                }
            }
        }
        return (lines + table).joined(separator: "\n")
    }

    /// Things of which all systems say the same.
    private struct Cluster {
        /// How many are named one by one.
        static let most = 4

        let kind: String
        var names: [String]
        let groups: [Group]

        var title: String {
            guard names.count > Self.most + 1 else { return names.joined(separator: ", ") }
            return names.prefix(Self.most).joined(separator: ", ") + " and \(names.count - Self.most) more"
        }
    }

    private var clusters: [Cluster] {
        var clusters: [Cluster] = []
        for part in parts {
            let groups = Self.groups(part.verdicts)
            if let place = clusters.firstIndex(where: { $0.kind == part.kind && $0.groups == groups }) {
                clusters[place].names.append(part.name)
            } else {
                clusters.append(Cluster(kind: part.kind, names: [part.name], groups: groups))
            }
        }
        return clusters
    }

    /// Systems that get the same to hear.
    private struct Group: Equatable {
        var names: [String]
        let word: String
        let severity: Severity
        /// What is said but that it works, with the evidence of all systems.
        var findings: [Finding]

        init(_ verdict: Verdict) {
            names = [verdict.system.name]
            word = verdict.word
            severity = verdict.severity
            findings = verdict.findings.filter { $0.severity != .ok }
        }

        /// Takes a system in that hears the same, whatever is known of it.
        mutating func take(_ other: Group) -> Bool {
            guard findings.count == other.findings.count,
                zip(findings, other.findings).allSatisfy({ $0.rule == $1.rule && $0.message == $1.message })
            else { return false }
            names += other.names
            for (index, finding) in other.findings.enumerated() {
                let new = finding.evidence.filter { !findings[index].evidence.contains($0) }
                guard !new.isEmpty else { continue }
                findings[index] = Finding(
                    rule: finding.rule, severity: finding.severity, message: finding.message, words: finding.words,
                    evidence: findings[index].evidence + new)
            }
            return true
        }
    }

    /// Verdicts that say the same, the accepting ones first.
    private static func groups(_ verdicts: [Verdict]) -> [Group] {
        var groups: [Group] = []
        for group in verdicts.map(Group.init) where !groups.indices.contains(where: { groups[$0].take(group) }) {
            groups.append(group)
        }
        return Severity.allCases.flatMap { severity in groups.filter { $0.severity == severity } }
    }

    /// An object with sorted keys; `schema` is the version of its layout.
    public var json: JSONValue {
        .object([
            "files": .array(parts.map(Self.json)), "schema": 1, "systems": .array(summaries.map(\.json)),
            "worst": .string(worst.rawValue),
        ])
    }

    private static func json(_ part: Part) -> JSONValue {
        .object([
            "file": .string(part.name),
            "kind": .string(part.kind),
            "verdicts": .array(part.verdicts.map(json)),
            "worst": .string(part.worst.rawValue),
        ])
    }

    private static func json(_ verdict: Verdict) -> JSONValue {
        .object([
            "findings": .array(verdict.findings.map(json)),
            "system": .string(verdict.system.id),
            "system_title": .string(verdict.system.name),
            "verdict": .string(verdict.severity.rawValue),
        ])
    }

    private static func json(_ finding: Finding) -> JSONValue {
        .object([
            "client_words": finding.words.map { .string($0) },
            "evidence": .array(finding.evidence.map(\.json)),
            "message": .string(finding.message),
            "rule": .string(finding.rule),
            "severity": .string(finding.severity.rawValue),
        ])
    }
}

extension Evidence {
    /// `{"kind": "tested", …}` or `{"kind": "cited", …}`.
    var json: JSONValue {
        switch self {
        case .tested(let client, let systems, let test):
            .object([
                "client": .string(client), "kind": "tested", "systems": .array(systems.map { .string($0) }),
                "test": .string(test),
            ])
        case .cited(let source): .object(["kind": "cited", "source": .string(source)])
        }
    }
}

extension ClientMatrix {
    /// The table and its systems; `schema` is the version of the layout.
    public static var json: JSONValue {
        .object([
            "rules": .array(
                rules.map { rule in
                    .object([
                        "client_words": rule.words.map { .string($0) },
                        "evidence": .array(rule.evidence.map(\.json)),
                        "facts": .string(rule.facts),
                        "rule": .string(rule.id),
                        "severity": .string(rule.severity.rawValue),
                        "subject": .string(rule.subject),
                        "systems": .array(rule.systems.map { .string($0.id) }),
                    ])
                }),
            "schema": 1,
            "systems": .array(
                ClientSystem.all.map { system in
                    var clients = JSONObject()
                    for client in Client.allCases {
                        clients[client.rawValue] = system.clients[client].map { .string($0.description) }
                    }
                    return .object([
                        "clients": .object(clients), "system": .string(system.id),
                        "system_title": .string(system.name),
                    ])
                }),
        ])
    }
}
