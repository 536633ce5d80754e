import Diagnostics
import Digests
import LinuxIO
import Testing

@testable import IndexFiles
@testable import YUMRepository

@Suite struct RepomdTests {
    private func entry(_ type: String, _ content: String, timestamp: Int64 = 0) -> RepomdData {
        let digest = SHA256.digest(Array(content.utf8)).hex
        return RepomdData(
            type: type, checksum: RepositoryChecksum(value: digest),
            openChecksum: RepositoryChecksum(value: SHA256.digest(Array("open \(content)".utf8)).hex),
            location: "repodata/\(digest)-\(type).xml.gz", timestamp: timestamp, size: 12, openSize: 34)
    }

    @Test func `what is written is read back`() throws {
        var list = Repomd(
            revision: "1700000000",
            tags: Repomd.Tags(
                content: ["binary-x86_64", "a & b"], repository: ["r <1>"],
                distributions: [.init(cpe: "cpe:/o:x:\"y\"", text: "Y"), .init(cpe: nil, text: "Z")]),
            data: [entry("primary", "a", timestamp: 5), entry("filelists", "b"), entry("other", "c")])
        list.data[1].headerChecksum = RepositoryChecksum(algorithm: "sha512", value: "00ff")
        list.data[1].headerSize = 7
        list.data[1].base = "http://example.com/?a=1&b=2"
        list.data[2].openChecksum = nil
        list.data[2].openSize = nil
        list.data[2].databaseVersion = 10
        #expect(try Repomd(list.bytes, name: "repomd.xml") == list)
    }

    @Test func `what isn't known is passed over`() throws {
        let text = """
            <repomd xmlns:x="y"><x:unknown><data type="no"/></x:unknown><revision> 7 </revision>
            <data type="primary"><more><checksum type="x">1</checksum></more><location href="a/b.xml"/>
            <checksum type="sha256">00</checksum><timestamp>12.75</timestamp></data></repomd>
            """
        let list = try Repomd(Array(text.utf8), name: "repomd.xml")
        #expect(list.revision == "7")
        #expect(list.data.count == 1)
        #expect(list.data("primary")?.location == "a/b.xml")
        #expect(list.data("primary")?.timestamp == 12)
        #expect(list.data("primary")?.size == nil)
    }

    @Test(arguments: [
        "", "<metadata/>", "<repomd><data><checksum type='sha256'>00</checksum><location href='x'/></data></repomd>",
        "<repomd><data type='p'><location href='x'/></data></repomd>",
        "<repomd><data type='p'><checksum type='sha256'>00</checksum></data></repomd>",
        "<repomd><data type='p'><checksum>00</checksum><location href='x'/></data></repomd>",
        "<repomd><data type='p'><checksum type='sha256'>0G</checksum><location href='x'/></data></repomd>",
        "<repomd><data type='p'><checksum type='sha256'></checksum><location href='x'/></data></repomd>",
        "<repomd><data type='p'><checksum type='sha256'>00</checksum><location href='x'/><size>-1</size></data></repomd>",
        "<repomd><data type='p'><checksum type='sha256'>00</checksum><location href='x'/><size>1<b/></size></data></repomd>",
        "<repomd><data type='p'><checksum type='sha256'>00</checksum><location href='x'/><timestamp>x</timestamp></data></repomd>",
        "<!DOCTYPE repomd><repomd/>", "<repomd/>x",
    ])
    func `what is no such file is refused`(text: String) {
        #expect {
            try Repomd(Array(text.utf8), name: "repomd.xml")
        } throws: { error in
            (error as? Failure)?.code == .integrity
        }
    }

    @Test func `too many files are refused`() {
        let list = Repomd(revision: nil, data: (0..<300).map { entry("t\($0)", "\($0)") })
        #expect(throws: Failure.self) { try Repomd(list.bytes, name: "repomd.xml") }
    }

    @Test func `revision and time stamps never go backwards`() {
        let first = Repomd.next(after: nil, data: [entry("primary", "a"), entry("other", "o")], time: 1000)
        #expect(first.revision == "1000")
        #expect(first.data.map(\.timestamp) == [1000, 1000])
        // The clock went back; one file changed.
        let second = Repomd.next(after: first, data: [entry("primary", "b"), entry("other", "o")], time: 10)
        #expect(second.revision == "1001")
        #expect(second.data.map(\.timestamp) == [1000, 1000])
        let third = Repomd.next(after: second, data: [entry("primary", "c"), entry("other", "o")], time: 2000)
        #expect(third.revision == "2000")
        #expect(third.data.map(\.timestamp) == [2000, 1000])
        // Back to what there was: a new revision with a new time.
        let fourth = Repomd.next(after: third, data: [entry("primary", "a"), entry("other", "o")], time: 1500)
        #expect(fourth.revision == "2001")
        #expect(fourth.data.map(\.timestamp) == [2000, 1000])
    }

    @Test func `the same files change nothing`() {
        let first = Repomd.next(after: nil, data: [entry("primary", "a"), entry("other", "o")], time: 1000)
        let again = Repomd.next(after: first, data: [entry("primary", "a"), entry("other", "o")], time: 5000)
        #expect(again == first)
        #expect(again.bytes == first.bytes)
        let tagged = Repomd.next(
            after: first, data: first.data, tags: Repomd.Tags(content: ["x"]), time: 5000)
        #expect(tagged.revision == "5000")
        #expect(tagged.data == first.data)
    }

    @Test func `an index that was written has an entry`() throws {
        let written = WrittenIndex(
            text: FileDigest(size: 10, sha256: SHA256.digest([1])),
            gzip: FileDigest(size: 5, sha256: SHA256.digest([2])),
            xz: nil)
        let entry = RepomdData(PrimaryIndex.self, written, timestamp: 3)
        let digest = SHA256.digest([2]).hex
        #expect(entry.location == "repodata/\(digest)-primary.xml.gz")
        #expect(entry.checksum == RepositoryChecksum(value: digest))
        #expect(entry.openChecksum == RepositoryChecksum(value: SHA256.digest([1]).hex))
        #expect((entry.size, entry.openSize) == (5, 10))
    }
}
