import ClientFiles
public import ClientMatrix
public import Diagnostics
import LinuxIO
import OpenPGP
import RPMFormat
public import SiteDefinition

/// Refuses what a system would refuse that the definition declares as a target, by the matrix of clients.
struct TargetCheck: Sendable {
    private let targets: Targets?
    private let time: Int64

    /// Takes the targets of a definition.
    ///
    /// - Throws: `.usage` for a system that the matrix doesn't know.
    init(_ definition: SiteDefinition, time: Int64) throws(Failure) {
        targets = try definition.clientTargets()
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

    /// Whether there are targets at all.
    var isNeeded: Bool { targets != nil }

    /// Checks the metadata of an APT archive; as for a Debian package.
    ///
    /// - Parameters:
    ///   - facts: The metadata.
    ///   - codename: Whose it is: a known release's concerns that release alone.
    ///   - path: Where it is, for messages.
    func check(_ facts: APTMetadataFacts, codename: String, _ path: String) throws(Failure) {
        guard let targets else { return }
        try refuse(Self.verdicts(facts, codename: codename, targets), "the metadata in \(path)")
    }

    /// Checks the metadata of a YUM repository; as for a Debian package.
    func check(_ facts: YUMMetadataFacts, _ path: String) throws(Failure) {
        guard let targets else { return }
        try refuse(ClientMatrix.verdicts(facts, targets), "the metadata in \(path)")
    }

    /// What systems make of a codename's metadata: those of that release where it is known, else all.
    static func verdicts(_ facts: APTMetadataFacts, codename: String, _ targets: Targets) -> [Verdict] {
        let verdicts = ClientMatrix.verdicts(facts, targets)
        guard let release = Codename.named(codename) else { return verdicts }
        return verdicts.filter { $0.system.id == "\(release.system)-\(release.version)" }
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

extension SiteDefinition {
    /// The systems that must accept what is published; nil where none are declared.
    ///
    /// - Throws: `.usage` for a system that the matrix doesn't know.
    public func clientTargets() throws(Failure) -> Targets? {
        let expressions = targets.map { target in
            target.id + (target.minimumVersion.map { ">=" + $0 } ?? "")
        }
        return expressions.isEmpty ? nil : try Targets(expressions)
    }
}
