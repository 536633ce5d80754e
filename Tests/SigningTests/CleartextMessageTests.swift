import Diagnostics
import Foundation
import LinuxIO
import OpenPGP
import Testing

@testable import Signing

@Suite struct CleartextMessageTests {
    private let home: GPGHome

    init() throws { home = try GPGHome() }

    /// Texts with what signed texts trip on.
    private static let texts = [
        "Origin: x\n", "- dashed\n-----BEGIN PGP SIGNATURE-----\n--\n-\n", "blanks  \ntabs\t \n\n\nFrom here\n", "\n",
        "",
        "\n\n- \n", "no newline", "Hash: SHA1\n\nafter\n", "ünïcode \u{2028}\n",
        String(repeating: "x", count: 19_000) + "\n",
    ]

    @Test(arguments: texts) func `gpg and gpgv verify what we sign, as gpg's own`(text: String) throws {
        let key = try home.key()
        let signer = try GPGSigner(fingerprint: key, home: home.path)
        let message = try signer.clearsigned(Array(text.utf8))
        let file = try home.scratch.file("message", message)
        let ring = try home.scratch.file("ring.gpg", signer.publicKey)
        let gpgv = try run("/usr/bin/gpgv", ["--keyring", ring, file])
        #expect(gpgv.status == 0 && gpgv.text.contains("Good signature"), "\(gpgv.text)")
        let output = home.scratch.path + "/output"
        let gpg = try home.gpg(["--output", output, "--verify", file])
        #expect(gpg.status == 0, "\(gpg.text)")

        let plain = try home.scratch.file("plain", text.utf8)
        let theirs = home.scratch.path + "/theirs"
        #expect(
            try home.gpg([
                "--no-emit-version", "-u", key, "--digest-algo", "SHA512", "--output", theirs, "--clear-sign", plain,
            ]).status == 0)
        let head = { (bytes: [UInt8]) in
            String(decoding: bytes, as: UTF8.self).components(separatedBy: "\n-----BEGIN PGP SIGNATURE-----\n\n")
                .dropLast().joined(separator: "|")
        }
        #expect(head(message) == head(try home.scratch.bytes("theirs")))
        let parsed = try CleartextMessage(reading: message, name: "it")
        let read = try CleartextMessage(reading: home.scratch.bytes("theirs"), name: "it")
        #expect(parsed.text == read.text)
        let verdict = try GPGVerifier(keys: [ring]).verify(parsed.signatures, of: ByteSource(parsed.signed, name: "it"))
        guard case .good(let found) = verdict else { throw Failure(.failed, verdict.words) }
        #expect(found.primary == key)
    }

    @Test func `several keys sign one text`() throws {
        let other = try GPGHome()
        let keys = try (home.key(), other.key("ed25519"))
        let signers: [any OpenPGPSigner] = try [
            GPGSigner(fingerprint: keys.0, home: home.path),
            GPGSigner(fingerprint: keys.1, home: other.path, use: .files).dated(2_000_000_000),
        ]
        let message = try signers.clearsigned(Array("a text\n".utf8))
        let parsed = try CleartextMessage(reading: message, name: "it")
        let packets = try Packet.read(parsed.signatures, name: "it")
        #expect(packets.count == 2)
        let rings = try [home.scratch.file("one", home.export(keys.0)), home.scratch.file("two", other.export(keys.1))]
        let source = ByteSource(parsed.signed, name: "the text")
        let both = try GPGVerifier(keys: rings).verdicts(parsed.signatures, of: source)
        #expect(both.map { if case .good(let signer) = $0 { signer.primary } else { $0.words } } == [keys.0, keys.1])
        let one = try GPGVerifier(keys: [rings[0]]).verdicts(parsed.signatures, of: source)
        #expect(one.count == 2 && one.last == .unknownKey(fingerprint: keys.1), "\(one)")
        let changed = ByteSource(Array("another text".utf8), name: "the text")
        let verdicts = try GPGVerifier(keys: rings).verdicts(parsed.signatures, of: changed)
        #expect(verdicts == [.bad(fingerprint: keys.0)])
        let last = try GPGVerifier(keys: [rings[1]]).verdicts(parsed.signatures, of: source)
        #expect(last.map { if case .good(let signer) = $0 { signer.primary } else { $0.words } }.last == keys.1)
    }

    @Test func `digests that differ are all named`() throws {
        let keys = try (home.key(), home.key())
        let command = try home.scratch.file(
            "command",
            """
            #!/bin/sh
            [ "$1" = openpgp-text ] || exit 1
            tee \(home.scratch.path)/input |
                gpg --homedir \(home.path) --batch --no-tty --digest-algo SHA256 -u "$2!" --textmode --detach-sign
            """.utf8, mode: 0o700)
        let ring = try home.scratch.file("ring.gpg", home.export(keys.0, keys.1))
        let signers: [any OpenPGPSigner] = try [
            GPGSigner(fingerprint: keys.0, home: home.path),
            ExternalOpenPGPSigner(command: command, fingerprint: keys.1, publicKey: ring),
        ]
        let message = try signers.clearsigned(Array("one \ntwo\n\n".utf8))
        #expect(String(decoding: message, as: UTF8.self).contains("\nHash: SHA512,SHA256\n\none \ntwo\n\n-----BEGIN"))
        #expect(try home.scratch.bytes("input") == Array("one\r\ntwo\r\n".utf8))
        let result = try run("/usr/bin/gpgv", ["--keyring", ring, home.scratch.file("m", message)])
        #expect(result.status == 0, "\(result.text)")
    }

    @Test func `a command that signs bytes where a text was asked for is refused`() throws {
        let key = try home.key()
        let command = try home.scratch.file(
            "command", "#!/bin/sh\nexec gpg --homedir \(home.path) --batch --no-tty -u \"$2!\" --detach-sign\n".utf8,
            mode: 0o700)
        let signer = try ExternalOpenPGPSigner(command: command, fingerprint: key)
        let failure = #expect(throws: Failure.self) { try signer.clearsigned(Array("x\n".utf8)) }
        #expect(failure?.cause == "expected a signature over text (type 1), found type 0")
    }

    @Test(arguments: ["a\rb\n", "a\0b\n", "a\r\n", String(repeating: "x", count: 19_001)])
    func `what isn't such a text is refused`(text: String) throws {
        let signer = try GPGSigner(fingerprint: home.key(), home: home.path)
        let failure = #expect(throws: Failure.self) { try signer.clearsigned(Array(text.utf8)) }
        #expect(failure?.code == .usage)
    }

    private static let whole = """
        -----BEGIN PGP SIGNED MESSAGE-----
        Hash: SHA512

        text
        -----BEGIN PGP SIGNATURE-----

        iAA=
        -----END PGP SIGNATURE-----

        """

    @Test func `the form is apt's`() throws {
        let message = try CleartextMessage(reading: Array(Self.whole.utf8), name: "it")
        #expect(message.text == Array("text\n".utf8) && message.signatures == [0x88, 0])
        let blanks = Self.whole.replacing("text\n", with: "- - text \t\r\n\r\n").replacing(
            "SHA512\n", with: "SHA512 \r\n")
        #expect(try CleartextMessage(reading: Array(blanks.utf8), name: "it").text == Array("- text\n\n".utf8))
        let twice = Self.whole + "-----BEGIN PGP SIGNATURE-----\n\niAFB\n-----END PGP SIGNATURE-----\n"
        #expect(try CleartextMessage(reading: Array(twice.utf8), name: "it").signatures == [0x88, 0, 0x88, 1, 0x41])
    }

    @Test(arguments: [
        ("", ""), ("-----BEGIN PGP SIGNED", "x\n-----BEGIN PGP SIGNED"), ("Hash: SHA512\n\n", "Hash: SHA512\n"),
        ("Hash:", "-Hash:"), ("text\n", "-text\n"), ("text\n", "-----BEGIN PGP SIGNED MESSAGE-----\n"),
        ("iAA=\n", "-iAA=\n"),
        ("-----END PGP SIGNATURE-----\n", ""), ("-----END PGP SIGNATURE-----\n", "-----END PGP SIGNATURE-----\n\n"),
        ("-----END PGP SIGNATURE-----\n", "-----END PGP SIGNATURE-----\nOrigin: evil\n"), ("iAA=", "i!AA"),
        ("iAA=", "mAA="),
        ("-----BEGIN PGP SIGNATURE-----", "-----BEGIN PGP MESSAGE-----"),
    ])
    func `what apt refuses is refused with its line`(part: String, other: String) {
        let text = part.isEmpty ? "" : Self.whole.replacing(part, with: other)
        let failure = #expect(throws: Failure.self) { try CleartextMessage(reading: Array(text.utf8), name: "it") }
        #expect(failure?.code == .integrity)
    }
}

@Suite struct ArmoredSignaturesTests {
    private static let block = "-----BEGIN PGP SIGNATURE-----\n\niAA=\n-----END PGP SIGNATURE-----\n"

    @Test func `armored blocks are all that is taken`() throws {
        #expect(try ArmoredSignatures.packets(Array(Self.block.utf8), name: "it") == [0x88, 0])
        let twice = Self.block + "\n" + Self.block.replacing("\n\n", with: "\nComment: x\n\n")
        #expect(try ArmoredSignatures.packets(Array(twice.utf8), name: "it") == [0x88, 0, 0x88, 0])
    }

    @Test(arguments: [
        "", "\u{88}\0", "x\n" + block, block + "x\n", block.replacing("-----END PGP SIGNATURE-----\n", with: ""),
        block.replacing("iAA=", with: "mAA="), block.replacing("iAA=", with: "iAB="),
        block.replacing("iAA=", with: "i!AA="),
    ])
    func `anything else is refused`(text: String) {
        let failure = #expect(throws: Failure.self) { try ArmoredSignatures.packets(Array(text.utf8), name: "it") }
        #expect(failure?.code == .integrity)
    }
}
