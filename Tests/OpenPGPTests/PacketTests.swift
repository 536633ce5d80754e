import Diagnostics
import Testing

@testable import OpenPGP

@Suite struct PacketTests {
    private func failure(_ bytes: [UInt8]) -> Failure? {
        #expect(throws: Failure.self) { try Packet.read(bytes, name: "it") }
    }

    @Test func `both formats and all lengths are read`() throws {
        let long = [UInt8](repeating: 7, count: 300)
        let row: [UInt8] =
            [0xB4, 1, 65] + [0xB5, 0, 1, 66] + [0xB6, 0, 0, 0, 1, 67] + [0xCD, 1, 68] + [0xCD, 192, 108] + long
            + [0xCD, 255, 0, 0, 0, 0]
        let packets = try Packet.read(row, name: "it")
        #expect(packets.map(\.tag) == [13, 13, 13, 13, 13, 13])
        #expect(packets.map(\.body) == [[65], [66], [67], [68], long, []])
        #expect(packets.map(\.offset) == [0, 3, 7, 13, 16, 319] && packets[4].bodyOffset == 19)
        #expect(packets.map(\.isOldFormat) == [true, true, true, false, false, false])
    }

    @Test func `what is no row of packets is refused with its place`() {
        #expect(failure([0x00])?.message.contains("no packet at byte 0") == true)
        #expect(failure([0xB4, 0, 0x7F])?.message.contains("no packet at byte 2") == true)
        #expect(failure([0x80, 0])?.message.contains("reserved kind 0 at byte 0") == true)
        #expect(failure([0xC0, 0])?.message.contains("reserved kind 0") == true)
        #expect(failure([0xB7, 1, 2])?.message.contains("indeterminate") == true)
        #expect(failure([0xCD, 224, 1])?.message.contains("partial") == true)
        #expect(failure([0xCD, 254, 1])?.message.contains("partial") == true)
        let lie = failure([0xCD, 255, 255, 255, 255, 255, 1])
        #expect(lie?.code == .integrity && lie?.message.contains("expected 4294967295 bytes, found 1") == true)
        #expect(failure([0xB4])?.code == .integrity)
        #expect(failure([UInt8](repeating: 0, count: 9).flatMap { [0xCD, $0] } + [0xCD])?.code == .integrity)
        let many = (0..<5000).flatMap { _ -> [UInt8] in [0xCD, 0] }
        #expect(failure(many)?.message.contains("more than 4096 packets") == true)
    }
}

@Suite struct SignaturePacketTests {
    @Test func `a signature's fields are read`() throws {
        let signature = try SignaturePacket(Samples.bytes(Samples.signature), name: "it")
        #expect(signature.version == 4 && signature.type == 0)
        #expect(signature.algorithm == .eddsaLegacy && signature.hash == .sha512)
        #expect(
            signature.creation == 1_600_000_000 && signature.lifetime == nil && signature.contradictingIssuer == nil)
        let key = try Certificate.read(Samples.bytes(Samples.edwards), name: "it")[0].primary
        #expect(signature.issuerFingerprint == key.fingerprintBytes && signature.issuer == key.keyID)
    }

    @Test func `a key ID that contradicts the fingerprint is found`() throws {
        var bytes = try Samples.bytes(Samples.signature)
        let id = Array(try Certificate.read(Samples.bytes(Samples.edwards), name: "it")[0].primary.keyID)
        // The fingerprint, which is hashed, ends in the same bytes.
        let place = try #require(bytes.indices.last { bytes[$0...].starts(with: id) })
        #expect(try SignaturePacket(bytes, name: "it").contradictingIssuer == nil)
        bytes[place] ^= 1
        #expect(try SignaturePacket(bytes, name: "it").contradictingIssuer?.dropFirst() == id.dropFirst())
    }

    @Test func `a version 3 signature is read`() throws {
        let body: [UInt8] =
            [3, 5, 0, 0x5F, 0x5E, 0x10, 0x00] + [1, 2, 3, 4, 5, 6, 7, 8] + [1, 2, 0xAB, 0xCD, 0, 1, 1]
        let signature = try SignaturePacket([0x88, UInt8(body.count)] + body, name: "it")
        #expect(signature.version == 3 && signature.creation == 1_600_000_000 && signature.hash == .sha1)
        #expect(signature.issuer == [1, 2, 3, 4, 5, 6, 7, 8] && signature.issuerFingerprint == nil)
        #expect(signature.algorithm == .rsa && signature.digestPrefix == [0xAB, 0xCD])
    }

    /// A version 4 RSA signature whose parts can be wrong.
    private func made(
        hashed: [UInt8] = [], hashedCount: UInt8? = nil, values: [UInt8] = [0, 1, 1], version: UInt8 = 4
    ) -> [UInt8] {
        let count = hashedCount ?? UInt8(hashed.count)
        let head: [UInt8] = [version, 0, 1, 10, 0, count] + hashed
        let body: [UInt8] = head + [0, 0, 1, 2] + values
        return [0x88, UInt8(body.count)] + body
    }

    @Test func `damage is named with its place`() throws {
        _ = try SignaturePacket(made(), name: "it")
        let wrong: [([UInt8], String)] = [
            (made(version: 5), "version 3, 4 or 6, found 5"), (made(version: 0), "found 0"),
            (made(hashed: [0]), "subpacket without a type at byte 8"),
            (made(hashed: [5, 2, 1]), "expected 5 bytes, found 2"),
            (made(hashed: [255, 255, 255, 255, 255, 2]), "expected"),
            (made(hashedCount: 200), "expected 200 bytes"), (made(values: []), "too little"),
            (made(values: [0, 1, 1, 0]), "1 bytes too many"), (made(values: [255, 255, 1]), "expected 8192 bytes"),
            (made(values: [0, 8, 1]), "expected 8 bits, found 1"), (made() + made(), "found 2, 2"), ([], "found none"),
            ([0xB4, 1, 65], "found 13"),
        ]
        for (bytes, message) in wrong {
            let failure = #expect(throws: Failure.self) { try SignaturePacket(bytes, name: "it") }
            #expect(
                failure?.code == .integrity && failure?.message.contains(message) == true, "\(failure?.message ?? "")")
        }
    }

    @Test func `only what is signed says when`() throws {
        // The time is in the part that anybody can change.
        let body: [UInt8] = [4, 0, 1, 10, 0, 0, 0, 6, 5, 2, 0x5F, 0x5E, 0x10, 0, 1, 2, 0, 1, 1]
        #expect(try SignaturePacket([0x88, UInt8(body.count)] + body, name: "it").creation == nil)
    }
}
