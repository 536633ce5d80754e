import Diagnostics
import LinuxIO
import OpenPGP
import Testing

@testable import Signing

@Suite struct RSASignatureTests {
    private let home: GPGHome
    private let content = Array("what is signed\n".utf8)

    init() throws { home = try GPGHome() }

    private func source(_ bytes: [UInt8]) -> ByteSource { ByteSource(bytes, name: "it") }

    private func key(_ fingerprint: String) throws -> PublicKeyPacket {
        try #require(Certificate.read(home.export(fingerprint), name: "key").first).primary
    }

    @Test func `what gpg signs is right, and nothing else is`() throws {
        let fingerprint = try home.key()
        let key = try key(fingerprint)
        let other = try self.key(home.key())
        let bytes = try GPGSigner(fingerprint: fingerprint, home: home.path).detached(source(content))
        let signature = try SignaturePacket(bytes, name: "it")
        #expect(RSASignature.isPlain(signature))
        #expect(try RSASignature.isValid(signature, of: source(content), by: key))
        #expect(try !RSASignature.isValid(signature, of: source(content + [0]), by: key))
        #expect(try !RSASignature.isValid(signature, of: source(content), by: other))
        // Any other byte makes it no signature, not plain, or wrong.
        for place in bytes.indices {
            var changed = bytes
            changed[place] ^= 1
            guard let packet = try? SignaturePacket(changed, name: "it"), RSASignature.isPlain(packet),
                packet.issuerFingerprint == signature.issuerFingerprint, packet.unhashed == signature.unhashed,
                packet.digestPrefix == signature.digestPrefix
            else { continue }
            #expect(try !RSASignature.isValid(packet, of: source(content), by: key), "byte \(place)")
        }
    }

    @Test func `a key that gpg took once is judged alike afterwards`() throws {
        let fingerprint = try home.key()
        let ring = try home.scratch.file("ring.gpg", home.export(fingerprint))
        let signer = try GPGSigner(fingerprint: fingerprint, home: home.path)
        let verifier = try GPGVerifier(keys: [ring])
        let signature = try signer.detached(source(content))
        for _ in 0..<3 {
            guard case .good(let found) = try verifier.verify(signature, of: source(content)) else {
                Issue.record("not good")
                return
            }
            #expect(found.primary == fingerprint && found.fingerprint == fingerprint)
            #expect(try verifier.verify(signature, of: source(content + [0])) == .bad(fingerprint: fingerprint))
        }
    }
}
