import Diagnostics
import Digests
import Foundation
import LinuxIO
import OpenPGP
import Signing
import Testing

@Suite struct ExternalSignerTests {
    private let scratch: Scratch
    private let content = Array("what is signed\n".utf8)
    private var source: ByteSource { ByteSource(content, name: "the content") }

    init() throws { scratch = try Scratch() }

    private func command(_ body: String) throws -> String {
        try scratch.file("command", "#!/bin/sh\n\(body)\n".utf8, mode: 0o700)
    }

    @Test func `a command gets kind, fingerprint and bytes and gives an Ed25519 signature`() throws {
        let key = try Signer.generate()
        let paths = try key.write(prefix: scratch.path + "/k", passphrase: nil, overwriting: false)
        let path = try command(
            """
            echo "$@" > \(scratch.path)/arguments
            cat > \(scratch.path)/input
            exec openssl pkeyutl -sign -inkey \(paths.privateKey) -rawin -in \(scratch.path)/input
            """)
        let signer = try ExternalMessageSigner(command: path, publicKey: key.publicKey)
        #expect(try signer.sign(content) == key.sign(content))
        #expect(try scratch.bytes("arguments") == Array("ed25519 \(key.publicKey.fingerprint)\n".utf8))
        #expect(try scratch.bytes("input") == content)
        let other = try ExternalMessageSigner(command: path, publicKey: Signer.generate().publicKey)
        let failure = #expect(throws: Failure.self) { try other.sign(content) }
        #expect(failure?.cause == "the 64 bytes don't verify with that key")
    }

    @Test func `a command that calls gpg signs, and what it gives is verified`() throws {
        let home = try GPGHome()
        let key = try home.key()
        let ring = try home.scratch.file("ring.gpg", home.export(key))
        let gpg = "gpg --homedir \(home.path) --batch --no-tty --digest-algo SHA512 -u"
        let good = try command("[ \"$1\" = openpgp ] && exec \(gpg) \"$2!\" --detach-sign")
        let signer = try ExternalOpenPGPSigner(command: good, fingerprint: key, publicKey: ring)
        let file = try home.scratch.file("content", content)
        let signature = try home.scratch.file("s", signer.detached(source))
        #expect(try run("/usr/bin/gpgv", ["--keyring", ring, signature, file]).status == 0)
        let unchecked = try ExternalOpenPGPSigner(command: good, fingerprint: key)
        #expect(try !unchecked.detached(source).isEmpty)

        let other = try home.key()
        let commands = [
            ("cat > /dev/null; echo other | \(gpg) \"$2!\" --detach-sign", "BAD"),
            ("exec \(gpg) \"\(other)!\" --detach-sign", "expected the key"),
            ("exec \(gpg) \"$2!\" --digest-algo SHA1 --detach-sign", "SHA-1"),
            ("exec \(gpg) \"$2!\" --textmode --detach-sign", "type 1"),
            ("exec \(gpg) \"$2!\" --default-sig-expire 1y --detach-sign", "expire"),
            ("exec \(gpg) \"$2!\" --detach-sign -u \"\(other)!\"", "found 2, 2"),
        ]
        for (body, cause) in commands {
            let signer = try ExternalOpenPGPSigner(command: command(body), fingerprint: key, publicKey: ring)
            let failure = #expect(throws: Failure.self, "\(body)") { try signer.detached(source) }
            #expect(failure?.code == .failed && failure?.cause?.contains(cause) == true, "\(failure?.rendered ?? "")")
        }
    }

    @Test func `an armored signature is called that`() throws {
        let home = try GPGHome()
        let key = try home.key()
        let path = try command("exec gpg --homedir \(home.path) --batch --no-tty -u $2 --armor --detach-sign")
        let signer = try ExternalOpenPGPSigner(command: path, fingerprint: key)
        let failure = #expect(throws: Failure.self) { try signer.detached(source) }
        #expect(failure?.message.contains("armored") == true, "\(failure?.rendered ?? "")")
    }

    @Test func `packages take RSA alone, with the public key at hand or without`() throws {
        let home = try GPGHome()
        let key = try home.key("ed25519")
        let ring = try home.scratch.file("ring.gpg", home.export(key))
        let path = try command(
            "exec gpg --homedir \(home.path) --batch --no-tty --digest-algo SHA512 -u $2 --detach-sign")
        let early = #expect(throws: Failure.self) {
            try ExternalOpenPGPSigner(command: path, fingerprint: key, publicKey: ring)
        }
        #expect(early?.code == .usage && early?.message.contains("need RSA") == true)
        let late = #expect(throws: Failure.self) {
            try ExternalOpenPGPSigner(command: path, fingerprint: key).detached(source)
        }
        #expect(late?.cause?.contains("expected RSA") == true)
        for publicKey in [ring, nil] {
            let signer = try ExternalOpenPGPSigner(
                command: path, fingerprint: key, publicKey: publicKey, use: .files)
            #expect(try !signer.detached(source).isEmpty)
        }
    }

    @Test(arguments: [
        ("echo why >&2; exit 3", "status 3", "why"),
        ("printf 'a\\302\\233b\\n' >&2; exit 3", "status 3", "a\\x9bb"), ("kill -9 $$", "status 137", nil),
        ("cat > /dev/null", "nothing", nil),
        ("head -c 200000 /dev/zero", "more than 64 bytes", nil),
    ])
    func `a command that fails is named with its own words`(body: String, message: String, cause: String?) throws {
        let key = try Signer.generate().publicKey
        let signer = try ExternalMessageSigner(command: command(body), publicKey: key)
        let failure = #expect(throws: Failure.self) { try signer.sign([UInt8](repeating: 0, count: 1 << 20)) }
        #expect(failure?.message.contains(message) == true && failure?.cause == cause, "\(failure?.rendered ?? "")")
    }

    @Test func `a command that hangs is ended`() throws {
        let signer = try ExternalMessageSigner(
            command: command("exec sleep 600"), publicKey: Signer.generate().publicKey, timeout: 1)
        let failure = #expect(throws: Failure.self) { try signer.sign(content) }
        #expect(failure?.message.contains("longer than 1 seconds") == true)
    }

    @Test func `a command that isn't there is a mistake of the user`() throws {
        let key = try Signer.generate().publicKey
        for path in [scratch.path + "/missing", scratch.path] {
            let failure = #expect(throws: Failure.self) { try ExternalMessageSigner(command: path, publicKey: key) }
            #expect(failure?.code == .usage)
        }
    }

    @Test func `large content passes in pieces`() throws {
        // 64 MB that are made while they are read; the command's answer is their digest.
        let source = ByteSource(size: 64 << 20, name: "zeros") { _, buffer in
            buffer.initializeMemory(as: UInt8.self, repeating: 0)
        }
        let result = try Subprocess.run(["/usr/bin/sha256sum"], feeding: source)
        #expect(result.text.hasPrefix("3b6a07d0d404fab4e23b6d34bc6696a6a312dd92821332385e5af7c01c421351"))
    }
}
