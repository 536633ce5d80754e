import ByteIO
import Diagnostics
import LinuxIO
import Signing
import Testing

@testable import APTRepository

/// Readers get whatever a server sends: they read it or refuse it with `.integrity`, and never trap.
@Suite struct MutationTests {
    private static let digest = String(repeating: "ab", count: 32)
    private static let stanza = """
        Package: some-agent
        Architecture: amd64
        Version: 1:1.2-3
        Filename: pool/main/s/some-agent/some-agent_1.2-3_amd64.deb
        Size: 123
        MD5sum: 0123456789abcdef0123456789abcdef
        SHA256: \(digest)
        Description: x
         more


        """
    private static let release = """
        Origin: Example
        Codename: bookworm
        Date: Fri, 15 Jan 2027 08:00:00 UTC
        Valid-Until: Friday, 15-Jan-27 08:00:00 GMT
        Acquire-By-Hash: yes
        Architectures: amd64
        MD5Sum:
         0123456789abcdef0123456789abcdef 12 main/x
        SHA256:
         \(digest)       12 main/x
         \(digest)       13 main/y

        """
    private static let message = """
        -----BEGIN PGP SIGNED MESSAGE-----
        Hash: SHA512

        Origin: Example
        - -dash
        -----BEGIN PGP SIGNATURE-----

        iAA=
        -----END PGP SIGNATURE-----

        """

    /// Texts that differ in some bytes: changed, removed, repeated, cut.
    private func mutations(_ text: String, _ count: Int) -> [[UInt8]] {
        var state: UInt64 = 7
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % max(1, bound)
        }
        let special = bytes("\n\r\t :-+0129=/.\0\u{7f}A~") + [0xFF, 0x80]
        return (0..<count).map { _ in
            var content = bytes(text)
            for _ in 0...next(3) where !content.isEmpty {
                let place = next(content.count)
                switch next(5) {
                case 0: content[place] = special[next(special.count)]
                case 1: content.remove(at: place)
                case 2: content.insert(special[next(special.count)], at: place)
                case 3: content.removeLast(content.count - place)
                default: content.insert(contentsOf: content[place..<min(content.count, place + next(40))], at: place)
                }
            }
            return content
        }
    }

    private func refusesOrReads(_ text: String, _ read: ([UInt8]) throws -> Void) {
        var refused = 0
        let mutations = mutations(text, 20_000)
        for mutation in mutations {
            do {
                try read(mutation)
            } catch let failure as Failure where failure.code == .integrity {
                refused += 1
            } catch {
                Issue.record("\(error)")
            }
        }
        #expect(refused > 0 && refused < mutations.count)
    }

    @Test func `Release files are read or refused`() {
        refusesOrReads(Self.release) { text in
            let release = try ReleaseFile(parsing: text, name: "Release")
            #expect(release.files.allSatisfy { ReleaseFile.problem(ofPath: $0.path) == nil })
        }
    }

    @Test func `stanzas are read or refused`() {
        refusesOrReads(Self.stanza) { text in
            let record = try PackagesRecord(parsing: text)
            #expect(!record.filename.isEmpty && record.key == record.key && !(record.key < record.key))
        }
    }

    @Test func `streams of stanzas are read to their end`() {
        refusesOrReads(Self.stanza + Self.stanza) { text in
            var place = 0
            var reader = StanzaReader()
            var seen: [UInt8] = []
            try reader.forEach(
                fill: { buffer throws(Failure) in
                    // Few bytes at a time, so that stanzas are cut everywhere.
                    let count = min(7, buffer.count, text.count - place)
                    buffer.copyBytes(from: text[place..<place + count])
                    place += count
                    return count
                },
                { stanza throws(Failure) in
                    seen += stanza
                    _ = try PackagesStanza(stanza)
                })
            #expect(seen.filter { $0 != 0x0A } == text.filter { $0 != 0x0A })
        }
    }

    @Test func `signed messages are read or refused`() {
        refusesOrReads(Self.message) { text in
            let message = try CleartextMessage(reading: text, name: "InRelease")
            #expect(message.text.count < text.count)
        }
    }

    @Test func `Contents are read or refused`() {
        refusesOrReads("usr/bin/a\t  utils/a,b\nopt/with blank   utils/c\n") { text in
            for line in text.split(separator: 0x0A) {
                let read = try Array(line).withRawBytes { bytes throws(Failure) in try ContentsLine(bytes) }
                #expect(try read.bytes.withRawBytes { bytes throws(Failure) in try ContentsLine(bytes) } == read)
            }
        }
    }
}
