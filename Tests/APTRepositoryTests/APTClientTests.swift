import APTRepository
import Diagnostics
import Digests
import Foundation
import LinuxIO
import RepositoryFiles
import Signing
import Testing

/// What apt itself makes of an archive of ours.
@Suite struct APTClientTests {
    private let archive: SampleArchive

    init() throws {
        archive = try SampleArchive(date: System.now)
    }

    private func client(_ method: String = "file") throws -> APTClient {
        try APTClient("[signed-by=\(archive.ring)] \(method):\(archive.scratch.path)/\(archive.root) bookworm main")
    }

    @Test(arguments: ["file", "copy"]) func `apt updates, and would install the newest`(method: String) throws {
        let client = try client(method)
        let update = try client.apt("apt-get", "update")
        #expect(update.status == 0 && update.errorText.isEmpty, "\(update.errorText)\(update.text)")
        #expect(!update.text.contains("Ign:") && !update.text.contains("Err:"), "\(update.text)")
        let install = try client.apt("apt-get", "-s", "install", "some-agent")
        #expect(install.status == 0, "\(install.errorText)")
        #expect(install.text.contains("Inst libsome (1.0 Example:bookworm [all])"), "\(install.text)")
        #expect(install.text.contains("Inst some-agent (1.10 Example:bookworm [amd64])"), "\(install.text)")
        let show = try client.apt("apt-cache", "show", "some-agent=1.10").text
        let stanza = try archive.index("amd64").components(separatedBy: "\n\n").first { $0.contains("1.10") } ?? ""
        // apt shows stanzas as they are, but for the digest of the description that it adds.
        #expect(stanza.split(separator: "\n").allSatisfy { show.contains($0) }, "\(show)")
    }

    @Test func `apt takes either key of two`() throws {
        let other = try archive.home.key()
        let signers = archive.signers + [try GPGSigner(fingerprint: other, home: archive.home.path)]
        let release = try ReleaseFile(parsing: archive.scratch.bytes("\(archive.dist)/Release"), name: "Release")
        try archive.write(SignedRelease(release, by: signers))
        let ring = try archive.home.ring(other, name: "other.gpg")
        for path in [archive.ring, ring] {
            for withInRelease in [true, false] {
                let client = try APTClient(
                    "[signed-by=\(path)] copy:\(archive.scratch.path)/\(archive.root) bookworm main")
                let work = {
                    let update = try client.apt("apt-get", "update")
                    #expect(update.status == 0 && !update.text.contains("Err:"), "\(update.text) \(update.errorText)")
                }
                if withInRelease {
                    try work()
                } else {
                    try archive.trying({ try archive.scratch.remove("\(archive.dist)/InRelease") }, then: work)
                }
            }
        }
    }

    @Test func `apt refuses what we call faults`() throws {
        let dist = archive.dist
        let scratch = archive.scratch
        let other = try archive.home.key()
        let release = try ReleaseFile(parsing: scratch.bytes("\(dist)/Release"), name: "Release")
        let plants: [(String, () throws -> Void)] = [
            (
                "signature-bad",
                {
                    let text = String(decoding: try scratch.bytes("\(dist)/InRelease"), as: UTF8.self)
                    try scratch.file("\(dist)/InRelease", bytes(text.replacing("Example", with: "Evil")))
                }
            ),
            (
                "inrelease-malformed",
                { try scratch.file("\(dist)/InRelease", scratch.bytes("\(dist)/InRelease") + bytes("Origin: Evil\n")) }
            ),
            (
                "signature-unknown",
                {
                    try archive.write(
                        SignedRelease(release, by: [GPGSigner(fingerprint: other, home: archive.home.path)]))
                }
            ),
            ("valid-until-past", { try archive.sign { $0.validUntil = System.now - 5 } }),
            ("date-future", { try archive.sign { $0.date = System.now + 300 } }),
            (
                "digests-weak",
                {
                    try archive.sign { release in
                        release.files = release.files.map {
                            .init(path: $0.path, size: $0.size, digests: [.md5: .init(repeating: 1, count: 16)])
                        }
                    }
                }
            ),
            (
                "unsigned",
                { for name in ["InRelease", "Release.gpg"] { try scratch.remove("\(dist)/\(name)") } }
            ),
            (
                "file-digest",
                {
                    for suffix in ["", ".gz", ".xz"] {
                        var content = try scratch.bytes(archive.path("amd64", suffix))
                        content[content.count / 2] ^= 1
                        try scratch.file(archive.path("amd64", suffix), content)
                    }
                    for name in try FileManager.default.contentsOfDirectory(
                        atPath: "\(scratch.path)/\(dist)/main/binary-amd64/by-hash/SHA256")
                    { try scratch.remove("\(dist)/main/binary-amd64/by-hash/SHA256/\(name)") }
                }
            ),
        ]
        for (id, plant) in plants {
            try archive.trying(plant) {
                let update = try client("copy").apt("apt-get", "update")
                #expect(update.status == 100, "\(id): \(update.text) \(update.errorText)")
                let faults = try archive.verify { $0.now = System.now }.faults
                #expect(faults.contains { $0.id == id && $0.severity == .error }, "\(id): \(faults)")
            }
        }
        // A changed package is refused when it is fetched.
        try archive.trying {
            let deb = archive.root + "/pool/main/s/some-agent/some-agent_1.10_amd64.deb"
            var content = try scratch.bytes(deb)
            content[content.count / 2] ^= 1
            try scratch.file(deb, content)
        } then: {
            let client = try client("copy")
            _ = try client.apt("apt-get", "update")
            let download = try client.apt("apt-get", "-y", "--download-only", "install", "some-agent")
            #expect(download.status == 100 && download.errorText.contains("Hash Sum mismatch"), "\(download.errorText)")
        }
    }
}
