import ClientFiles
import ClientMatrix
import Diagnostics
import LinuxIO
import OpenPGP
import RPMFormat
import SiteDefinition

/// Refuses what a system would refuse that the definition declares as a target, by the matrix of clients.
struct TargetCheck: Sendable {
    private let targets: Targets?
    private let time: Int64

    /// Takes the targets of a definition.
    ///
    /// - Throws: `.usage` for a system that the matrix doesn't know.
    init(_ definition: SiteDefinition, time: Int64) throws(Failure) {
        let expressions = definition.targets.map { target in
            target.id + (target.minimumVersion.map { ">=" + $0 } ?? "")
        }
        targets = expressions.isEmpty ? nil : try Targets(expressions)
        self.time = time
    }

    /// Checks a Debian package.
    ///
    /// - Throws: `.requirement`, with the systems that refuse it and why.
    func check(deb source: ByteSource, _ path: String) throws(Failure) {
        guard let targets else { return }
        try refuse(ClientMatrix.verdicts(try DebFacts(source), targets), path)
    }

    /// Checks an RPM package; as for a Debian one.
    func check(rpm file: RPMFile, _ path: String) throws(Failure) {
        guard let targets else { return }
        try refuse(ClientMatrix.verdicts(try RPMFacts(file), targets), path)
    }

    /// Checks the keys that clients are given; as for a Debian package.
    func check(_ keys: SitePublicKeys) throws(Failure) {
        guard let targets else { return }
        for (role, published) in [(KeyAudit.Role.apt, keys.apt), (.rpm, keys.rpm)] {
            for key in published?.keys.published ?? [] {
                let audit = try KeyAudit(
                    key.armored, name: "the key \(key.key.fingerprint)", roles: [role], now: UInt64(max(0, time)))
                try refuse(ClientMatrix.verdicts(KeyFacts(audit), targets), "the key \(key.key.fingerprint)")
            }
        }
    }

    private func refuse(_ verdicts: [Verdict], _ what: String) throws(Failure) {
        let refusals = verdicts.filter(\.isRefused)
        guard let first = refusals.first else { return }
        let reasons = refusals.map { verdict in
            "\(verdict.system.name): \(verdict.findings.first?.message ?? "refused")"
        }
        throw Failure(
            .requirement,
            "\(PathText.display(what)) would be refused by \(refusals.count == 1 ? first.system.name : "\(refusals.count) of the site's targets")",
            cause: reasons.joined(separator: "; "),
            hints: [
                "See how that is known with: agentpack repo matrix",
                "Leave the system out of targets in the definition if nobody has it.",
            ])
    }
}
