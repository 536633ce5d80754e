import Diagnostics
import Foundation
import LinuxIO
import OpenPGP
import Testing

/// Keys that gpg makes, and what is said of them; where a client is at hand, it is asked, too.
@Suite struct KeyAuditTests {
    private let home: GPGHome
    // Keys are made after this line, and none may seem to be of tomorrow.
    private let now = UInt64(Date().timeIntervalSince1970) + 3600

    init() throws { home = try GPGHome() }

    private func audit(
        _ fingerprints: String..., roles: [KeyAudit.Role] = [.apt, .rpm], armored: Bool = true, now: UInt64? = nil
    ) throws -> KeyAudit {
        let bytes = try fingerprints.flatMap { try home.export($0) }
        let file = armored ? Armor.encode(bytes, .publicKey) : bytes
        return try KeyAudit(file, name: "it", roles: roles, now: now ?? self.now)
    }

    /// The families that refuse, by their names.
    private func refusals(_ audit: KeyAudit) -> [String] {
        ClientFamily.allCases.filter { family in
            audit.findings.contains { $0.family == family && $0.severity == .refuse }
        }.map(\.rawValue)
    }

    private func messages(_ audit: KeyAudit, _ family: ClientFamily) -> String {
        audit.findings.filter { $0.family == family }.map { $0.message + ($0.words.map { " (\($0))" } ?? "") }
            .joined(separator: "; ")
    }

    /// Whether this machine's rpm imports a file.
    private func rpmImports(_ bytes: [UInt8]) throws -> Bool {
        let folder = home.scratch.path + "/rpm-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        let file = try home.scratch.file("imported", bytes)
        return try run("/usr/bin/rpmkeys", ["--dbpath", folder, "--import", file]).status == 0
    }

