import Diagnostics
import Digests
import Foundation
import LinuxIO
import Signing
import Testing

@Suite struct SignerTests {
    private let scratch: Scratch
    private let message = Array("what is signed".utf8)
    private let noPassphrase: () throws(Failure) -> SecretBytes = { () throws(Failure) in
        throw Failure(.failed, "asked for a passphrase")
    }

    init() throws { scratch = try Scratch() }

    @Test func `a signature is valid for its key and message alone`() throws {
        let signer = try Signer.generate()
        let signature = try signer.sign(message)
        #expect(signature.count == 64 && signer.publicKey.bytes.count == 32)
        #expect(Ed25519.isValid(signature, of: message, publicKey: signer.publicKey.bytes))
        #expect(signer.publicKey.isValid(signature, of: message))
        #expect(!signer.publicKey.isValid(signature, of: message + [0]))
        #expect(try !Signer.generate().publicKey.isValid(signature, of: message))
        #expect(try signer.sign(message) == signature)
    }

    @Test(arguments: [nil, "correct horse", "ä\u{1F511}", String(repeating: "x", count: 1024)])
    func `a pair reads back`(passphrase: String?) throws {
        let signer = try Signer.generate()
        let paths = try signer.write(
            prefix: scratch.path + "/release", passphrase: passphrase.map { try secret($0) }, overwriting: false)
        #expect(fileStatus(paths.privateKey)?.mode == 0o600)
        #expect(fileStatus(paths.publicKey)?.mode == 0o644)
        let read = try Signer.load(path: paths.privateKey) { () throws(Failure) in
            guard let passphrase else { throw Failure(.failed, "asked for a passphrase") }
            return try secret(passphrase)
        }
        #expect(read.publicKey == signer.publicKey)
        #expect(try read.sign(message) == signer.sign(message))
        #expect(try PublicKey(path: paths.publicKey) == signer.publicKey)
    }

    @Test(arguments: [false, true]) func `openssl reads our pairs and accepts our signatures`(encrypted: Bool) throws {
        let signer = try Signer.generate()
        let paths = try signer.write(
            prefix: scratch.path + "/k", passphrase: encrypted ? secret("pass") : nil, overwriting: false)
        let text = try String(decoding: scratch.bytes("k.key"), as: UTF8.self)
        #expect(text.hasPrefix(encrypted ? "-----BEGIN ENCRYPTED PRIVATE KEY-----" : "-----BEGIN PRIVATE KEY-----"))
        let derived = try openssl("pkey", "-in", paths.privateKey, "-passin", "pass:pass", "-pubout")
        #expect(try derived.text == String(decoding: scratch.bytes("k.pub"), as: UTF8.self))
        let wrong = try openssl("pkey", "-in", paths.privateKey, "-passin", "pass:wrong", "-noout")
        #expect((wrong.status == 0) == !encrypted)
        let verified = try openssl(
            "pkeyutl", "-verify", "-pubin", "-inkey", paths.publicKey, "-rawin",
            "-in", scratch.file("message", message), "-sigfile", scratch.file("signature", signer.sign(message)))
        #expect(verified.status == 0, "\(verified.text)")
    }

    @Test(arguments: [[], ["-aes-256-cbc", "-pass", "pass:pass"]]) func `pairs made by openssl are read`(
        options: [String]
    ) throws {
        let path = scratch.path + "/theirs.key"
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = ["genpkey", "-algorithm", "ed25519", "-out", path] + options
        try process.run()
        process.waitUntilExit()
        let signer = try Signer.load(path: path) { () throws(Failure) in try secret("pass") }
        _ = try openssl("pkey", "-in", path, "-passin", "pass:pass", "-pubout", "-out", scratch.path + "/theirs.pub")
        #expect(try PublicKey(path: scratch.path + "/theirs.pub") == signer.publicKey)
    }

