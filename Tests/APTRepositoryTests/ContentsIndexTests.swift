import APTRepository
import Diagnostics
import Testing

@Suite struct ContentsIndexTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func index(_ names: String...) throws -> ContentsIndex {
        var index = ContentsIndex()
        for name in names {
            var sample = SampleDeb()
            sample.name = name
            sample.files = [
                "opt/shared/x": "", "opt/\(name)/with blank": "",
                "opt/\(name)/\(String(repeating: "l", count: 70))": "",
            ]
            if name == "b" { sample.fields = "Maintainer: N <n@example.com>\nDescription: x" }
            try index.add(sample.open(in: scratch))
        }
        return index
    }

    @Test func `lines name all packages that have a file`() throws {
        let long = String(repeating: "l", count: 70)
        let blanks = { (path: String) in path + "\t\t\t\t\t\t" }
        let text = String(decoding: try index("aa", "b").text, as: UTF8.self)
        #expect(
            text.split(separator: "\n").map {
                $0.split(whereSeparator: { $0 == "\t" }).map(String.init).joined(separator: "|")
            }
            .map { $0.replacing("    ", with: "~") } == [
                "opt/aa/\(long) utils/aa", "opt/aa/with blank|~utils/aa", "opt/b/\(long) b", "opt/b/with blank|~b",
                "opt/shared/x|~b,utils/aa",
            ], "\(text)\(blanks(""))")
    }

    @Test func `indexes merge, read back and lose a package`() throws {
        var merged = try index("aa")
        try merged.merge(index("b"))
        #expect(try merged == index("aa", "b"))
        #expect(try ContentsIndex(parsing: merged.text, name: "it") == merged)
        merged.remove("b")
        #expect(try merged == index("aa") && merged.count == 3)
        #expect(try ContentsIndex(parsing: [], name: "it").text == [])
        #expect(throws: Failure.self) { try ContentsIndex(parsing: bytes("no-packages\n"), name: "it") }
    }
}