    @Test(arguments: [
        ("rsa4096", []), ("rsa3072", []), ("rsa2048", []),
        ("rsa1024", ["apt-gpgv", "apt-sqv", "rpm-el8-fips", "rpm-el9-fips", "rpm-sequoia"]),
        ("dsa2048", ["apt-gpgv", "apt-sqv", "rpm-el8-fips", "rpm-el9-fips"]),
        ("nistp256", ["apt-gpgv", "rpm-el7", "rpm-el8", "rpm-el8-fips", "rpm-el9", "rpm-el9-fips", "zypper"]),
        (
            "brainpoolP256r1",
            [
                "apt-gpgv", "apt-sqv", "rpm-el7", "rpm-el8", "rpm-el8-fips", "rpm-el9", "rpm-el9-fips", "rpm-sequoia",
                "zypper",
            ]
        ),
        ("ed25519", ["apt-gpgv", "rpm-el7", "rpm-el8", "rpm-el8-fips", "rpm-el9", "rpm-el9-fips", "zypper"]),
    ])
    func `each kind of key is refused by those who can't use it`(kind: String, refusing: [String]) throws {
        let key = try home.key(kind)
        let audit = try audit(key)
        #expect(refusals(audit) == refusing)
        #expect(Set(audit.findings.map(\.family)).count == 9)
        let colons = try home.gpg(["--with-colons", "--list-keys", key]).text.split(separator: "\n")
            .first { $0.hasPrefix("pub:") }?.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        let primary = audit.certificates[0].primary
        #expect(colons?[3] == "\(primary.algorithm.rawValue)" && colons?[5] == "\(primary.creation)")
        // gpg counts 255 bits where RFC 9580 has 256.
        #expect(kind == "ed25519" || colons?[2] == "\(primary.bits ?? 0)")
        #expect(primary.fingerprint == key)
        // rpm 4.18 reads OpenPGP with its own code, as EL9's does; it knows ECDSA no better.
        if kind != "ed25519" {
            #expect(
                try rpmImports(Armor.encode(home.export(key), .publicKey)) == !["nistp256", "brainpoolP256r1"].contains(
                    kind))
        }
    }

    @Test func `a SHA-1 self-signature is refused by the clients of today`() throws {
        let key = try home.key(options: ["--cert-digest-algo", "SHA1"])
        let weak = try audit(key)
        #expect(refusals(weak) == ["apt-sqv", "rpm-el8-fips", "rpm-el9", "rpm-el9-fips", "rpm-sequoia"])
        #expect(messages(weak, .aptSQV).contains("SHA1 is not considered secure since 2026-02-01T00:00:00Z"))
        #expect(messages(weak, .enterprise9).contains("Hash algorithm SHA1 not available."))
        #expect(messages(weak, .sequoia).contains("No binding signature at time"))
        // A new self-signature mends it, but not for what was signed before.
        try home.gpg([
            "--faked-system-time", "\(now + 86400)", "--cert-digest-algo", "SHA512", "--quick-set-expire", key, "0",
        ])
        let mended = try audit(key, now: now + 2 * 86400)
        #expect(refusals(mended) == [])
        // gpg leaves the newest self-signature alone in an export, so there is nothing left to warn of.
        #expect(mended.certificates[0].selfSignatures.map(\.hash) == [.sha512])
    }

    @Test func `an expired key is refused, one that will expire is warned of`() throws {
        let key = try home.key(expiry: "1y", options: ["--faked-system-time", "20200101T000000!"])
        let expired = try audit(key)
        #expect(refusals(expired).count == 8 && messages(expired, .aptGPGV).contains("EXPKEYSIG"))
        #expect(messages(expired, .sequoia).contains("Expired on 2020-12-31T00:00:00Z"))
        let before = try audit(key, now: 1_590_000_000)
        #expect(refusals(before) == [] && before.worst == .warn)
        #expect(messages(before, .sequoia).contains("packages that it signed are refused from then on"))
        #expect(messages(before, .aptGPGV).contains("expires at 2020-12-31T00:00:00Z"))
    }

    @Test func `a key of tomorrow and a revoked one are refused by all`() throws {
        let key = try home.key()
        #expect(try refusals(audit(key, now: now - 86400)).count == 9)
        let text = try String(decoding: home.scratch.bytes("home/openpgp-revocs.d/\(key).rev"), as: UTF8.self)
        try home.gpg(["--import", home.scratch.file("r", text.replacing(":-----BEGIN", with: "-----BEGIN").utf8)])
        let revoked = try audit(key)
        #expect(refusals(revoked).count == 9 && messages(revoked, .sequoia).contains("revoked"))
    }

    @Test func `a key that signs with a subkey alone is refused by EL7`() throws {
        let key = try home.key("rsa3072", usage: "cert")
        let none = try audit(key)
        #expect(refusals(none).count == 9 && messages(none, .sequoia).contains("any usable signing keys"))
        try home.gpg(["--passphrase", "", "--quick-add-key", key, "rsa3072", "sign", "never"])
        let subkey = try audit(key)
        #expect(refusals(subkey) == ["rpm-el7"] && messages(subkey, .enterprise7).contains("4.13"))
        #expect(messages(subkey, .enterprise9).contains("EL7's rpm can't verify") && subkey.worst == .refuse)
        #expect(try refusals(audit(key, roles: [.apt])) == [])
    }

    @Test func `a subkey of a kind that clients don't know is a warning beside a primary key that signs`() throws {
        let key = try home.key("rsa3072", usage: "sign,cert")
        try home.gpg(["--passphrase", "", "--quick-add-key", key, "ed25519", "sign", "never"])
        let audit = try audit(key)
        #expect(refusals(audit) == [] && messages(audit, .enterprise8).contains("a subkey that signs: EdDSA"))
        try home.gpg(["--passphrase", "", "--quick-add-key", key, "rsa3072", "encr", "never"])
        #expect(try self.audit(key).certificates[0].subkeys.count == 2)
    }

    @Test func `rpm wants armor, and so it is said`() throws {
        let key = try home.key("rsa3072")
        let binary = try audit(key, armored: false)
        #expect(refusals(binary).count == 7 && !refusals(binary).contains("apt-gpgv"))
        #expect(try !rpmImports(home.export(key)))
        let text = try Armor.encode(home.export(key), .publicKey)
        let dos = text.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }
        #expect(messages(try KeyAudit(dos, name: "it", roles: [.apt], now: now), .aptGPGV).contains("DOS"))
    }

    @Test func `several keys in a file are for apt alone`() throws {
        let keys = [try home.key("rsa3072"), try home.key("rsa3072")]
        let one = try audit(keys[0], keys[1])
        #expect(one.certificates.map(\.primary.fingerprint) == keys && refusals(one) == [])
        #expect(messages(one, .enterprise7).contains("takes the first alone"))
        #expect(messages(one, .sequoia).contains("gpgkey=") && messages(one, .aptSQV) == "nothing to say")
        let apart = try keys.flatMap { Armor.encode(try home.export($0), .publicKey) }
        let two = try KeyAudit(apart, name: "it", roles: [.rpm], now: now)
        #expect(two.certificates.count == 2 && !messages(two, .enterprise7).contains("first alone"))
        #expect(try rpmImports(apart))
    }
}