    @Test func `a wrong passphrase is told apart`() throws {
        let paths = try Signer.generate().write(
            prefix: scratch.path + "/k", passphrase: secret("right"), overwriting: false)
        for wrong in ["wrong", "right ", "righ"] {
            let failure = #expect(throws: Failure.self) {
                try Signer.load(path: paths.privateKey) { () throws(Failure) in try secret(wrong) }
            }
            #expect(failure?.code == .usage && failure?.message.contains("passphrase") == true)
            #expect(failure?.rendered.contains("right ") == false)
        }
    }

    @Test(arguments: [0o644, 0o640, 0o602]) func `a private key that others can reach is refused`(mode: Int) throws {
        let paths = try Signer.generate().write(prefix: scratch.path + "/k", passphrase: nil, overwriting: false)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: paths.privateKey)
        let failure = #expect(throws: Failure.self) {
            try Signer.load(path: paths.privateKey, passphrase: noPassphrase)
        }
        #expect(failure?.hints.first?.contains("chmod 600") == true)
    }

    @Test func `a pair isn't overwritten unasked`() throws {
        let prefix = scratch.path + "/k"
        let signer = try Signer.generate()
        _ = try signer.write(prefix: prefix, passphrase: nil, overwriting: false)
        let before = try scratch.bytes("k.key")
        for name in ["k.key", "k.pub"] {
            let failure = #expect(throws: Failure.self) {
                try Signer.generate().write(prefix: prefix, passphrase: nil, overwriting: false)
            }
            #expect(failure?.code == .conflict && failure?.message.contains(name) == true)
            #expect(try name == "k.pub" || scratch.bytes("k.key") == before)
            try FileManager.default.removeItem(atPath: scratch.path + "/" + name)
            if name == "k.key" { #expect(fileStatus(scratch.path + "/k.key") == nil) }
        }
        _ = try signer.write(prefix: prefix, passphrase: nil, overwriting: false)
        let other = try Signer.generate()
        let paths = try other.write(prefix: prefix, passphrase: nil, overwriting: true)
        #expect(try Signer.load(path: paths.privateKey, passphrase: noPassphrase).publicKey == other.publicKey)
    }

    @Test func `a link where the private key goes isn't followed`() throws {
        let target = try scratch.file("target", "mine".utf8, mode: 0o644)
        try FileManager.default.createSymbolicLink(atPath: scratch.path + "/k.key", withDestinationPath: target)
        #expect(throws: Failure.self) {
            try Signer.generate().write(prefix: scratch.path + "/k", passphrase: nil, overwriting: false)
        }
        let paths = try Signer.generate().write(prefix: scratch.path + "/k", passphrase: nil, overwriting: true)
        #expect(try scratch.bytes("target") == Array("mine".utf8))
        #expect(fileStatus(paths.privateKey)?.mode == 0o600)
    }

    @Test func `other files than keys are named`() throws {
        let paths = try Signer.generate().write(prefix: scratch.path + "/k", passphrase: nil, overwriting: false)
        _ = try openssl("genpkey", "-algorithm", "x25519", "-out", scratch.path + "/x25519.key")
        let key = try scratch.bytes("k.key")
        let files = [
            try scratch.file("public", scratch.bytes("k.pub")), scratch.path + "/x25519.key",
            try scratch.file("empty", []), try scratch.file("noise", [0, 1, 2, 255]),
            try scratch.file("cut", key.prefix(60)), try scratch.file("two", key + key),
            try scratch.file("large", [UInt8](repeating: 10, count: 70_000)),
        ]
        for file in files {
            let failure = #expect(throws: Failure.self) { try Signer.load(path: file, passphrase: noPassphrase) }
            #expect(failure?.message.contains(PathText.lastComponent(file)) == true)
        }
        #expect(throws: Failure.self) { try PublicKey(path: paths.privateKey) }
        #expect(throws: Failure.self) { try PublicKey(path: files[3]) }
    }

    @Test func `the fingerprint is the SHA-256 of the raw key`() throws {
        // RFC 8032, section 7.1, test 1; the digest is sha256sum's.
        let hex = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
        let key = try PublicKey(bytes: try #require(Hexadecimal.bytes(hex)))
        #expect(key.fingerprint == "21fe31dfa154a261626bf854046fd2271b7bed4b6abe45aa58877ef47f9721b9")
        #expect(throws: Failure.self) { try PublicKey(bytes: [1, 2, 3]) }
    }
}
