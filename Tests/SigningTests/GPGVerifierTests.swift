import Diagnostics
import Foundation
import LinuxIO
import OpenPGP
import Signing
import Testing

@Suite struct GPGVerifierTests {
    private let home: GPGHome
    private let content = Array("what is signed\n".utf8)

    init() throws { home = try GPGHome() }

    private func verdict(_ verifier: GPGVerifier, _ signature: [UInt8], of bytes: [UInt8]) throws -> SignatureVerdict {
        try verifier.verify(signature, of: ByteSource(bytes, name: "it"))
    }

    @Test func `good, changed and foreign are told apart`() throws {
        let key = try home.key()
        let other = try home.key()
        let ring = try home.scratch.file("ring.gpg", home.export(key))
        let armor = try home.scratch.file("ring.asc", Armor.encode(home.export(key), .publicKey))
        let signer = try GPGSigner(fingerprint: key, home: home.path)
        let signature = try signer.detached(ByteSource(content, name: "it"))
        for keys in [ring, armor] {
            let verifier = try GPGVerifier(keys: [keys])
            #expect(verifier.fingerprints == [key])
            guard case .good(let found) = try verdict(verifier, signature, of: content) else {
                Issue.record("not good")
                continue
            }
            #expect(found.fingerprint == key && found.primary == key)
            #expect(try verdict(verifier, signature, of: content + [0]) == .bad(fingerprint: key))
        }
        let foreign = try home.scratch.file("other.gpg", home.export(other))
        #expect(try verdict(GPGVerifier(keys: [foreign]), signature, of: content) == .unknownKey(fingerprint: key))
        let both = try GPGVerifier(keys: [foreign, ring])
        let armored = try signer.armored(ByteSource(content, name: "it"))
        guard case .good = try verdict(both, armored, of: content) else { return #expect(Bool(false)) }
    }

    @Test func `a subkey's signature names its primary key`() throws {
        let key = try home.key("rsa2048", usage: "cert")
        try home.gpg(["--passphrase", "", "--quick-add-key", key, "rsa2048", "sign", "never"])
        let file = try home.scratch.file("content", content)
        try home.gpg(["--output", home.scratch.path + "/sig", "--detach-sign", file])
        let verifier = try GPGVerifier(keys: [home.scratch.file("ring.gpg", home.export(key))])
        guard case .good(let found) = try verdict(verifier, home.scratch.bytes("sig"), of: content) else {
            return #expect(Bool(false))
        }
        #expect(found.primary == key && found.fingerprint != key)
    }

    @Test func `an expired key and a revoked one are not good`() throws {
        let key = try home.key(expiry: "1d", options: ["--faked-system-time", "20200101T000000!"])
        let file = try home.scratch.file("content", content)
        try home.gpg([
            "--faked-system-time", "20200101T010000!", "-u", key, "--output", home.scratch.path + "/sig",
            "--detach-sign", file,
        ])
        let signature = try home.scratch.bytes("sig")
        let verifier = try GPGVerifier(keys: [home.scratch.file("ring.gpg", home.export(key))])
        guard case .expired(let found) = try verdict(verifier, signature, of: content) else {
            return #expect(Bool(false))
        }
        #expect(found.primary == key)
        let revoked = try home.key()
        try home.gpg(["-u", revoked, "--output", home.scratch.path + "/sig", "--detach-sign", file])
        let certificate = try String(
            decoding: home.scratch.bytes("home/openpgp-revocs.d/\(revoked).rev"), as: UTF8.self)
        let usable = certificate.replacing(":-----BEGIN", with: "-----BEGIN")
        try home.gpg(["--import", home.scratch.file("revocation", usable.utf8)])
        let after = try GPGVerifier(keys: [home.scratch.file("ring.gpg", home.export(revoked))])
        guard case .revoked = try verdict(after, home.scratch.bytes("sig"), of: content) else {
            return #expect(Bool(false))
        }
    }

    @Test func `a signature of a digest that can be forged is not good`() throws {
        let key = try home.key()
        let file = try home.scratch.file("content", content)
        try home.gpg(["--digest-algo", "SHA1", "--output", home.scratch.path + "/sig", "--detach-sign", file])
        let verifier = try GPGVerifier(keys: [home.scratch.file("ring.gpg", home.export(key))])
        guard case .unusable(let why) = try verdict(verifier, home.scratch.bytes("sig"), of: content) else {
            return #expect(Bool(false))
        }
        #expect(why.contains("forged"))
    }

    @Test func `a fingerprint in a file's place is called that`() throws {
        let digits = String(repeating: "AB", count: 20)
        let failure = #expect(throws: Failure.self) { try GPGVerifier(keys: [digits]) }
        #expect(failure?.code == .usage && failure?.message.contains("is a fingerprint") == true)
    }

    @Test func `what is no signature is damage`() throws {
        let key = try home.key()
        let verifier = try GPGVerifier(keys: [home.scratch.file("ring.gpg", home.export(key))])
        let one = try GPGSigner(fingerprint: key, home: home.path).detached(ByteSource(content, name: "it"))
        for bytes in [[], [1, 2, 3], content, one + one] {
            let failure = #expect(throws: Failure.self) { try verdict(verifier, bytes, of: content) }
            #expect(failure?.code == .integrity, "\(bytes.count): \(failure?.rendered ?? "")")
        }
        #expect(throws: Failure.self) { try GPGVerifier(keys: [home.scratch.file("noise", [0, 1, 2])]) }
    }
}
