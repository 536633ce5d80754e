import DefinitionFiles
import Foundation
import JSON
import TestSupport
import Testing

@testable import Product

@Suite(.enabled(if: SchemaValidator.isThere || ProcessInfo.processInfo.environment["CI"] == "true"))
struct SchemaTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private func errors(_ manifests: [String]) throws -> [[String]] {
        try SchemaValidator.errors(manifests, schema: ManifestSchema.json, vocabulary: ManifestTables.vocabulary)
    }

    @Test func `Templates and the products of tests are valid`() throws {
        let folder = Self.root.appendingPathComponent("templates")
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter {
            $0.hasSuffix(".yaml") && !$0.hasPrefix("site/")
        }
        #expect(names.count == 3)
        let texts = try names.map { name in
            try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
        }
        #expect(try errors(texts) == names.map { _ in [] })
    }

    @Test func `A manifest with every key's example is valid`() throws {
        // Each table's examples as a mapping; those of which exactly one is taken, one after the other.
        let texts = ManifestTables.manifest.keys.filter { !$0.isRequired }.map { key in
            Manifests.adding("\(key.name): \(key.example)")
        }
        let contents = ManifestTables.content.exactlyOneOf.map { kind in
            let example = ManifestTables.content[kind]?.example ?? ""
            return Manifests.replacing(
                6, with: "packages: [{ name: my-agent, contents: [{ \(kind): \"\(example)\", to: x }] }]")
        }.map { $0.replacing("directory: \"true\"", with: "directory: true") }
        #expect(try errors(texts + contents) == (texts + contents).map { _ in [] })
        for text in contents { #expect(Manifests.problems(in: text) == []) }
    }

    static let broken = [
        Manifests.adding("titel: x"), Manifests.adding("homepage: [a]"), Manifests.adding("release: 0"),
        Manifests.adding("license: { accept: required }"), Manifests.adding("license: { file: ../EULA.txt }"),
        Manifests.adding("paths: { root: opt/x }"), Manifests.adding("paths: { root: /opt/../x }"),
        Manifests.replacing(1, with: "name: My_Agent"), Manifests.replacing(2, with: "version: v1.0"),
        Manifests.replacing(2, with: "version: 1.0+2"), Manifests.replacing(5, with: "#"),
        Manifests.replacing(6, with: "packages: []"),
        Manifests.replacing(6, with: "packages: [{ name: a1, contents: [{ source: a, archive: b }] }]"),
        Manifests.replacing(6, with: "packages: [{ name: a1, contents: [{ to: a }] }]"),
        Manifests.replacing(6, with: "packages: [{ name: a1, contents: [{ source: a, mode: \"0888\" }] }]"),
        Manifests.replacing(6, with: "packages: [{ name: a1, contents: [{ source: a, to: /usr/x }] }]"),
        Manifests.adding("agent: { command: [] }"), Manifests.adding("agent: { command: [a], environment: { 1A: x } }"),
        Manifests.adding("requirements: { memory: 2 }"), Manifests.adding("requirements: { reach: [\"https://u@h\"] }"),
        Manifests.adding("settings: [{ id: a, prompt: A, kind: prot }]"),
        Manifests.adding("settings: [{ id: a, prompt: A, secret: yes }]"),
        Manifests.adding("settings: [{ group: g, prompt: G }]"),
        Manifests.adding("license: {}"), Manifests.adding("license: { name: a b }"),
        Manifests.adding("legacy: { paths: [a] }"), Manifests.adding("elf: { waive: [{ file: a, check: glibc }] }"),
        Manifests.replacing(
            6, with: "packages: [{ name: a1, deb: { depends: [\"b, c\"] }, contents: [{ source: a }] }]"),
        Manifests.replacing(6, with: "packages: [{ name: a1, deb: { section: x }, contents: [{ source: a }] }]"),
        Manifests.replacing(6, with: "packages: [{ name: a1, deb: { multi_arch: x }, contents: [{ source: a }] }]"),
        Manifests.replacing(6, with: "packages: [{ name: a1, rpm: { requires: [a>=1] }, contents: [{ source: a }] }]"),
        Manifests.replacing(6, with: "packages: [{ name: a1, scripts: { pre: x }, contents: [{ source: a }] }]"),
        Manifests.replacing(6, with: "packages: [{ name: a1, contents: [{ source: a, capabilities: x }] }]"),
        Manifests.adding("settings: [{ group: g, prompt: G, one_of: [[a]], secret: true }]"),
    ]

    @Test func `Broken manifests fail both the schema and the decoder`() throws {
        for (text, errors) in zip(Self.broken, try errors(Self.broken)) {
            #expect(!errors.isEmpty, "the schema accepts:\n\(text)")
            #expect(!Manifests.problems(in: text).isEmpty, "the decoder accepts:\n\(text)")
        }
    }
}
