import APTRepository
import Diagnostics
import Foundation
import HTTPTransport
import LinuxIO
import RepositoryFiles
import Signing
import Testing

/// Archives of others, of which less is asked than of ours.
@Suite struct ForeignFaultTests {
    private let archive: SampleArchive

    init() throws { archive = try SampleArchive() }

    private var scratch: Scratch { archive.scratch }
    private var dist: String { archive.dist }

    private func faults(_ change: (inout APTVerifier.Options) -> Void = { _ in }) throws -> [String] {
        try archive.verify(own: false, change).faults.map {
            "\($0.severity) \($0.id) \($0.path.dropFirst(dist.utf8.count + 1))"
        }
    }

    private func chmod(_ path: String, _ mode: Int) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: scratch.path + "/" + path)
    }

    @Test func `what clients trip on is found in archives of others`() throws {
        let (archive, scratch, dist) = (archive, scratch, dist)
        let index = "main/binary-amd64/Packages"
        let plants: [(found: [String], plant: () throws -> Void)] = [
            ([], {}),
            (["error inrelease-missing InRelease"], { try scratch.remove("\(dist)/InRelease") }),
            (["error release-signature-missing Release.gpg"], { try scratch.remove("\(dist)/Release.gpg") }),
            (["error file-missing \(index).gz"], { try scratch.remove("\(dist)/\(index).gz") }),
            (["error file-missing \(index).xz"], { try scratch.remove("\(dist)/\(index).xz") }),
            (["error file-unlisted .Release.new"], { try scratch.file("\(dist)/.Release.new", [1]) }),
            (["error file-unlisted \(index).bz2"], { try scratch.file("\(dist)/\(index).bz2", [1]) }),
            // Distributions have whatever they like there.
            ([], { try scratch.file("\(dist)/main/installer-amd64/images/cdrom/debian.list", [1]) }),
            (["error mode InRelease"], { try chmod("\(dist)/InRelease", 0o600) }),
            (["error mode main/binary-amd64"], { try chmod("\(dist)/main/binary-amd64", 0o700) }),
            (["error mode \(index).gz"], { try chmod("\(dist)/\(index).gz", 0o666) }),
            (["error date-missing InRelease"], { try archive.sign { $0.date = nil } }),
            (["warning codename-differs InRelease"], { try archive.sign { $0.codename = "elsewhere" } }),
            (
                ["error codename-differs InRelease"],
                { try archive.sign { ($0.codename, $0.suite) = ("other", "stable") } }
            ),
            ([], { try archive.sign { $0.codename = nil } }),
            (["warning architectures-missing InRelease"], { try archive.sign { $0.architectures = [] } }),
        ]
        for (number, (found, plant)) in plants.enumerated() {
            try archive.trying(plant) {
                let faults = try faults()
                #expect(faults == found, "plant \(number)")
            }
        }
    }

    @Test func `names that stand for one codename after the other are no fault`() throws {
        for (directory, codename) in [
            ("stable", "bookworm"), ("jammy-updates", "jammy"), ("oldstable-updates", "bullseye"),
        ] {
            try archive.trying {
                try archive.sign { ($0.codename, $0.suite) = (codename, directory) }
                let dists = "\(scratch.path)/\(archive.root)/dists"
                try FileManager.default.moveItem(atPath: "\(dists)/bookworm", toPath: "\(dists)/\(directory)")
            } then: {
                let faults = try archive.verify(own: false).faults
                #expect(faults == [])
            }
        }
    }

    @Test func `what isn't found by its digest, and packages that nobody lists`() throws {
        try archive.trying {
            let byHash = "\(dist)/main/binary-amd64/by-hash/SHA256"
            let names = try FileManager.default.contentsOfDirectory(atPath: "\(scratch.path)/\(byHash)").sorted()
            try scratch.remove("\(byHash)/\(names[0])")
            try scratch.file(archive.root + "/pool/main/s/some-agent/some-agent_9_amd64.deb", [1])
            try chmod(archive.root + "/pool/main/libs/libsome/libsome_1.0_all.deb", 0o600)
        } then: {
            let faults = try archive.verify(own: false).faults
            #expect(faults.map(\.id) == ["by-hash-missing", "mode", "package-orphan"])
            #expect(faults.allSatisfy { $0.severity == .error })
        }
    }

    @Test func `an index that ends with an empty xz stream is read`() throws {
        try archive.trying {
            let path = archive.path("amd64", ".xz")
            let empty = "\(scratch.path)/empty"
            try scratch.file("empty", [])
            try run(["xz", "-k", empty])
            try scratch.file(path, try scratch.bytes(path) + scratch.bytes("empty.xz"))
            try archive.sign()
        } then: {
            let faults = try archive.verify(own: false).faults
            #expect(faults == [])
        }
    }

    @Test func `packages of a pool that several archives share are looked at once`() throws {
        let deb = archive.root + "/pool/main/s/some-agent/some-agent_1.10_amd64.deb"
        try archive.trying {
            var content = try scratch.bytes(deb)
            content[content.count / 2] ^= 1
            try scratch.file(deb, content)
        } then: {
            let checked = CheckedPackages()
            let first = try archive.verify { $0.checked = checked }.faults
            let second = try archive.verify { $0.checked = checked }.faults
            #expect(first.map(\.id) == ["package-digest"] && second == [])
        }
    }

    @Test func `the faults are the same on one thread and on many`() throws {
        try archive.trying {
            for name in ["libs/libsome/libsome_1.0_all.deb", "s/some-agent/some-agent_1.0_amd64.deb"] {
                try scratch.remove("\(archive.root)/pool/main/\(name)")
            }
        } then: {
            let one = try archive.verify { $0.threads = 1 }.faults
            #expect(one.map(\.id) == ["package-missing", "package-missing"])
            for _ in 0..<5 {
                let many = try archive.verify { $0.threads = 8 }.faults
                #expect(many == one)
            }
        }
    }

    @Test func `answers of a server that are no file are faults, and all others are told`() throws {
        let server = try WebServer(scratch.path, forbids: "some-agent_")
        var options = APTVerifier.Options()
        options.keys = try GPGVerifier(keys: [archive.ring])
        options.now = SampleArchive.date
        options.codenames = ["bookworm"]
        let reader = try HTTPReader(
            "http://127.0.0.1:\(server.port)/\(archive.root)", options: HTTPClient.Options(userAgent: "test"))
        try scratch.remove(archive.root + "/pool/main/libs/libsome/libsome_1.0_all.deb")
        let faults = try APTVerifier(reader, options: options).verify().faults
        let debs = ["1.0_amd64", "1.0_arm64", "1.10_amd64"].map { "pool/main/s/some-agent/some-agent_\($0).deb" }
        #expect(faults.map(\.path) == ["pool/main/libs/libsome/libsome_1.0_all.deb"] + debs)
        #expect(faults.map(\.id) == ["package-missing", "unreadable", "unreadable", "unreadable"])
        #expect(faults.last?.message.contains("403") == true)
        // A server that isn't there is no fault of the archive.
        let nobody = try HTTPReader("http://127.0.0.1:1/", options: HTTPClient.Options(userAgent: "test"))
        let failure = #expect(throws: Failure.self) { try APTVerifier(nobody, options: options).verify() }
        #expect(failure?.code == .failed)
    }
}
