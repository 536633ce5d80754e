import Diagnostics
import Testing

@testable import OpenPGP

@Suite struct ArmorTests {
    @Test func `blocks read back, whatever their length`() throws {
        for count in [0, 1, 2, 3, 47, 48, 49, 1000] {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37) }
            let text = Armor.encode(bytes, .signature)
            #expect(try Armor.read(text, name: "it") == [Armor(label: .signature, content: bytes)])
            #expect(Armor.isArmored(text) && !Armor.isArmored(bytes))
        }
    }

    @Test func `the checksum is the one of gpg`() throws {
        // The sample's own line, which gpg wrote.
        #expect(
            String(decoding: Armor.encode(try Samples.bytes(Samples.signature), .signature), as: UTF8.self)
                .contains("\n=3R0Z\n"))
    }

    @Test func `headers, DOS lines, text around and several blocks are taken`() throws {
        let key =
            "-----BEGIN PGP PUBLIC KEY BLOCK-----\nVersion: 1\nComment: a: b\n\nAQID\n-----END PGP PUBLIC KEY BLOCK-----\n"
        let dos = key.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
        for text in [key, dos, "before\n\n" + key + "after\n"] {
            #expect(try Armor.read(Array(text.utf8), name: "it").map(\.content) == [[1, 2, 3]])
        }
        #expect(try Armor.read(Array((key + key).utf8), name: "it").count == 2)
    }

    @Test func `damage is named with its place`() throws {
        let wrong: [(String, String)] = [
            ("hello", "has no OpenPGP block"), ("-----BEGIN PGP NONSENSE-----\n\n", "unknown kind at byte 0"),
            ("\n-----BEGIN PGP SIGNATURE-----\n\nAQID\n", "without an end at byte 1"),
            ("-----BEGIN PGP SIGNATURE-----\n\nAQID\n-----END PGP MESSAGE-----\n", "without an end"),
            ("-----BEGIN PGP SIGNATURE-----\n\nAQ!D\n-----END PGP SIGNATURE-----\n", "not base64"),
            ("-----BEGIN PGP SIGNATURE-----\n\nAQI\n-----END PGP SIGNATURE-----\n", "not base64"),
            ("-----BEGIN PGP SIGNATURE-----\n\nAR==\n-----END PGP SIGNATURE-----\n", "not base64"),
            ("-----BEGIN PGP SIGNATURE-----\n\nAQID\n=AAAA\n-----END PGP SIGNATURE-----\n", "wrong checksum"),
            (
                "-----BEGIN PGP SIGNATURE-----\n\nAQID\n=!!!!\n-----END PGP SIGNATURE-----\n",
                "checksum that is not base64"
            ),
            ("-----BEGIN PGP SIGNATURE-----\n\n=AAAA\nAQID\n-----END PGP SIGNATURE-----\n", "after a block's checksum"),
            ("-----BEGIN PGP SIGNATURE-----\n-----BEGIN PGP SIGNATURE-----\n", "without an end"),
        ]
        for (text, message) in wrong {
            let failure = #expect(throws: Failure.self) { try Armor.read(Array(text.utf8), name: "it") }
            #expect(
                failure?.code == .integrity && failure?.message.contains(message) == true, "\(failure?.message ?? "")")
        }
    }
}
