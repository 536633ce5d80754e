import Diagnostics
import Digests
import JSON
import LinuxIO
import OpenPGP

/// An audit for people and for programs.
struct KeyAuditReport: TwoFormReport {
    /// What was found.
    let audit: KeyAudit
    /// The file.
    let path: String

    var text: String {
        var lines = audit.certificates.flatMap(Self.describe)
        for family in ClientFamily.allCases {
            let findings = audit.findings.filter { $0.family == family }
            guard !findings.isEmpty else { continue }
            lines.append("\(family.rawValue)  (\(family.title))")
            for finding in findings {
                lines.append(
                    "  \(Self.padded(finding.severity.rawValue)) \(Self.about(finding, audit))\(finding.message)")
                if let words = finding.words { lines.append("         says: \(words)") }
                if let source = finding.source { lines.append("         see: \(source)") }
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func padded(_ text: String) -> String {
        text + String(repeating: " ", count: max(0, 6 - text.count))
    }

    private static func about(_ finding: KeyAudit.Finding, _ audit: KeyAudit) -> String {
        guard let key = finding.key, audit.certificates.count > 1 else { return "" }
        return "\(key): "
    }

    private static func describe(_ certificate: Certificate) -> [String] {
        let key = certificate.primary
        var lines = ["key \(key.fingerprint)", "  made     \(UTCTime(seconds: Int64(key.creation)).text)"]
        lines.append(
            "  kind     version \(key.version), \(kind(key)), \(certificate.canSign ? "signs" : "doesn't sign")")
        lines.append("  expires  " + (certificate.expiry.map { UTCTime(seconds: Int64($0)).text } ?? "never"))
        let hashes = hashes(certificate)
        lines.append("  bound    " + (hashes.isEmpty ? "by nothing" : "with " + hashes.joined(separator: ", ")))
        lines += certificate.userIDs.map { "  name     \(PathText.display($0.text))" }
        lines += certificate.subkeys.map { "  subkey   \($0.key.fingerprint), \(kind($0.key))" }
        return lines
    }

    private static func kind(_ key: PublicKeyPacket) -> String {
        if let curve = key.curve { return "\(key.algorithm.name) on \(curve)" }
        return key.algorithm.name + (key.bits.map { " with \($0) bits" } ?? "")
    }

    private static func hashes(_ certificate: Certificate) -> [String] {
        Set(certificate.selfSignatures.map(\.hash.name)).sorted()
    }

    var json: JSONValue {
        .object([
            "file": .string(path),
            "findings": .array(audit.findings.map(Self.json)),
            "keys": .array(audit.certificates.map(Self.json)),
            "schema": 1,
            "worst": .string(audit.worst.rawValue),
        ])
    }

    private static func json(_ finding: KeyAudit.Finding) -> JSONValue {
        .object([
            "client": .string(finding.family.rawValue),
            "client_title": .string(finding.family.title),
            "client_words": finding.words.map { .string($0) },
            "key": finding.key.map { .string($0) },
            "message": .string(finding.message),
            "severity": .string(finding.severity.rawValue),
            "source": finding.source.map { .string($0) },
        ])
    }

    private static func json(_ certificate: Certificate) -> JSONValue {
        .object([
            "created": .integer(Int64(certificate.primary.creation)),
            "expires": certificate.expiry.map { .integer(Int64(clamping: $0)) },
            "key": json(certificate.primary),
            "revoked": .bool(certificate.isRevoked),
            "self_signature_hashes": .array(hashes(certificate).map { .string($0) }),
            "signs": .bool(certificate.canSign),
            "subkeys": .array(certificate.subkeys.map { json($0.key) }),
            "user_ids": .array(certificate.userIDs.map { .string($0.text) }),
        ])
    }

    private static func json(_ key: PublicKeyPacket) -> JSONValue {
        .object([
            "algorithm": .string(key.algorithm.name),
            "bits": key.bits.map { .integer(Int64($0)) },
            "curve": key.curve.map { .string($0) },
            "fingerprint": .string(key.fingerprint),
            "version": .integer(Int64(key.version)),
        ])
    }
}
