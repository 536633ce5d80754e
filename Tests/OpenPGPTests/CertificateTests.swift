import Diagnostics
import Testing

@testable import OpenPGP

@Suite struct CertificateTests {
    @Test func `a key of gpg is read whole`() throws {
        let all = try Certificate.read(Array(Samples.edwards.utf8), name: "it")
        let certificate = try #require(all.first)
        #expect(all.count == 1)
        let key = certificate.primary
        #expect(key.fingerprint == "59F7D1B36B9BE510331A5B1E79851E3E53C100A3")
        #expect(key.version == 4 && key.creation == 1_500_000_000 && key.algorithm == .eddsaLegacy)
        #expect(key.curve == "Ed25519" && key.bits == 256 && key.lifetime == nil)
        #expect(certificate.userIDs.map(\.text) == ["Sample <sample@example.com>"])
        #expect(certificate.subkeys.map(\.key.fingerprint) == ["1635965BEFAFF521B6C76090EB60D7B94FE24749"])
        #expect(certificate.selfSignatures.map(\.hash) == [.sha512] && certificate.canSign && certificate.expiry == nil)
        #expect(certificate.subkeys[0].signs(for: certificate) && !certificate.isRevoked)
        #expect(certificate.firstSigningTime == 1_500_000_000)
        let binary = try Certificate.read(Samples.bytes(Samples.edwards), name: "it")
        #expect(binary == all)
    }

    @Test func `a version 6 key has the fingerprint of RFC 9580`() throws {
        let certificate = try #require(try Certificate.read(Array(Samples.version6.utf8), name: "it").first)
        #expect(
            certificate.primary.fingerprint == "CB186C4F0609A697E4D52DFA6C722B0C1F1E27C18A56708F6525EC27BAD9ACC9")
        #expect(certificate.primary.algorithm == .ed25519 && certificate.subkeys[0].key.algorithm == .x25519)
        #expect(certificate.selfSignatures.count == 1 && certificate.userIDs.isEmpty && certificate.canSign)
    }

    @Test func `a version 3 key's fingerprint is the MD5 of its numbers`() throws {
        // Modulus 0x8001 (16 bits), exponent 3; the digest is md5sum's of those three bytes.
        let body: [UInt8] = [3, 0, 0, 0, 1, 0xFF, 0xFF, 1, 0, 16, 0x80, 0x01, 0, 2, 3]
        let key = try Certificate.read([0x98, UInt8(body.count)] + body, name: "it")[0].primary
        #expect(key.fingerprint == "4EE63CDB84141C1455F640DAA02D0DC2" && key.lifetime == .max)
    }

    @Test func `a self-signature of another user ID is seen`() throws {
        let bytes = try Samples.bytes(Samples.edwards)
        let certificate = try Certificate.read(bytes, name: "it")[0]
        let user = certificate.userIDs[0]
        #expect(certificate.hasRightDigest(user.signatures[0], over: user) == true)
        let place = try #require(bytes.firstRange(of: Array("Sample".utf8)))
        var changed = bytes
        changed[place.lowerBound] = UInt8(ascii: "s")
        let audit = try KeyAudit(changed, name: "it", roles: [.apt], now: 1_600_000_000)
        #expect(audit.findings.contains { $0.message.contains("the file was changed") && $0.severity == .refuse })
    }

    @Test func `what is no public key is told apart`() throws {
        let key = try Samples.bytes(Samples.edwards)
        let wrong: [([UInt8], ExitCode, String)] = [
            ([], .usage, "no key"), (Array("hello\n".utf8), .usage, "no OpenPGP key"),
            (Array("-----BEGIN PUBLIC KEY-----\n".utf8), .usage, "no OpenPGP key"),
            (try Samples.bytes(Samples.signature), .usage, "expected a packet of kind 6"),
            ([0x94, 1, 4], .usage, "secret key"), (key + [0x9C, 1, 4], .usage, "secret key"),
            (
                Array("-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n-----END PGP PRIVATE KEY BLOCK-----\n".utf8), .usage,
                "secret"
            ),
            ([0x98, 1, 7], .integrity, "version 3, 4, 5 or 6, found 7"), ([0x98, 2, 4, 0], .integrity, "too little"),
            (key + [0xCD], .integrity, "too little"),
            ([UInt8](repeating: 0, count: 5 << 20), .integrity, "larger than"),
            (key + [0xCD, 255, 0, 0, 8, 1] + [UInt8](repeating: 65, count: 2049), .integrity, "user ID of 2049 bytes"),
            (
                [0xC6, 255, 0, 1, 0, 1, 4, 0, 0, 0, 0, 99] + [UInt8](repeating: 0, count: 65531), .integrity,
                "at most 65536 bytes, found 65537"
            ),
            // A version 6 key that says that it has more key material than there is.
            ([0xC6, 10, 6, 0, 0, 0, 0, 27, 255, 255, 255, 255], .integrity, "wrong length"),
        ]
        for (bytes, code, message) in wrong {
            let failure = #expect(throws: Failure.self) { try Certificate.read(bytes, name: "it") }
            #expect(failure?.code == code && failure?.message.contains(message) == true, "\(failure?.message ?? "")")
        }
    }

    @Test func `no mutation of a key crashes its reader or its audit`() throws {
        for sample in [Samples.edwards, Samples.version6] {
            let bytes = try Samples.bytes(sample)
            for count in 0..<bytes.count { try survives(Array(bytes.prefix(count))) }
            for place in bytes.indices {
                for value in [0, 1, 0x7F, 0x80, 0xC0, 0xE0, 0xFE, 0xFF] as [UInt8] where value != bytes[place] {
                    var changed = bytes
                    changed[place] = value
                    try survives(changed)
                }
            }
        }
    }

    private func survives(_ bytes: [UInt8]) throws {
        do throws(Failure) {
            let audit = try KeyAudit(bytes, name: "it", roles: KeyAudit.Role.allCases, now: 1_600_000_000)
            #expect(Set(audit.findings.map(\.family)).count == ClientFamily.allCases.count)
        } catch {
            #expect(error.code == .integrity || error.code == .usage)
            #expect(error.message.hasPrefix("it "))
        }
    }
}
