import Foundation
import Testing

@testable import DefinitionFiles
@testable import Product

struct ReferenceTests {
    private static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Documentation/manifest.md").path

    /// The part of the document below this line is generated; `RECORD_GOLDENS=1` writes it again.
    private static let marker = "<!-- From here on generated from the decoder's tables; see ReferenceTests. -->\n"

    @Test func `The document holds the reference of the tables`() throws {
        let text = try String(contentsOfFile: Self.path, encoding: .utf8)
        let head = try #require(text.components(separatedBy: Self.marker).first)
        let expected = head + Self.marker + "\n" + ManifestReference.markdown
        let environment = ProcessInfo.processInfo.environment
        if environment["RECORD_GOLDENS"] == "1", environment["CI"] == nil {
            try expected.write(toFile: Self.path, atomically: true, encoding: .utf8)
            return
        }
        #expect(text == expected, "run RECORD_GOLDENS=1 swift test --filter ReferenceTests")
    }

    private static let keys = ManifestTables.vocabulary.tables.flatMap { table in table.keys.map { (table, $0) } }

    @Test(arguments: keys.map { "\($0.name): \($1.name)" })
    func `Every example has the shape that its table asks for`(name: String) throws {
        let (_, key) = try #require(Self.keys.first { "\($0.name): \($1.name)" == name })
        var reader = NodeReader(file: "example", root: ManifestTables.manifest)
        let tree = reader.read("\(key.name): \(key.example)\n")
        let node = try #require(tree)
        var shape = ShapeCheck(ManifestTables.vocabulary)
        shape.check(try #require(node[key.name]), is: key.type)
        #expect((reader.problems + shape.problems).map(\.rendered) == [])
    }

    @Test func `Every key is documented in whole sentences`() {
        for (table, key) in Self.keys {
            #expect(key.doc.hasSuffix("."), "\(table.name): \(key.name)")
            #expect(
                key.isRequired || key.fallback != nil || !table.exactlyOneOf.isEmpty || key.doc.contains("choice")
                    || ["homepage", "help"].contains(key.name), "\(table.name): \(key.name) has no fallback")
        }
    }

    @Test func `Tables have names of their own`() {
        #expect(Set(ManifestTables.vocabulary.tables.map(\.name)).count == ManifestTables.vocabulary.tables.count)
        #expect(ManifestTables.vocabulary.tables.count == 22)
    }
}
