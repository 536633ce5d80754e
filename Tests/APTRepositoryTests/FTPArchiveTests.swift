import DebFormat
import Diagnostics
import Digests
import Foundation
import IndexFiles
import LinuxIO
import Testing

@testable import APTRepository

/// Our indexes beside apt-ftparchive's of the same packages; every difference is in `Documentation/apt-repository.md`.
@Suite struct FTPArchiveTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// Packages with fields of every kind.
    private var samples: [SampleDeb] {
        var plain = SampleDeb()
        plain.name = "some-agent-jre"
        var full = SampleDeb()
        full.version = "2:1.10+b~1"
        full.fields = """
            Zeta: last
            description: lower case name
             \u{20}indented
             .
             end
            Homepage: https://example.com/
            Tag: role::program
            Depends: libc6 (>= 2.17),
             other | third
            Pre-Depends: dpkg
            Recommends: a
            Suggests: b
            Conflicts: c
            Breaks: d (<< 1)
            Replaces: d (<< 1)
            Enhances: e
            Provides: f (= 1)
            Installed-Size: 12
            Essential: no
            Multi-Arch: foreign
            Source: some-source (1.0)
            Section: contrib/utils
            Built-Using: gcc (= 1)
            Bugs: mailto:x@example.com
            Original-Maintainer: Other <o@example.com>
            Maintainer: Nobody <nobody@example.com>
            X-Ünïcode-free: värdet
            Alpha: first
            """.replacing("X-Ünïcode-free", with: "X-Value")
        full.files = ["etc/x.conf": "x\n", "usr/bin/a b": "", "opt/some-agent/é": ""]
        var claims = SampleDeb()
        claims.name = "claims"
        claims.fields +=
            "\nFilename: ../evil\nSize: 1\nSHA256: 12\nMD5sum: 12\nSHA1: 1\nSHA512: 2"
        var bare = SampleDeb()
        bare.name = "bare"
        bare.architecture = "all"
        bare.fields = "Maintainer: N <n@example.com>\nDescription: bare\nRecommends:\n"
        bare.files = [:]
        return [plain, full, claims, bare]
    }

    private func opened(_ sample: SampleDeb) throws -> (record: PackagesRecord, deb: DebFile) {
        let deb = try sample.open(in: scratch)
        let record = try PackagesRecord(describing: deb)
        try scratch.file("archive/\(record.filename)", deb.source.read(Int(deb.source.size), at: 0))
        return (record, deb)
    }

    private func ftparchive(_ arguments: String) throws -> String {
        try run(["sh", "-c", "cd '\(scratch.path)/archive' && exec apt-ftparchive -q \(arguments)"])
    }

    @Test func `stanzas differ from apt-ftparchive's in digests alone`() throws {
        let records = try samples.map { try opened($0).record }
        let theirs = try ftparchive("packages pool").components(separatedBy: "\n\n").filter { !$0.isEmpty }
        #expect(theirs.count == records.count)
        for record in records {
            let text = try #require(theirs.first { $0.contains("\nFilename: \(record.filename)\n") })
            let lines = text.split(separator: "\n").map(String.init)
            // They list SHA-1 and SHA-512, too, and fields that are empty.
            let rest = lines.filter { !$0.hasPrefix("SHA1: ") && !$0.hasPrefix("SHA512: ") && !$0.hasSuffix(":") }
            #expect(lines.count { $0.hasPrefix("SHA1: ") || $0.hasPrefix("SHA512: ") } == 2)
            #expect(rest.joined(separator: "\n") + "\n\n" == String(decoding: record.bytes, as: UTF8.self))
            let parsed = try PackagesRecord(parsing: bytes(text + "\n\n"))
            #expect((parsed.key, parsed.size, parsed.filename) == (record.key, record.size, record.filename))
            #expect((parsed.sha256, parsed.md5) == (record.sha256, record.md5))
        }
    }

    @Test func `Contents differ from apt-ftparchive's in nothing`() throws {
        var packages: [PackageContents] = []
        var older = samples[0]
        (older.version, older.files) = ("1.0", ["opt/some-agent/bin/run": "", "opt/some-agent/older": ""])
        for sample in samples.prefix(2) + [older] { packages.append(try PackageContents(opened(sample).deb)) }
        let records = try ContentsChange.between(nil, replacing: [], adding: packages).added
        try scratch.file("archive/dists/bookworm/empty", [])
        try scratch.file(
            "archive/generate",
            bytes(
                """
                Dir { ArchiveDir "."; CacheDir "."; };
                Default { Packages::Compress "."; Contents::Compress "."; };
                Tree "dists/bookworm" { Sections "main"; Architectures "amd64"; Directory "pool/$(SECTION)"; };

                """))
        try run(["mkdir", "-p", scratch.path + "/archive/dists/bookworm/main/binary-amd64"])
        _ = try ftparchive("generate generate")
        let theirs = try scratch.bytes("archive/dists/bookworm/main/Contents-amd64")
        func lines(_ text: [UInt8]) -> [String] {
            String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
        }
        // Theirs are in the order of a tree that compares part by part, without regard to case.
        #expect(lines(theirs).sorted() == lines(records.flatMap(\.bytes)).sorted())
        #expect(lines(theirs).count == 6)
        let read = try lines(theirs).map { try IndexRecord<ContentsIndex>(bytes($0 + "\n")) }
        #expect(read.map(\.key).sorted() == records.map(\.key))
    }

    @Test func `Release differs from apt-ftparchive's in blocks and form`() throws {
        for name in ["main/binary-amd64/Packages", "main/binary-amd64/Packages.gz", "main/Contents-amd64"] {
            try scratch.file("archive/dists/bookworm/\(name)", bytes(name))
        }
        let options = [
            "Origin=Example", "Label=L", "Suite=stable", "Codename=bookworm", "Version=1.0",
            "Architectures=amd64 arm64",
            "Components=main", "Description=D", "NotAutomatic=yes", "ButAutomaticUpgrades=yes", "Acquire-By-Hash=yes",
            "Signed-By=0123456789012345678901234567890123456789", "ValidTime=600",
        ].map { "-o 'APT::FTPArchive::Release::\($0)'" }.joined(separator: " ")
        let text = try ftparchive("\(options) release dists/bookworm")
        let theirs = try ReleaseFile(parsing: bytes(text), name: "Release")
        var ours = theirs
        ours.files = theirs.files.map {
            .init(path: $0.path, size: $0.size, digests: [.sha256: $0.digests[.sha256] ?? []])
        }
        let own = String(decoding: try ours.text(), as: UTF8.self)
        #expect(try ReleaseFile(parsing: bytes(own), name: "Release") == ours)
        #expect(
            theirs.files.map(\.path) == [
                "main/Contents-amd64", "main/binary-amd64/Packages", "main/binary-amd64/Packages.gz",
            ])
        #expect(
            theirs.files.allSatisfy { $0.digests.count == 4 && $0.sha256?.bytes == SHA256.digest(bytes($0.path)).bytes }
        )
        #expect(theirs.validUntil == theirs.date.map { $0 + 600 })
        // Fields in the order of the alphabet, the zone as a number, wider sizes.
        func fields(_ text: String) -> [String] {
            text.split(separator: "\n").filter { !$0.hasPrefix(" ") && !$0.hasSuffix(":") }.map(String.init)
                .map { $0.replacing(" +0000", with: " UTC") }
        }
        #expect(fields(text) == fields(own).sorted())
        func files(_ text: String) -> [[Substring]] {
            let block = text.components(separatedBy: "\nSHA256:\n").last ?? ""
            return block.split(separator: "\n").prefix { $0.hasPrefix(" ") }.map { $0.split(separator: " ") }
        }
        #expect(files(text) == files(own))
    }
}
