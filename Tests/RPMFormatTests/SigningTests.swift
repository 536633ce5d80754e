import Diagnostics
import LinuxIO
import TestSupport
import Testing

@testable import RPMFormat

@Suite struct SigningTests {
    @Test func `a signed package verifies with rpm, and no changed byte does`() throws {
        try withScratch { scratch in
            let key = try SigningKey(in: scratch)
            defer { key.close() }
            let path = try SampleRPM.demo().write(in: scratch) { source throws(Failure) in try key.sign(source) }
            let file = try open(path)
            #expect(try file.signatures().map(\.tag) == [.rsa, .pgp])
            _ = try file.verify()

            let database = try key.database(in: scratch)
            let good = try run(["rpmkeys"] + database + ["-Kv", path])
            #expect(good.status == 0, "\(good.text)")
            #expect(
                good.text.contains("Header V4 RSA/SHA256 Signature")
                    && good.text.contains("    V4 RSA/SHA256 Signature"))
            try scratch.makeDirectory("none")
            let unknown = try run("rpmkeys", "--dbpath", PathText.join(scratch.path, "none"), "-Kv", path)
            #expect(unknown.status != 0 && unknown.text.contains("NOKEY"))

            let bytes = try file.source.read(Int(file.source.size), at: 0)
            let signature = try #require(file.signatureHeader.entry(.rsa))
            let places = [
                "signature": Int(file.signatureHeader.offset) + signature.place + signature.size - 3,
                "header": Int(file.header.offset) + file.header.bytes.count - 40,
                "payload": bytes.count - 200,
            ]
            for (what, place) in places {
                var changed = bytes
                changed[place] ^= 0x10
                try scratch.file("changed.rpm", [.write, .create, .truncate]).write(changed)
                let copy = PathText.join(scratch.path, "changed.rpm")
                #expect(try run(["rpmkeys"] + database + ["-Kv", copy]).status != 0, "\(what)")
                // A signature's own bytes are the verifier's business.
                guard what != "signature" else { continue }
                let error = #expect(throws: Failure.self, "\(what)") { try open(copy).verify() }
                #expect(error?.code == .integrity)
            }
        }
    }

    @Test func `a key that is not RSA signs into tags of its own`() throws {
        try withScratch { scratch in
            let key = try SigningKey("ed25519", in: scratch)
            defer { key.close() }
            let path = try SampleRPM.demo().write(in: scratch) { source throws(Failure) in try key.sign(source) }
            #expect(try open(path).signatures().map(\.tag) == [.dsa, .gpg])
            let result = try run(["rpmkeys"] + key.database(in: scratch) + ["-Kv", path])
            #expect(result.status == 0 && result.text.contains("Header V4 EdDSA/SHA256 Signature"), "\(result.text)")
        }
    }

    @Test func `packages are signed in place, again and again, without a change of their payload`() throws {
        try withScratch { scratch in
            let keys = [try SigningKey(in: scratch), try SigningKey("rsa4096", in: scratch)]
            defer { keys.forEach { $0.close() } }
            let theirs = try RPMBuild.build(RPMBuild.demo, in: scratch)
            let copy = try run("cp", theirs, PathText.join(scratch.path, "theirs.rpm"))
            #expect(copy.status == 0)
            try SampleRPM.demo().write("ours.rpm", in: scratch)
            let database = try keys[1].database(in: scratch)
            for name in ["ours.rpm", "theirs.rpm"] {
                let path = PathText.join(scratch.path, name)
                let before = try open(path)
                for key in keys {
                    try open(path).sign(replacing: name, in: scratch) { source throws(Failure) in try key.sign(source) }
                }
                let after = try open(path)
                _ = try after.verify()
                #expect(after.source.size == before.source.size)
                #expect(after.header.offset == before.header.offset)
                #expect(after.signatureHeader.bytes.count == before.signatureHeader.bytes.count)
                let (old, new) = (try before.signedContent(), try after.signedContent())
                #expect(try old.read(Int(old.size), at: 0) == new.read(Int(new.size), at: 0))
                let result = try run(["rpmkeys"] + database + ["-Kv", path])
                #expect(result.status == 0, "\(result.text)")
                #expect(try after.signatures().count == 2)
            }
        }
    }

    @Test func `rpmsign uses the room that we keep, and we replace its signatures`() throws {
        try withScratch { scratch in
            let key = try SigningKey(in: scratch)
            defer { key.close() }
            let path = try SampleRPM.demo().write(in: scratch)
            let size = try open(path).source.size
            let result = try run(
                "rpmsign", "--define", "_gpg_name Test", "--define", "__gpg /usr/bin/gpg", "--define",
                "_gpg_path \(key.home)", "--addsign", "--rpmv3", path,
                environment: ["GNUPGHOME=\(key.home)"])
            #expect(result.status == 0, "\(result.text)\(result.errorText)")
            let file = try open(path)
            _ = try file.verify()
            #expect(file.source.size == size)
            let database = try key.database(in: scratch)
            #expect(try run(["rpmkeys"] + database + ["-K", path]).status == 0)
            try file.sign(replacing: "sample.rpm", in: scratch) { source throws(Failure) in try key.sign(source) }
            #expect(try open(path).source.size == size)
            #expect(try run(["rpmkeys"] + database + ["-K", path]).status == 0)
        }
    }

    @Test func `without room nothing is written`() throws {
        try withScratch { scratch in
            let path = try SampleRPM.demo().write(in: scratch)
            let before = try readFile(path)
            // A packet of 2,100 bytes: two of them don't fit 4,128.
            let packet: [UInt8] =
                [0x89, 0x08, 0x34, 4, 0, 1, 8, 0, 0, 0, 0, 7, 7, 0x41, 0x40] + [UInt8](repeating: 0xFF, count: 2088)
            let error = #expect(throws: Failure.self) {
                try open(path).sign(replacing: "sample.rpm", in: scratch) { _ in packet }
            }
            #expect(error?.code == .failed)
            #expect(error?.cause?.contains("the package has room for") == true, "\(String(describing: error))")
            #expect(try readFile(path) == before)
            #expect(try scratch.names() == ["sample.rpm"])
        }
    }

    @Test func `signatures that no rpm can read are refused`() throws {
        let armor = Array("-----BEGIN PGP SIGNATURE-----\n".utf8)
        let version3: [UInt8] = [0x89, 0, 21, 3, 5, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 1, 8, 0, 0, 0, 0]
        let certification: [UInt8] = [0x89, 0, 12, 4, 0x10, 1, 8, 0, 0, 0, 0, 0, 0, 0, 0]
        let postQuantum: [UInt8] = [0xC2, 12, 4, 0, 30, 8, 0, 0, 0, 0, 0, 0, 0, 0]
        let one: [UInt8] = [0xC2, 12, 4, 0, 1, 8, 0, 0, 0, 0, 0, 0, 0, 0]
        let two = one + one
        let truncated: [UInt8] = [0xC2, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 4, 0, 1]
        for bytes in [[], armor, version3, certification, postQuantum, two, truncated] {
            #expect(throws: Failure.self) { try RPMSignaturePacket(bytes) }
        }
        #expect(try RPMSignaturePacket(one).keyKind == .rsa)
        #expect(try RPMSignaturePacket([0x89, 0, 14, 4, 0, 22, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]).keyKind == .other)
    }
}
