import Foundation
import TestSupport
import Testing

@testable import DefinitionFiles
@testable import SiteDefinition

@Suite struct ReferenceTests {
    private static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Documentation/dist-yaml.md").path

    /// The part of the document below this line is generated; `RECORD_GOLDENS=1` writes it again.
    private static let marker = "<!-- From here on generated from the decoder's tables; see ReferenceTests. -->\n"

    @Test func `The document holds the reference of the tables`() throws {
        let text = try String(contentsOfFile: Self.path, encoding: .utf8)
        let head = try #require(text.components(separatedBy: Self.marker).first)
        let expected = head + Self.marker + "\n" + SiteReference.markdown
        let environment = ProcessInfo.processInfo.environment
        if environment["RECORD_GOLDENS"] == "1", environment["CI"] == nil {
            try expected.write(toFile: Self.path, atomically: true, encoding: .utf8)
            return
        }
        #expect(text == expected, "run RECORD_GOLDENS=1 swift test --filter ReferenceTests")
    }

    private static let keys = SiteTables.vocabulary.tables.flatMap { table in table.keys.map { (table, $0) } }

    @Test(arguments: keys.map { "\($0.name): \($1.name)" })
    func `Every example has the shape that its table asks for`(name: String) throws {
        let (_, key) = try #require(Self.keys.first { "\($0.name): \($1.name)" == name })
        var reader = NodeReader(file: "example", root: SiteTables.site)
        let tree = reader.read("\(key.name): \(key.example)\n")
        let node = try #require(tree)
        var shape = ShapeCheck(SiteTables.vocabulary)
        shape.check(try #require(node[key.name]), is: key.type)
        #expect((reader.problems + shape.problems).map(\.rendered) == [])
    }

    @Test func `Every key is documented in whole sentences, with what holds without it`() {
        for (table, key) in Self.keys {
            #expect(key.doc.hasSuffix("."), "\(table.name): \(key.name)")
            #expect(key.isRequired || key.fallback != nil, "\(table.name): \(key.name) has no fallback")
        }
    }

    @Test func `Tables have names of their own`() {
        let names = SiteTables.vocabulary.tables.map(\.name)
        #expect(Set(names).count == names.count && names.count == 15, "\(names)")
    }
}

/// The schema, with Debian's python3-jsonschema as the judge.
@Suite struct SchemaTests {
    private func errors(_ texts: [String]) throws -> [[String]] {
        try SchemaValidator.errors(texts, schema: SiteReference.schema, vocabulary: SiteTables.vocabulary)
    }

    @Test func `A definition with every key's example is valid`() throws {
        let texts = SiteTables.site.keys.filter { key in
            !key.isRequired && !["apt", "yum"].contains(key.name)
        }.map { Sites.adding("\($0.name): \($0.example)") }
        #expect(try errors(texts) == texts.map { _ in [] })
        for text in texts { #expect(Sites.problems(in: text) == [], "\(text)") }
    }

    @Test func `Broken definitions fail both the schema and the decoder`() throws {
        let broken =
            [
                "titel: x", "prefix: /x", "prefix: ../x", "channels: []", "channels: [A]", "channels: [{ label: x }]",
                "retention: {}", "targets: [\"a b\"]", "lock: { lease: 1 }", "client_packages: { version: 1 }",
                "landing_page: { template: ../x }", "passphrase: x",
            ].map { Sites.adding($0) } + [
                Sites.replacing(1, with: "url: https://h/"), Sites.replacing(1, with: "url: https://u@h"),
                Sites.replacing(2, with: "origin: \"a,b\""), Sites.replacing(3, with: "products: []"),
                Sites.replacing(3, with: "products: [{ name: ../x }]"), Sites.replacing(4, with: "apt: {}"),
                Sites.replacing(4, with: "apt: { codenames: [a/b] }"),
                Sites.replacing(4, with: "apt: { codenames: [focal], components: [a/b] }"),
                Sites.replacing(4, with: "apt: { codenames: [focal], architectures: [all] }"),
                Sites.replacing(4, with: "apt: { codenames: [focal], list: a/b }"),
                Sites.replacing(5, with: "yum: { architectures: [noarch] }"),
                Sites.replacing(5, with: "yum: { id: a/b }"),
                Sites.replacing(8, with: "    current: { fingerprint: \(Sites.fingerprint("A1")) }"),
                Sites.replacing(8, with: "    current: { fingerprint: xyz, file: a.asc }"),
                Sites.replacing(9, with: "    signed_by: all"),
            ]
        for (text, errors) in zip(broken, try errors(broken)) {
            #expect(!errors.isEmpty, "the schema accepts:\n\(text)")
            #expect(!Sites.problems(in: text).isEmpty, "the decoder accepts:\n\(text)")
        }
    }
}
