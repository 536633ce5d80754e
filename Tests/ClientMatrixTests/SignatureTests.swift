import OpenPGP
import Testing

@testable import ClientMatrix

@Suite struct SignatureTests {
    /// The self-signature of the sample key, which names its maker as any signature does.
    private func sample() throws -> (packet: SignaturePacket, key: Certificate) {
        let key = try #require(try Certificate.read(Array(KeyTests.edwards.utf8), name: "it").first)
        return (try #require(key.selfSignatures.first), key)
    }

    @Test func `a signature's maker is looked up`() throws {
        let (packet, key) = try sample()
        let known = MetadataSignature(packet, keys: [key], now: 1_600_000_000)
        #expect(known.isKnown && !known.isExpired && known.isGood)
        #expect(known.fingerprint == "59F7D1B36B9BE510331A5B1E79851E3E53C100A3")
        #expect(known.algorithm == .eddsaLegacy && known.hash == .sha512)
    }

    @Test func `an unknown maker is named where the signature says who it is`() throws {
        let (packet, _) = try sample()
        let unknown = MetadataSignature(packet, keys: [], now: 1_600_000_000)
        #expect(!unknown.isKnown && !unknown.isGood)
        #expect(unknown.fingerprint == "59F7D1B36B9BE510331A5B1E79851E3E53C100A3")
    }
}
