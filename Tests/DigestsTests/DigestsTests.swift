import Digests
import Testing

@Suite struct DigestsTests {
    @Test func `SHA-256 of FIPS 180's examples`() {
        #expect(
            SHA256.digest(Array("abc".utf8)).hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(SHA256.digest([]).hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test func `HMAC of RFC 4231's second example`() {
        let code = HMACSHA256.authenticate(Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8))
        #expect(Hexadecimal.text(code) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }

    @Test func `Ed25519 of RFC 8032's second example`() throws {
        let seed = try #require(
            Hexadecimal.bytes("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"))
        let key = try #require(Hexadecimal.bytes("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"))
        let signature = try Ed25519.sign([0x72], seed: seed)
        #expect(
            Hexadecimal.text(signature).hasPrefix("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"))
        #expect(Ed25519.isValid(signature, of: [0x72], publicKey: key))
        #expect(!Ed25519.isValid(signature, of: [0x73], publicKey: key))
    }

    @Test func `hexadecimal text reads back`() {
        #expect(Hexadecimal.bytes("00ff7a") == [0, 255, 0x7A])
        #expect(Hexadecimal.bytes("0") == nil)
        #expect(Hexadecimal.bytes("0G") == nil)
    }
}
