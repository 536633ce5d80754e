import APTRepository
import Diagnostics
import Digests
import Foundation
import HTTPTransport
import LinuxIO
import RepositoryFiles
import Signing
import Testing

@Suite struct APTVerifierTests {
    private let archive: SampleArchive

    init() throws { archive = try SampleArchive() }

    private var scratch: Scratch { archive.scratch }
    private var dist: String { archive.dist }

    @Test func `an archive of ours has no fault`() throws {
        let report = try archive.verify()
        #expect(report.faults == [])
        #expect(report.codenames == ["bookworm"] && report.stanzas == 5)
        #expect(
            report.packages == [
                "pool/main/libs/libsome/libsome_1.0_all.deb", "pool/main/s/some-agent/some-agent_1.0_amd64.deb",
                "pool/main/s/some-agent/some-agent_1.0_arm64.deb", "pool/main/s/some-agent/some-agent_1.10_amd64.deb",
            ])
    }

    private func edit(_ path: String, _ change: (inout [UInt8]) -> Void) throws {
        var content = try scratch.bytes(path)
        change(&content)
        try scratch.file(path, content)
    }

    private func edit(_ path: String, _ part: String, _ other: String) throws {
        try edit(path) { $0 = bytes(String(decoding: $0, as: UTF8.self).replacing(part, with: other)) }
    }

    private var deb: String { archive.root + "/pool/main/s/some-agent/some-agent_1.10_amd64.deb" }

    /// What is planted, and the faults that it makes, each once unless it says so.
    private func plants() -> [(name: String, ids: Set<String>, plant: () throws -> Void)] {
        let archive = archive
        let (scratch, dist, deb) = (scratch, dist, deb)
        let amd64 = archive.path("amd64")
        func resigned(_ change: @escaping (inout ReleaseFile) -> Void) -> () throws -> Void {
            { try archive.sign(change) }
        }
        func restated(_ part: String, _ other: String) -> () throws -> Void {
            {
                try archive.change { $0.replacing(part, with: other) }
                try archive.sign()
            }
        }
        return [
            ("no InRelease", ["inrelease-missing"], { try scratch.remove("\(dist)/InRelease") }),
            ("no Release", ["release-missing"], { try scratch.remove("\(dist)/Release") }),
            ("no Release.gpg", ["release-signature-missing"], { try scratch.remove("\(dist)/Release.gpg") }),
            (
                "no Release at all", ["no-codenames"],
                { for name in ["InRelease", "Release", "Release.gpg"] { try scratch.remove("\(dist)/\(name)") } }
            ),
            (
                "no signatures", ["unsigned", "inrelease-missing"],
                { for name in ["InRelease", "Release.gpg"] { try scratch.remove("\(dist)/\(name)") } }
            ),
            (
                "a changed InRelease", ["signature-bad", "release-differs"],
                { try edit("\(dist)/InRelease", "Example", "Evil") }
            ),
            (
                "a changed Release", ["signature-bad", "release-differs"],
                { try edit("\(dist)/Release", "Example", "Evil") }
            ),
            (
                "lines before the message", ["inrelease-malformed"],
                { try edit("\(dist)/InRelease") { $0 = bytes("Origin: Evil\n") + $0 } }
            ),
            (
                "lines behind the signature", ["inrelease-malformed"],
                { try edit("\(dist)/InRelease") { $0 += bytes("Origin: Evil\n") } }
            ),
            (
                "a second message", ["inrelease-malformed"], { try edit("\(dist)/InRelease") { $0 += $0 } }
            ),
            (
                "a binary Release.gpg", ["signature-malformed"],
                { try scratch.file("\(dist)/Release.gpg", [0x89, 1, 2]) }
            ),
            (
                "a damaged armor", ["signature-malformed"], { try edit("\(dist)/Release.gpg", "\n\n", "\n\n!!!!") }
            ),
            (
                "the signature of an older Release", ["signature-bad"],
                {
                    let old = try scratch.bytes("\(dist)/Release.gpg")
                    try archive.sign { $0.description = "newer" }
                    try scratch.file("\(dist)/Release.gpg", old)
                }
            ),
            (
                "an older InRelease", ["release-differs"],
                {
                    let old = try scratch.bytes("\(dist)/InRelease")
                    try archive.sign { $0.description = "newer" }
                    try scratch.file("\(dist)/InRelease", old)
                }
            ),
            ("a date ahead", ["date-future"], resigned { $0.date = SampleArchive.date + 71 }),
            ("no date", ["date-missing"], resigned { $0.date = nil }),
            ("an expired Release", ["valid-until-past"], resigned { $0.validUntil = SampleArchive.date + 59 }),
            (
                "keys that nobody signs with", ["signed-by-differs"],
                resigned { $0.signedBy = String(repeating: "0123456789", count: 4) }
            ),
            ("another codename", ["codename-differs"], resigned { $0.codename = "trixie" }),
            ("no architectures", ["architectures-missing"], resigned { $0.architectures = [] }),
            (
                "no files", ["digests-missing", "packages-unlisted", "file-unlisted", "package-orphan"],
                resigned { $0.files = [] }
            ),
            (
                "weak digests", ["digests-weak"],
                {
                    try archive.sign { release in
                        release.acquireByHash = false
                        release.files = release.files.map { file in
                            let content = (try? scratch.bytes("\(dist)/\(file.path)")) ?? []
                            let digest = (try? MessageDigest.digest(content, .sha1)) ?? []
                            return .init(path: file.path, size: file.size, digests: [.sha1: digest])
                        }
                    }
                }
            ),
            (
                "an architecture without index", ["packages-unlisted"], resigned { $0.architectures.append("i386") }
            ),
            ("an index without architecture", ["architecture-undeclared"], resigned { $0.architectures = ["amd64"] }),
            (
                "an index without component", ["component-undeclared", "packages-unlisted"],
                resigned { $0.components = ["contrib"] }
            ),
            (
                "no plain index in Release", ["plain-unlisted", "file-unlisted"],
                resigned { $0.files.removeAll { $0.path.hasSuffix("amd64/Packages") } }
            ),
            ("no index", ["file-missing"], { try scratch.remove(amd64) }),
            ("no compressed index", ["file-missing"], { try scratch.remove(amd64 + ".xz") }),
            ("a shorter index", ["file-size"], { try edit(amd64) { $0.removeLast() } }),
            ("a changed index", ["file-digest"], { try edit(amd64, "libsome (", "libsame (") }),
            ("a changed compressed index", ["file-digest"], { try edit(amd64 + ".gz") { $0[40] ^= 1 } }),
            (
                "an index under a digest missing", ["by-hash-missing"],
                { try scratch.remove("\(dist)/main/binary-amd64/by-hash/SHA256") }
            ),
            (
                "another index under a digest", ["by-hash-wrong"],
                {
                    let digest = SHA256.digest(try scratch.bytes(amd64)).hex
                    try edit("\(dist)/main/binary-amd64/by-hash/SHA256/\(digest)") { $0[0] ^= 1 }
                }
            ),
            (
                "an unlisted index", ["file-unlisted"],
                { try scratch.file("\(dist)/main/binary-amd64/Packages.bz2", [1]) }
            ),
            (
                "compressed forms of another text", ["forms-differ"],
                {
                    let plain = try scratch.bytes(amd64)
                    try archive.change { $0.replacing("libsome (", with: "libsame (") }
                    try scratch.file(amd64, plain)
                    try archive.sign()
                }
            ),
            (
                "a compressed index that is damaged and listed", ["file-damaged"],
                {
                    try edit(amd64 + ".xz") { $0[$0.count / 2] ^= 1 }
                    try archive.sign()
                }
            ),
            (
                "a gzip index that ends early and is listed", ["file-damaged"],
                {
                    try edit(amd64 + ".gz") { $0.removeLast(9) }
                    try archive.sign()
                }
            ),
            ("a stanza without version", ["stanza-malformed", "package-orphan"], restated("Version: 1.10\n", "")),
            (
                "a line that is no field", ["stanza-malformed", "package-orphan"],
                restated("Version: 1.10\n", "Version 1.10\n")
            ),
            ("a stanza without SHA256", ["stanza-weak"], restated("SHA256: ", "X-SHA256: ")),
            ("an odd version", ["stanza-version", "package-differs"], restated("Version: 1.10\n", "Version: x_1\n")),
            ("an odd name", ["stanza-name", "package-differs"], restated("Package: libsome\n", "Package: lib/some\n")),
            (
                "another architecture's stanza", ["stanza-architecture", "stanzas-unsorted"],
                {
                    let other = try archive.index("arm64")
                    let stanza = other.components(separatedBy: "\n\n").first { $0.contains("arm64") } ?? ""
                    try archive.change { $0 + stanza + "\n\n" }
                    try archive.sign()
                }
            ),
            (
                "a stanza twice", ["stanza-duplicate"],
                {
                    try archive.change { text in
                        let stanzas = text.components(separatedBy: "\n\n").filter { !$0.isEmpty }
                        return (stanzas + [stanzas[stanzas.count - 1]]).joined(separator: "\n\n") + "\n\n"
                    }
                    try archive.sign()
                }
            ),
            (
                "stanzas in another order", ["stanzas-unsorted"],
                {
                    try archive.change { text in
                        text.components(separatedBy: "\n\n").filter { !$0.isEmpty }.reversed()
                            .joined(separator: "\n\n") + "\n\n"
                    }
                    try archive.sign()
                }
            ),
            (
                "a path that leads out", ["filename-unsafe", "package-orphan"],
                restated(
                    "Filename: pool/main/s/some-agent/some-agent_1.10",
                    "Filename: ../pool/main/s/some-agent/some-agent_1.10")
            ),
            (
                "another size in another index", ["package-ambiguous", "package-size"],
                {
                    try archive.change(stanza: "Package: libsome", ["Size": "12345"])
                    try archive.sign()
                }
            ),
            (
                "links that lead out", ["unreadable"],
                {
                    let top = scratch.path + "/"
                    try FileManager.default.createSymbolicLink(
                        atPath: top + archive.root + "/dists/out", withDestinationPath: "/etc")
                    for path in [deb, amd64 + ".gz"] {
                        try scratch.remove(path)
                        try FileManager.default.createSymbolicLink(
                            atPath: top + path, withDestinationPath: "/etc/os-release")
                    }
                }
            ),
            ("no package", ["package-missing"], { try scratch.remove(deb) }),
            ("a longer package", ["package-size"], { try edit(deb) { $0 += [0] } }),
            ("a changed package", ["package-digest"], { try edit(deb) { $0[$0.count / 2] ^= 1 } }),
            (
                "another package by that name, listed", ["package-differs"],
                {
                    var other = SampleDeb()
                    (other.version, other.architecture) = ("1.10", "amd64")
                    other.fields += "\nDepends: evil"
                    _ = try archive.add(other)
                    let content = try scratch.bytes(deb)
                    try archive.change(
                        stanza: "Version: 1.10",
                        [
                            "Size": "\(content.count)", "SHA256": SHA256.digest(content).hex,
                            "MD5sum": Hexadecimal.text(MessageDigest.digest(content, .md5)),
                        ])
                    try archive.sign()
                }
            ),
            (
                "a package that nobody lists", ["package-orphan"],
                { try scratch.file(archive.root + "/pool/main/s/some-agent/some-agent_9_amd64.deb", [1]) }
            ),
        ]
    }

    @Test func `each planted fault is found, and no other`() throws {
        for (name, ids, plant) in plants() {
            try archive.trying(plant) {
                let faults = try archive.verify().faults
                #expect(Set(faults.map(\.id)) == ids, "\(name): \(faults)")
                #expect(faults.allSatisfy { $0.path.hasPrefix(archive.root + "/") && !$0.message.isEmpty }, "\(name)")
            }
        }
        #expect(try archive.verify().faults == [])
    }

    @Test func `what nobody asks for may be missing in a mirror`() throws {
        try archive.trying {
            try scratch.remove("\(dist)/main/binary-arm64")
            try scratch.remove(archive.path("amd64"))
            try scratch.remove("\(dist)/main/binary-amd64/by-hash")
            for name in ["Release", "Release.gpg"] { try scratch.remove("\(dist)/\(name)") }
            for name in ["some-agent/some-agent_1.0_arm64.deb"] {
                try scratch.remove("\(archive.root)/pool/main/s/\(name)")
            }
        } then: {
            let faults = try archive.verify(own: false).faults
            #expect(faults == [])
        }
        try archive.trying {
            for suffix in ["", ".gz", ".xz"] { try scratch.remove(archive.path("amd64", suffix)) }
        } then: {
            let errors = try archive.verify(own: false).faults.filter { $0.severity == .error }
            #expect(errors.map(\.id) == ["index-missing"])
        }
    }

    @Test func `an index that can't be read here is no error`() throws {
        try archive.trying {
            try run(["bzip2", "-k", scratch.path + "/" + archive.path("amd64")])
            for suffix in ["", ".gz", ".xz"] {
                let path = archive.path("amd64", suffix)
                try FileManager.default.moveItem(
                    atPath: scratch.path + "/" + path, toPath: scratch.path + "/kept" + suffix)
            }
            let plain = try scratch.bytes("kept")
            try archive.sign { release in
                release.files.append(
                    .init(path: "main/binary-amd64/Packages", size: UInt64(plain.count), sha256: SHA256.digest(plain)))
            }
        } then: {
            let faults = try archive.verify(own: false) { $0.findsOrphans = false }.faults
            #expect(faults.map(\.id) == ["index-unread"] && faults.first?.severity == .warning)
        }
    }

    @Test func `metadata alone leaves packages alone`() throws {
        try archive.trying {
            try scratch.remove(archive.root + "/pool")
        } then: {
            let faults = try archive.verify { $0.metadataOnly = true }.faults
            #expect(faults == [])
        }
    }

    @Test func `what clients have seen is compared`() throws {
        var before = ReleaseFile()
        before.origin = "Example"
        before.label = "Other"
        before.codename = "bookworm"
        before.date = SampleArchive.date + 1
        before.notAutomatic = true
        before.signedBy = "0123456789012345678901234567890123456789!, \(String(repeating: "a", count: 40))"
        let faults = try archive.verify { $0.previous = ["bookworm": before] }.faults
        #expect(faults.map(\.id) == ["date-backwards", "label-changed", "priority-changed", "signed-by-differs"])
        before = ReleaseFile()
        (before.origin, before.label, before.codename) = ("Example", "Example", "bookworm")
        before.signedBy = archive.signers.first?.fingerprint.lowercased()
        let none = try archive.verify { $0.previous = ["bookworm": before] }.faults
        #expect(none == [])
    }

    @Test func `keys that clients don't have, or not for long, are told of`() throws {
        let other = try archive.home.ring(archive.home.key(), name: "other.gpg")
        let unknown = try archive.verify { $0.keys = try? GPGVerifier(keys: [other]) }.faults
        #expect(unknown.map(\.id) == ["signature-unknown", "signature-unknown"])
        // An old signature of a key that has expired since.
        let expired = try archive.home.key(expiry: "seconds=60", options: ["--faked-system-time", "20200101T000000"])
        let signer = try GPGSigner(fingerprint: expired, home: archive.home.path).dated(1_577_836_820)
        let release = try ReleaseFile(parsing: scratch.bytes("\(dist)/Release"), name: "Release")
        let ring = try archive.home.ring(expired, name: "expired.gpg")
        try archive.trying {
            try archive.write(SignedRelease(release, by: [signer]))
        } then: {
            let faults = try archive.verify { $0.keys = try? GPGVerifier(keys: [ring]) }.faults
            #expect(faults.map(\.id) == ["signature-expired", "signature-expired"])
        }
        let soon = try archive.home.key(expiry: "10d")
        try archive.trying {
            try archive.write(
                SignedRelease(release, by: archive.signers + [GPGSigner(fingerprint: soon, home: archive.home.path)]))
        } then: {
            // The other key is nobody's yet.
            #expect(try archive.verify().faults == [])
            let ring = try archive.home.ring(soon, name: "soon.gpg")
            let faults = try archive.verify {
                $0.keys = try? GPGVerifier(keys: [ring])
                $0.now = System.now
                $0.previous = [:]
            }.faults.filter { !$0.id.hasPrefix("date") }
            #expect(faults.map(\.id) == ["key-expires", "key-expires"])
        }
    }

    @Test func `a web server's archive is looked at in the same way`() throws {
        let server = try WebServer(scratch.path)
        var options = APTVerifier.Options()
        options.keys = try GPGVerifier(keys: [archive.ring])
        options.now = SampleArchive.date
        options.isOwn = true
        options.codenames = ["bookworm"]
        let reader = try HTTPReader(
            "http://127.0.0.1:\(server.port)/\(archive.root)", options: HTTPClient.Options(userAgent: "test"))
        let report = try APTVerifier(reader, options: options).verify()
        #expect(report.faults == [] && report.stanzas == 5)
        try scratch.remove(deb)
        try scratch.remove(archive.path("amd64", ".gz"))
        let faults = try APTVerifier(reader, options: options).verify().faults
        #expect(faults.map(\.id) == ["file-missing", "package-missing"])
    }

    @Test func `codenames must be named where directories can't be listed`() throws {
        struct Unlistable: RepositoryReader {
            let inner: DirectoryReader
            var name: String { inner.name }
            func open(_ path: String) throws(Failure) -> ByteSource? { try inner.open(path) }
            func entries(_ path: String) -> [RepositoryEntry]? { nil }
        }
        let reader = Unlistable(inner: try DirectoryReader(scratch.path))
        var options = APTVerifier.Options()
        options.now = SampleArchive.date
        let failure = #expect(throws: Failure.self) {
            try APTVerifier(reader, root: archive.root, options: options).verify()
        }
        #expect(failure?.code == .usage)
        options.codenames = ["bookworm"]
        options.isOwn = true
        #expect(try APTVerifier(reader, root: archive.root, options: options).verify().faults == [])
        options.codenames = ["trixie"]
        let missing = try APTVerifier(reader, root: archive.root, options: options).verify().faults
        #expect(missing.map(\.id) == ["release-missing"])
    }
}
