import Diagnostics
import Digests
import Foundation
import LinuxIO
import OpenPGP
import Testing

@testable import Signing

@Suite struct GPGSignerTests {
    private let home: GPGHome
    private let content = Array("what is signed\n".utf8)
    private var source: ByteSource { ByteSource(content, name: "the content") }

    init() throws { home = try GPGHome() }

    @Test func `gpg and gpgv accept what we sign`() throws {
        let key = try home.key()
        let signer = try GPGSigner(fingerprint: key.lowercased(), home: home.path)
        let file = try home.scratch.file("content", content)
        let binary = try home.scratch.file("content.sig", signer.detached(source))
        let armored = try home.scratch.file("content.asc", signer.armored(source))
        let ring = try home.scratch.file("ring.gpg", signer.publicKey)
        for signature in [binary, armored] {
            #expect(try home.gpg(["--verify", signature, file]).status == 0)
            let result = try run("/usr/bin/gpgv", ["--keyring", ring, signature, file])
            #expect(result.status == 0 && result.text.contains("Good signature"), "\(result.text)")
        }
        let changed = try home.scratch.file("changed", content + [0])
        #expect(try home.gpg(["--verify", binary, changed]).status == 1)
    }

    @Test func `a signature is of the universal form`() throws {
        let key = try home.key()
        let signature = try GPGSigner(fingerprint: key, home: home.path).detached(source)
        let packet = try SignaturePacket(signature, name: "it")
        #expect(packet.version == 4 && packet.type == 0 && packet.algorithm == .rsa && packet.hash == .sha512)
        #expect(
            packet.hashed.contains { $0.kind == .issuerFingerprint }
                && packet.issuerFingerprint == Hexadecimal.bytes(key.lowercased()))
        let listing = try home.gpg(["--list-packets", home.scratch.file("s", signature)]).text
        #expect(listing.contains("version 4, created \(packet.creation ?? 0), md5len 0, sigclass 0x00"), "\(listing)")
        #expect(listing.contains("digest algo 10"))
    }

    @Test func `equal content has equal signatures at a given time`() throws {
        let key = try home.key()
        let created = try Certificate.read(home.export(key), name: "it")[0].primary.creation
        for time in [Int64(created) + 86400, 946_684_800] {
            let one = try GPGSigner(fingerprint: key, home: home.path).dated(time).detached(source)
            let other = try GPGSigner(fingerprint: key, home: home.path).dated(time).detached(source)
            #expect(one == other)
            #expect(try SignaturePacket(one, name: "it").creation.map { Int64($0) } == max(time, Int64(created)))
            let file = try home.scratch.file("content", content)
            #expect(try home.gpg(["--verify", home.scratch.file("s", one), file]).text.contains("Good signature"))
        }
    }

    @Test func `a passphrase comes from a file and is read once`() throws {
        let key = try home.key(passphrase: "correct horse")
        let file = try home.scratch.file("phrase", "correct horse\n".utf8)
        let signer = try GPGSigner(fingerprint: key, home: home.path, passphrase: .file(file))
        let first = try signer.detached(source)
        try FileManager.default.removeItem(atPath: file)
        // The agent keeps no passphrase that came through loopback once it is told to forget.
        _ = try run("/usr/bin/gpgconf", ["--homedir", home.path, "--reload", "gpg-agent"])
        #expect(try !signer.detached(source).isEmpty && !first.isEmpty)
    }

    @Test func `a passphrase in the environment reaches no child's environment`() throws {
        let key = try home.key(passphrase: "correct horse")
        _ = try run("/usr/bin/gpgconf", ["--homedir", home.path, "--kill", "gpg-agent"])
        setenv("AGENTPACK_TEST_GPG_PHRASE", "correct horse", 1)
        let signer = try GPGSigner(
            fingerprint: key, home: home.path, passphrase: .environment("AGENTPACK_TEST_GPG_PHRASE"))
        #expect(getenv("AGENTPACK_TEST_GPG_PHRASE") == nil)
        #expect(try !signer.detached(source).isEmpty)
        let answer = try run("/usr/bin/gpg-connect-agent", ["--homedir", home.path, "getinfo pid", "/bye"]).text
        let agent = try #require(answer.split(separator: "\n").first?.split(separator: " ").last)
        let environment = try Data(contentsOf: URL(filePath: "/proc/\(agent)/environ"))
        #expect(!environment.isEmpty && !String(decoding: environment, as: UTF8.self).contains("correct horse"))
    }

    @Test func `a wrong or missing passphrase is named and never shown`() throws {
        let key = try home.key(passphrase: "correct horse")
        _ = try run("/usr/bin/gpgconf", ["--homedir", home.path, "--reload", "gpg-agent"])
        let wrong = try home.scratch.file("phrase", "wrong-one\n".utf8)
        let failure = #expect(throws: Failure.self) {
            try GPGSigner(fingerprint: key, home: home.path, passphrase: .file(wrong)).detached(source)
        }
        #expect(
            failure?.code == .usage && failure?.message.contains("passphrase is wrong") == true,
            "\(failure?.rendered ?? "")")
        #expect(failure?.rendered.contains("wrong-one") == false)
        let missing = #expect(throws: Failure.self) {
            try GPGSigner(fingerprint: key, home: home.path, passphrase: .file("/nonexistent/f")).detached(source)
        }
        #expect(missing?.rendered.contains("/nonexistent/f") == true, "\(missing?.rendered ?? "")")
    }

    @Test func `the primary key signs even where a subkey could`() throws {
        let key = try home.key("rsa2048", usage: "sign,cert")
        try home.gpg(["--passphrase", "", "--quick-add-key", key, "rsa2048", "sign", "never"])
        let packet = try SignaturePacket(
            GPGSigner(fingerprint: key, home: home.path).detached(source), name: "it")
        #expect(packet.issuerFingerprint == Hexadecimal.bytes(key.lowercased()))
        let subkey = try #require(try Certificate.read(home.export(key), name: "it").first?.subkeys.first)
        let failure = #expect(throws: Failure.self) {
            try GPGSigner(fingerprint: subkey.key.fingerprint, home: home.path)
        }
        #expect(failure?.message.contains("is a subkey") == true)
    }

    @Test(arguments: ["ABCD1234", "140B29EBE4F13A4B", "", "test@example.com", String(repeating: "g", count: 40)])
    func `anything shorter than a fingerprint is refused`(text: String) {
        let failure = #expect(throws: Failure.self) { try GPGSigner(fingerprint: text, home: home.path) }
        #expect(failure?.code == .usage && failure?.message.contains("40 hexadecimal digits") == true)
    }

    @Test func `keys that old rpm can't verify are refused for packages alone`() throws {
        let edwards = try home.key("ed25519")
        let failure = #expect(throws: Failure.self) { try GPGSigner(fingerprint: edwards, home: home.path) }
        #expect(failure?.code == .usage && failure?.message.contains("RSA") == true)
        #expect(try !GPGSigner(fingerprint: edwards, home: home.path, use: .files).detached(source).isEmpty)
        let certifier = try home.key("rsa2048", usage: "cert")
        try home.gpg(["--passphrase", "", "--quick-add-key", certifier, "rsa2048", "sign", "never"])
        let other = #expect(throws: Failure.self) { try GPGSigner(fingerprint: certifier, home: home.path) }
        #expect(other?.message.contains("primary key") == true)
        let small = try home.key("rsa1024")
        #expect(throws: Failure.self) { try GPGSigner(fingerprint: small, home: home.path) }
    }

    @Test func `a key that isn't there or is public alone is named`() throws {
        let absent = String(repeating: "A", count: 40)
        let failure = #expect(throws: Failure.self) { try GPGSigner(fingerprint: absent, home: home.path) }
        #expect(failure?.code == .usage && failure?.message.contains("no key \(absent)") == true)
        let other = try GPGHome()
        let key = try other.key()
        try home.gpg(["--import", home.scratch.file("k", other.export(key))])
        let publicAlone = #expect(throws: Failure.self) { try GPGSigner(fingerprint: key, home: home.path) }
        #expect(publicAlone?.message.contains("no secret key") == true)
    }

    @Test func `what reading the content throws comes through`() throws {
        let key = try home.key()
        let broken = ByteSource(size: 1 << 20, name: "the content") { offset, _ throws(Failure) in
            throw Failure(.integrity, "broken at \(offset)")
        }
        let failure = #expect(throws: Failure.self) {
            try GPGSigner(fingerprint: key, home: home.path).detached(broken)
        }
        #expect(failure == Failure(.integrity, "broken at 0"))
    }

    @Test func `nothing is left of a temporary home`() throws {
        let path = try { () throws(Failure) in
            let temporary = try TemporaryHome(settings: ["no-autostart"])
            #expect(fileStatus(temporary.path)?.mode == 0o700)
            try temporary.useAgent(of: home.path)
            return temporary.path
        }()
        #expect(fileStatus(path) == nil)
    }

    @Test func `large content is read in large pieces, once`() throws {
        let size = 200 << 20
        var pieces = 0
        var next: UInt64 = 0
        let source = ByteSource(size: UInt64(size), name: "zeros") { offset, buffer throws(Failure) in
            guard offset == next else { throw Failure(.failed, "read again at \(offset)") }
            buffer.initializeMemory(as: UInt8.self, repeating: 0)
            next += UInt64(buffer.count)
            pieces += 1
        }
        let signature = try GPGSigner(fingerprint: home.key(), home: home.path).detached(source)
        #expect(next == UInt64(size) && pieces < size / 60_000, "\(pieces)")
        let path = try home.scratch.file("zeros", [])
        truncate(path, size)
        #expect(try home.gpg(["--verify", home.scratch.file("s", signature), path]).status == 0)
    }

    @Test func `the present second can be a signature's time`() throws {
        let key = try home.key()
        let now = System.now
        let signer = try GPGSigner(fingerprint: key, home: home.path).dated(now)
        // The first bytes are read before gpg starts.
        let slow = ByteSource(size: 1 << 17, name: "a slow file") { offset, buffer throws(Failure) in
            if offset == 1 << 16 { System.sleep(milliseconds: 1100) }
            buffer.initializeMemory(as: UInt8.self, repeating: 0)
        }
        #expect(try SignaturePacket(signer.detached(slow), name: "it").creation.map { Int64($0) } == signer.time)
    }

    @Test func `several threads sign at once`() throws {
        let signer = try GPGSigner(fingerprint: home.key(), home: home.path).dated(0)
        let content = content
        let first = try signer.detached(source)
        try Threads.run(6) { _ throws(Failure) in
            let signature = try signer.detached(ByteSource(content, name: "the content"))
            guard signature == first else { throw Failure(.failed, "another signature") }
        }
    }

    @Test func `a signed text reads back`() throws {
        let signer = try GPGSigner(fingerprint: home.key(), home: home.path).dated(0)
        let lines = Array("Origin: x\n- dashed\n".utf8)
        let text = try signer.clearsigned(lines)
        #expect(try signer.clearsigned(lines) == text)
        #expect(String(decoding: text, as: UTF8.self).contains("Hash: SHA512\n\nOrigin: x\n- - dashed\n"))
        let ring = try home.scratch.file("ring.gpg", signer.publicKey)
        #expect(try run("/usr/bin/gpgv", ["--keyring", ring, home.scratch.file("t", text)]).status == 0)
    }
}
