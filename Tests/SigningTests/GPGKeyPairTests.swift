import Diagnostics
import Foundation
import LinuxIO
import OpenPGP
import Signing
import Testing

@Suite struct GPGKeyPairTests {
    private let home: GPGHome

    init() throws { home = try GPGHome() }

    @Test func `a new key is one that every client takes, and signs`() throws {
        // The user's own settings must not decide the digest.
        _ = try home.scratch.file("home/gpg.conf", "cert-digest-algo SHA1\n".utf8)
        let pair = try GPGKeyPair.generate(
            name: "Ada Löve", email: "ada@example.com", home: home.path, passphrase: secret("correct horse"))
        let audit = try KeyAudit(
            pair.publicKey, name: "it", roles: [.apt, .rpm], now: UInt64(Date().timeIntervalSince1970))
        #expect(audit.worst == .ok, "\(audit.findings)")
        #expect(try home.fingerprints() == [pair.fingerprint])
        let listing = try home.gpg(["--list-keys"]).text
        #expect(
            listing.contains("rsa4096") && listing.contains("[SC]") && listing.contains("Ada Löve <ada@example.com>"))
        #expect(!listing.contains("expires") && !listing.contains("sub "))
        #expect(try home.scratch.bytes("home/openpgp-revocs.d/\(pair.fingerprint).rev").count > 100)
        #expect(pair.revocation?.hasSuffix(".rev") == true)

        _ = try run("/usr/bin/gpgconf", ["--homedir", home.path, "--reload", "gpg-agent"])
        let phrase = try home.scratch.file("phrase", "correct horse\n".utf8)
        let signer = try GPGSigner(fingerprint: pair.fingerprint, home: home.path, passphrase: .file(phrase))
        #expect(try !signer.detached(ByteSource([1, 2, 3], name: "it")).isEmpty)
    }

    @Test func `a key may expire and have no passphrase, in a home that is made`() throws {
        let path = home.scratch.path + "/new"
        let pair = try GPGKeyPair.generate(
            name: "N", email: "n@example.com", home: path, passphrase: nil, lifetime: 86400)
        defer { _ = try? run("/usr/bin/gpgconf", ["--homedir", path, "--kill", "all"]) }
        #expect(fileStatus(path)?.mode == 0o700)
        let certificate = try #require(try Certificate.read(pair.publicKey, name: "it").first)
        #expect(certificate.expiry == UInt64(certificate.primary.creation) + 86400)
        #expect(try !GPGSigner(fingerprint: pair.fingerprint, home: path).detached(ByteSource([1], name: "it")).isEmpty)
    }

    @Test(arguments: [
        ("", "a@example.com"), ("a<b", "a@example.com"), ("a\nb", "a@example.com"), (" a", "a@example.com"),
        ("a", "example.com"), ("a", "@example.com"), ("a", "a@b@c"), ("a", "a b@c"), ("a", "a@c>"),
    ])
    func `what can't be a user ID is refused`(name: String, email: String) {
        let failure = #expect(throws: Failure.self) {
            try GPGKeyPair.generate(name: name, email: email, home: home.path, passphrase: nil)
        }
        #expect(failure?.code == .usage)
    }
}
