import Diagnostics
import Digests
import LinuxIO
import RPMFormat
import RepositoryFiles
import TestSupport
import Testing

@testable import YUMRepository

/// Metadata that was changed anywhere is taken or refused, never more.
@Suite struct HostileMetadataTests {
    private func sample() throws -> PackageRecords {
        var sample = SamplePackage("x", epoch: 1)
        sample.addFile("/opt/x/bin/<y>", "hello")
        sample.package.summary = "S & T"
        sample.package.changes = [RPMChange(timestamp: 1, author: "A", text: "B")]
        return try PackageRecords(try sample.file(), location: "Packages/x.rpm")
    }

    /// All texts that differ from one in a byte, or end early.
    private func forEachChange(of bytes: [UInt8], _ body: ([UInt8]) -> Void) {
        for place in bytes.indices {
            body(Array(bytes[..<place]))
            for byte in [0, 0x20, 0x22, 0x26, 0x2F, 0x3C, 0x3E, 0xC3, bytes[place] ^ 1] as [UInt8] {
                var changed = bytes
                changed[place] = byte
                body(changed)
            }
        }
    }

    @Test func `a changed record of primary is read or refused`() throws {
        forEachChange(of: try sample().primary) { bytes in
            #expect(isReadOrRefused { () throws(Failure) in _ = try PublishedPackage(bytes) })
            bytes.withUnsafeBytes { record in
                #expect(isReadOrRefused { () throws(Failure) in _ = try PrimaryIndex.key(of: record) })
                _ = PrimaryIndex.start(ofRecordsIn: record)
                _ = PrimaryIndex.end(ofRecordIn: record, from: 0)
                _ = PrimaryIndex.count(inHead: bytes)
            }
        }
    }

    @Test func `a changed list of files is read or refused`() throws {
        let records = try sample()
        let primary = PrimaryIndex.head(count: 1) + records.primary + PrimaryIndex.foot
        var faults = FaultList()
        var xml = XMLReader(primary, name: "primary")
        let options = YUMVerifier.Options(time: .max / 2)
        let table = try PackageTable(&xml, "primary", options, &faults)
        #expect(faults.all == [])
        let filelists = FilelistsIndex.head(count: 1) + records.filelists + FilelistsIndex.foot
        forEachChange(of: filelists) { bytes in
            #expect(
                isReadOrRefused { () throws(Failure) in
                    var faults = FaultList()
                    var xml = XMLReader(bytes, name: "filelists")
                    try table.compare(&xml, root: FilelistsIndex.root, "filelists", options, &faults)
                })
        }
    }

    @Test func `a changed repomd is read or refused`() throws {
        let entry = RepomdData(
            type: "primary", checksum: RepositoryChecksum(value: "00"), openChecksum: RepositoryChecksum(value: "ff"),
            location: "repodata/x", timestamp: 1, size: 2, openSize: 3)
        let bytes = Repomd(revision: "1", tags: Repomd.Tags(content: ["c"]), data: [entry]).bytes
        forEachChange(of: bytes) { bytes in
            #expect(isReadOrRefused { () throws(Failure) in _ = try Repomd(bytes, name: "repomd.xml") })
        }
    }

    @Test func `numbers may be as large as they can`() throws {
        let largest = "\(Int64.max)"
        let record = text(try sample().primary).replacing("build=\"946684800\"", with: "build=\"\(largest)\"")
        var faults = FaultList()
        var xml = XMLReader(PrimaryIndex.head(count: 1) + Array(record.utf8) + PrimaryIndex.foot, name: "primary")
        _ = try PackageTable(&xml, "primary", YUMVerifier.Options(time: 0), &faults)
        #expect(faults.all.map(\.id) == ["package-future"])
        let old = Repomd(revision: largest, data: [])
        #expect(Repomd.next(after: old, data: [], tags: Repomd.Tags(content: ["x"]), time: 1).revision == largest)
    }

    /// Whether something worked, or said that the bytes are damaged.
    private func isReadOrRefused(_ body: () throws(Failure) -> Void) -> Bool {
        do throws(Failure) {
            try body()
            return true
        } catch {
            return error.code == .integrity
        }
    }

    @Test(arguments: [
        "../x", "/etc/passwd", "a//b", "a/./b", "a/../b", "", "a/", "a\\b", "a\nb", "a?b", "a#b", "a\u{7F}b",
        String(repeating: "a", count: 2000),
    ])
    func `a location that leaves the repository is none`(location: String) {
        #expect(!SafeLocation.isSafe(location))
    }

    @Test func `a bomb is refused`() throws {
        try withScratch { scratch in
            try scratch.makeDirectory("repodata")
            // 50 MB of blanks in a text: refused long before their end.
            let head = text(PrimaryIndex.head(count: 1)) + "<package type='rpm'><name>"
            try run([
                "sh", "-c",
                "{ printf '%s' \"$1\"; head -c 50000000 /dev/zero | tr '\\0' ' '; } | gzip -1 >\"$2\"", "sh", head,
                PathText.join(scratch.path, "repodata/p.xml.gz"),
            ])
            let packed = try SharedFile(path: PathText.join(scratch.path, "repodata/p.xml.gz")).source()
            let digest = try packed.sha256().hex
            let entry = RepomdData(
                type: "primary", checksum: RepositoryChecksum(value: digest), openChecksum: nil,
                location: "repodata/p.xml.gz", timestamp: 1, size: packed.size, openSize: nil)
            try SampleRepository.sign(Repomd(revision: "1", data: [entry]), in: scratch, signer: nil)
            let found = try YUMVerifier(
                try DirectoryReader(scratch.path), root: "", metadataKeys: nil, packageKeys: nil,
                options: YUMVerifier.Options(time: .max / 2)
            ).verify()
            #expect(found.contains { $0.id == "file-damaged" && $0.message.contains("a text of more than") })
        }
    }
}
