import ByteIO
import Diagnostics
import IndexFiles
import LinuxIO
import Testing

@testable import APTRepository

@Suite struct ContentsIndexTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func package(_ name: String, files: [String]? = nil) throws -> PackageContents {
        var sample = SampleDeb()
        sample.name = name
        let long = String(repeating: "l", count: 70)
        let paths = files ?? ["opt/shared/x", "opt/\(name)/with blank", "opt/\(name)/\(long)"]
        sample.files = Dictionary(uniqueKeysWithValues: paths.map { ($0, "") })
        if name == "b" { sample.fields = "Maintainer: N <n@example.com>\nDescription: x" }
        return try PackageContents(sample.open(in: scratch))
    }

    /// Writes an index.
    private func write(
        _ name: String, over old: PublishedIndex<ContentsIndex>? = nil, replacing: Set<String> = [],
        adding: [PackageContents]
    ) throws -> PublishedIndex<ContentsIndex> {
        let directory = try Directory.open(scratch.path)
        let writer = IndexWriter<ContentsIndex>(
            IndexFileNames(plain: name, gzip: name + ".gz", xz: nil), threads: 1)
        _ = try writer.write(
            ContentsChange.between(old, replacing: replacing, adding: adding), to: old, in: directory)
        func source(_ name: String) throws -> ByteSource { try SharedFile(path: scratch.path + "/" + name).source() }
        return try PublishedIndex(plain: source(name), gzip: source(name + ".gz"), xz: nil)
    }

    private func text(_ name: String) throws -> String {
        String(decoding: try scratch.bytes(name), as: UTF8.self)
    }

    @Test func `lines name all packages that have a file`() throws {
        _ = try write("all", adding: [package("aa"), package("b")])
        let long = String(repeating: "l", count: 70)
        #expect(
            try text("all").split(separator: "\n").map {
                $0.split(whereSeparator: { $0 == "\t" }).map(String.init).joined(separator: "|")
            }
            .map { $0.replacing("    ", with: "~") } == [
                "opt/aa/\(long) utils/aa", "opt/aa/with blank|~utils/aa", "opt/b/\(long) b", "opt/b/with blank|~b",
                "opt/shared/x|~b,utils/aa",
            ])
    }

    @Test func `packages come and go, and the bytes are those of an index made at once`() throws {
        let packages = try ["aa", "b", "cc"].map { try package($0) }
        _ = try write("at once", adding: packages)
        var index = try write("0", adding: [packages[1]])
        index = try write("1", over: index, adding: [packages[2]])
        index = try write("2", over: index, adding: [packages[0]])
        #expect(try text("2") == text("at once"))
        #expect(try scratch.bytes("2.gz") == scratch.bytes("at once.gz"))

        // One version of cc goes, the one that stays has other files, and b goes altogether.
        let stays = try package("cc", files: ["opt/shared/x", "opt/cc/new"])
        _ = try write("3", over: index, replacing: ["b", "cc"], adding: [stays])
        _ = try write("fresh", adding: [packages[0], stays])
        #expect(try text("3") == text("fresh"))
        #expect(try !text("3").contains("cc/with blank"))
        #expect(try text("3").split(separator: "\n").count { $0.hasSuffix(" utils/aa,utils/cc") } == 1)
    }

    @Test func `nothing changes where the same files come again`() throws {
        let packages = try ["aa", "b"].map { try package($0) }
        let index = try write("it", adding: packages)
        #expect(try ContentsChange.between(index, replacing: [], adding: packages).isEmpty)
        #expect(try ContentsChange.between(index, replacing: ["none"], adding: []).isEmpty)
        #expect(try write("empty", adding: []).count() == 0)
    }

    @Test(arguments: ["no-packages\n", "  utils/a\n", "\n", "path   \n"])
    func `a line without path or packages is refused`(line: String) throws {
        #expect(throws: Failure.self) { try IndexRecord<ContentsIndex>(bytes(line)) }
    }
}
