import ByteIO
import DebFormat
import Diagnostics
import Digests
import IndexFiles
import LinuxIO
import Testing

@testable import APTRepository

@Suite struct PackagesRecordTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func `a package is described with its path, size and digests`() throws {
        var sample = SampleDeb()
        sample.fields += "\nHomepage: https://example.com/\nX-Odd: kept\nDepends: libc6 (>= 2.17), other\nSHA1: forged"
        let deb = try sample.open(in: scratch)
        let record = try PackagesRecord(describing: deb)
        let content = try deb.source.read(Int(deb.source.size), at: 0)
        #expect(record.size == deb.source.size)
        #expect(record.sha256 == SHA256.digest(content))
        #expect(try record.md5 == MessageDigest.digest(content, .md5))
        #expect(record.filename == "pool/main/s/some-agent/some-agent_1.2~rc1-1_amd64.deb")
        #expect(record.key == PackagesKey(package: "some-agent", version: "1.2~rc1-1", architecture: "amd64"))
        let names = String(decoding: record.bytes, as: UTF8.self).split(separator: "\n")
            .filter { !$0.hasPrefix(" ") }.map { String($0.prefix { $0 != ":" }) }
        #expect(
            names == [
                "Package", "Architecture", "Version", "Priority", "Section", "Maintainer", "Depends", "Filename",
                "Size",
                "MD5sum", "SHA256", "Homepage", "Description", "X-Odd",
            ])
        #expect(record.bytes.suffix(2).elementsEqual([0x0A, 0x0A]))
        #expect(String(decoding: record.bytes, as: UTF8.self).contains("\n .\n with a paragraph.\n"))
        #expect(try PackagesRecord(parsing: record.bytes) == record)
    }

    @Test func `a name that can't be a path is refused`() throws {
        var sample = SampleDeb()
        sample.version = "1:2:3"
        let failure = try #require(throws: Failure.self) { try PackagesRecord(describing: sample.open(in: scratch)) }
        #expect(failure.code == .usage)
    }

    @Test(arguments: [
        "", "\n\n", "Package: a\nVersion: 1\n\n", "Package: a\nVersion: 1\nArchitecture: all\nFilename: f\nSize: x\n\n",
        "Package: a\nPACKAGE: b\nVersion: 1\nArchitecture: all\nFilename: f\nSize: 1\n\n",
        "Package: a\nVersion: 1\nArchitecture: all\nFilename: f\nSize: 1\nSHA256: 12\n\n",
        "Package: a\nVersion: 1\nArchitecture: all\nFilename: f\nSize: 1\nno field\n\n",
        " Package: a\nVersion: 1\nArchitecture: all\nFilename: f\nSize: 1\n\n",
    ])
    func `what is no stanza is refused`(text: String) {
        let failure = #expect(throws: Failure.self) { try PackagesRecord(parsing: bytes(text)) }
        #expect(failure?.code == .integrity)
    }

    @Test func `fields are found whatever their case, place and blanks`() throws {
        let text = """
            Description: x
             Version: 9
            size:\t7\u{20}
            SHA256:  \(String(repeating: "aB", count: 32))
            filename: pool/a
            VERSION: 1
            Package:a
            Architecture: all

            """
        let record = try PackagesRecord(parsing: bytes(text))
        #expect(record.key.description == "a 1 all" && record.size == 7 && record.filename == "pool/a")
        #expect(record.sha256?.hex == String(repeating: "ab", count: 32) && record.md5 == nil)
    }

    @Test func `stanzas end behind their empty line`() {
        let text = bytes("Package: a\n  x\n\nPackage: bbbbbbbbbbbbbbbbbbbbbbbbbbbb\nVersion: 2\n\nPackage: c")
        text.withUnsafeBytes { text in
            #expect(PackagesIndex.end(ofRecordIn: text, from: 0) == 16)
            #expect(PackagesIndex.end(ofRecordIn: text, from: 16) == 66)
            #expect(PackagesIndex.end(ofRecordIn: text, from: 66) == nil)
        }
    }

    @Test func `an index is searched by key`() throws {
        let stanzas = ["a", "b", "c"].flatMap { name in
            ["1~rc1", "1", "1.10"].map { bytes("Package: \(name)\nVersion: \($0)\nArchitecture: all\n\n") }
        }
        let text = Array(stanzas.joined())
        let index = try PublishedIndex<PackagesIndex>(
            plain: ByteSource(text, name: "Packages"), gzip: ByteSource([], name: "Packages.gz"), xz: nil)
        #expect(try index.record(PackagesKey(package: "b", version: "1", architecture: "all")) == stanzas[4])
        #expect(try index.record(PackagesKey(package: "b", version: "1", architecture: "amd64")) == nil)
        var found: [String] = []
        try index.forEachRecord { key, _ in
            found.append(key.description)
            return true
        }
        #expect(found.count == 9 && found.last == "c 1.10 all")
    }

    @Test func `a line's end is found wherever it is`() {
        for count in 0..<40 {
            for other in [UInt8(0), 0x0B, 0x09, 0x8A, 0xFF, 0x0A] {
                let text = [UInt8](repeating: 0x41, count: count) + [0x0A] + [UInt8](repeating: other, count: 20)
                for start in 0...count {
                    #expect(text.withUnsafeBytes { Lines.end(in: $0, from: start) } == count)
                }
            }
        }
    }

    @Test func `keys are in the order of names, dpkg's versions, architectures`() {
        let sorted = [
            ("a", "2", "amd64"), ("a-b", "1", "all"), ("ab", "1~rc1", "amd64"), ("ab", "1", "amd64"),
            ("ab", "1", "arm64"),
            ("ab", "1.00", "all"), ("ab", "1.9", "all"), ("ab", "1.10", "all"), ("ab", "1:0", "all"),
        ].map { PackagesKey(package: $0.0, version: $0.1, architecture: $0.2) }
        #expect(sorted.reversed().sorted() == sorted)
        #expect(sorted.shuffled().sorted() == sorted)
        #expect(sorted[5] != PackagesKey(package: "ab", version: "1.0", architecture: "all"))
        #expect(Set(sorted).count == sorted.count)
        #expect(sorted[0].package == "a" && sorted[0].version == "2" && sorted[0].architecture == "amd64")
    }
}
