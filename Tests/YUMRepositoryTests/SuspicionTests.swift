import Diagnostics
import Digests
import LinuxIO
import RepositoryFiles
import Signing
import TestSupport
import Testing
import YUMRepository

/// Repositories whose metadata says of itself, or of packages, what no client should believe.
@Suite struct SuspicionTests {
    /// A repository of one package, without signatures.
    private func withRepository(_ body: (borrowing Directory) throws -> Void) throws {
        try withScratch { scratch in
            let key = try SampleKey("right", in: scratch)
            defer { key.close() }
            try scratch.makeDirectory("r")
            let directory = try scratch.directory("r")
            try directory.makeDirectory("Packages")
            var sample = SamplePackage("one")
            sample.addFile("/opt/one/bin/x", "one")
            try sample.write(in: try directory.directory("Packages"))
            try SampleRepository.write(in: directory, signer: key.signer)
            try body(directory)
        }
    }

    private func verify(
        _ directory: borrowing Directory, _ change: (inout YUMVerifier.Options) -> Void = { _ in }
    ) throws -> [RepositoryFault] {
        var options = YUMVerifier.Options(time: .max / 2)
        change(&options)
        return try YUMVerifier(
            try DirectoryReader(directory.path), root: "", metadataKeys: nil, packageKeys: nil, options: options
        ).verify()
    }

    private func edit(_ directory: borrowing Directory, _ body: (inout Repomd) throws -> Void) throws {
        var list = try Repomd(try readFile(directory.path + "/repodata/repomd.xml"), name: "repomd.xml")
        try body(&list)
        try SampleRepository.put(list.bytes, "repodata/repomd.xml", in: directory)
    }

    /// Changes the text of primary, and what repomd.xml says of it.
    private func editPrimary(_ directory: borrowing Directory, _ body: (String) -> String) throws {
        let path = directory.path
        try edit(directory) { list in
            let old = list.data[0].location
            let content = Array(body(text(try run(["gzip", "-dc", "\(path)/\(old)"]))).utf8)
            let packed = try run(["gzip", "-nc"], input: content)
            let digest = SHA256.digest(packed).hex
            list.data[0] = RepomdData(
                type: "primary", checksum: RepositoryChecksum(value: digest),
                openChecksum: RepositoryChecksum(value: SHA256.digest(content).hex),
                location: "repodata/\(digest)-primary.xml.gz", timestamp: list.data[0].timestamp,
                size: UInt64(packed.count), openSize: UInt64(content.count))
            let top = try Directory.open(path)
            try top.removeFile(old)
            try SampleRepository.put(packed, list.data[0].location, in: top)
        }
    }

    @Test func `a package outside of the repository is a fault, and all others are still told`() throws {
        try withRepository { directory in
            try editPrimary(directory) { $0.replacing("href=\"Packages/", with: "href=\"../../Packages/") }
            try SampleRepository.put([1], "repodata/left", in: directory)
            for opens in [true, false] {
                let found = try verify(directory) { $0.opensPackages = opens }
                #expect(found.map(\.id) == ["location-unsafe", "metadata-orphan"])
                #expect(found[0].path.hasSuffix("-primary.xml.gz"))
            }
        }
    }

    @Test func `a directory of packages that leads out is a fault`() throws {
        try withRepository { directory in
            try run(["mv", directory.path + "/Packages", directory.path + "/../elsewhere"])
            try directory.makeLink("Packages", target: "../elsewhere")
            #expect(try Set(verify(directory).map(\.id)) == ["package-damaged", "unreadable"])
            #expect(try verify(directory) { $0.opensPackages = false }.map(\.id).contains("unreadable"))
        }
    }

    @Test(arguments: [("md5", RepositoryFault.Severity.error), ("sha", .warning)])
    func `weak sums are a fault of repomd.xml`(algorithm: String, severity: RepositoryFault.Severity) throws {
        try withRepository { directory in
            let path = directory.path
            try edit(directory) { list in
                let bytes = try readFile("\(path)/\(list.data[0].location)")
                let kind: MessageDigest.Algorithm = algorithm == "md5" ? .md5 : .sha1
                list.data[0].checksum = RepositoryChecksum(
                    algorithm: algorithm, value: Hexadecimal.text(try MessageDigest.digest(bytes, kind)))
            }
            let found = try verify(directory).first { $0.id == "checksum-weak" }
            #expect(found?.path == "repodata/repomd.xml" && found?.severity == severity)
        }
    }

    @Test func `a compressed file without the sum of its content is a fault where yum 3 could read it`() throws {
        try withRepository { directory in
            try edit(directory) { $0.data[0].openChecksum = nil }
            #expect(
                try verify(directory).map { "\($0.id) \($0.path)" } == ["open-checksum-missing repodata/repomd.xml"])
        }
    }

    @Test func `what not everybody can read is a fault`() throws {
        try withRepository { directory in
            let top = directory.path
            try run(["chmod", "0600", top + "/repodata/repomd.xml", top + "/Packages/one-1.0-1.x86_64.rpm"])
            #expect(
                try verify(directory).map { "\($0.id) \($0.path)" } == [
                    "mode repodata/repomd.xml", "mode Packages/one-1.0-1.x86_64.rpm",
                ])
            #expect(try verify(directory) { $0.modes = nil } == [])
            #expect(try verify(directory) { $0.sharesPackages = true }.map(\.path) == ["repodata/repomd.xml"])
        }
    }

    @Test func `older metadata that is whole stays for slow clients`() throws {
        try withRepository { directory in
            let bytes = Array("older".utf8)
            try SampleRepository.put(bytes, "repodata/\(SHA256.digest(bytes).hex)-primary.xml.zst", in: directory)
            #expect(try verify(directory) == [])
            let other = "repodata/\(SHA256.digest([]).hex)-primary.xml.gz"
            try SampleRepository.put(bytes, other, in: directory)
            let found = try verify(directory)
            #expect(found.map(\.path) == [other] && found[0].severity == .error)
        }
    }

    @Test func `packages that several repositories share are looked at once`() throws {
        try withRepository { directory in
            try SampleRepository.put([1], "Packages/one-1.0-1.x86_64.rpm", in: directory)
            let checked = CheckedPackages()
            #expect(try verify(directory) { $0.checked = checked }.map(\.id) == ["package-size"])
            #expect(try verify(directory) { $0.checked = checked } == [])
        }
    }
}
