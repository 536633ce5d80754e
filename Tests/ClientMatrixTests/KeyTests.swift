import OpenPGP
import Testing

@testable import ClientMatrix

@Suite struct KeyTests {
    /// A key of gpg 2.2: EdDSA, a subkey that signs, SHA-512.
    static let edwards = """
        -----BEGIN PGP PUBLIC KEY BLOCK-----

        mDMEWWgvABYJKwYBBAHaRw8BAQdAJVThfYJ+oL5rRX896bSJN24CDmrO6ak3R0mZ
        gkvZ6oa0G1NhbXBsZSA8c2FtcGxlQGV4YW1wbGUuY29tPoiQBBMWCgA4FiEEWffR
        s2ub5RAzGlseeYUePlPBAKMFAlloLwACGwMFCwkIBwIGFQoJCAsCBBYCAwECHgEC
        F4AACgkQeYUePlPBAKOGuAEAn7UxATmMFaJi/pKGWj0vg09eu6vieA70IDw6/J1N
        SEABAPf6CWZrCnQEWu1SP0Hhgdb2owXCkEZEe3ONiq9S3/kCuDMEWWgvZBYJKwYB
        BAHaRw8BAQdA5vs8esDtM2J2nHp/aYDPf6VfnCwYu0kAzHk+8+a/mkKI7wQYFgoA
        IBYhBFn30bNrm+UQMxpbHnmFHj5TwQCjBQJZaC9kAhsCAIEJEHmFHj5TwQCjdiAE
        GRYKAB0WIQQWNZZb76/1IbbHYJDrYNe5T+JHSQUCWWgvZAAKCRDrYNe5T+JHSeYf
        AP92BCzr22hy2qOysOmQk5AYklYoRZOpwiN9mViR2jwDHgEAikDpUYC1HZJuwq+/
        mb4ONHMsnlpln16RX63jK4FG0Ad5yAD/R/Ase37NNwZB3TK1xBp2YWPlCagajBi/
        mQcSZOeNu5wBAJ6ngtAYoQFIga5nHCNqQS08krIy56dsMl6zEV7caV0M
        =Kx/r
        -----END PGP PUBLIC KEY BLOCK-----

        """

    private func facts(_ roles: [KeyAudit.Role], signer: String? = nil) throws -> KeyFacts {
        KeyFacts(
            try KeyAudit(Array(Self.edwards.utf8), name: "it", roles: roles, now: 1_600_000_000), signer: signer)
    }

    @Test func `an Ed25519 key for APT is refused by gpgv 1 alone`() throws {
        let verdicts = ClientMatrix.verdicts(try facts([.apt]))
        #expect(verdicts.map(\.system) == ClientSystem.all.filter(\.isDebianBased))
        #expect(verdicts.filter(\.isRefused).map(\.system.id) == ["ubuntu-14.04", "ubuntu-16.04"])
    }

    @Test func `an Ed25519 key for RPM is refused but by Sequoia`() throws {
        let verdicts = ClientMatrix.verdicts(try facts([.rpm]))
        #expect(verdicts.map(\.system) == ClientSystem.all.filter(\.isRPMBased))
        let taken = verdicts.filter { !$0.isRefused }.map(\.system.id)
        #expect(taken == ["el-10", "el-10-fips", "fedora-40", "fedora-42", "fedora-43"])
        let eight = try #require(verdicts.first { $0.system.id == "el-8" }?.findings.first)
        #expect(eight.rule == "key-algorithm-rpm-el8" && eight.words == "key 1 import failed.")
        #expect(eight.evidence.contains(.cited("https://github.com/himmelblau-idm/himmelblau/issues/693")))
    }

    @Test func `a subkey that signs is refused by old rpm`() throws {
        let subkey = "1635965BEFAFF521B6C76090EB60D7B94FE24749"
        let verdicts = ClientMatrix.verdicts(try facts([.rpm], signer: subkey))
        let found = verdicts.filter { $0.findings.contains { $0.rule == "key-subkey-signs" } }.map(\.system.id)
        #expect(found == ["el-7", "sles-12", "amazon-2"])
        let primary = ClientMatrix.verdicts(
            try facts([.rpm], signer: "59F7D1B36B9BE510331A5B1E79851E3E53C100A3"))
        #expect(!primary.contains { $0.findings.contains { $0.rule == "key-subkey-signs" } })
    }

    @Test func `every finding of the audit has a row`() throws {
        let audit = try facts(KeyAudit.Role.allCases).audit
        for finding in audit.findings where finding.topic != .nothing {
            #expect(KeyRow.all.contains { $0.topic == finding.topic && $0.family == finding.family })
        }
        for family in ClientFamily.allCases { #expect(ClientSystem.all.contains { $0.keyFamilies.contains(family) }) }
    }
}
