import Testing

@testable import OpenPGP

@Suite struct Base64Tests {
    @Test func `only what an encoder writes is decoded`() {
        for bytes: [UInt8] in [[], [0], [0, 1], [0, 1, 2], [255, 239, 1, 2]] {
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        }
        for text in ["A", "AA=", "AA==A", "A*==", "AAAA=", "/+8", "AAEC\nAwQ="] {
            #expect(Base64.decode(Array(text.utf8)) == nil, "\(text)")
        }
    }
}
