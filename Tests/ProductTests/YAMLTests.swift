import DefinitionFiles
import Product
import Testing

struct YAMLTests {
    private func only(_ text: String) throws -> Problem {
        let problems = Manifests.problems(in: text)
        #expect(problems.count == 1, "\(problems.map(\.rendered))")
        return try #require(problems.first)
    }

    @Test func `A key written twice is reported where it comes again, with its path`() throws {
        let problem = try only(Manifests.adding("agent:\n  command: [a]\n  command: [b]"))
        #expect(problem.rendered == "product.yaml:9:3: agent.command: the key is written twice, first on line 8")
    }

    @Test func `Several keys written twice are reported together with other mistakes`() {
        let text = Manifests.adding("\"title\": a\ntitle: b\ntitle: c\ntools: { config: a, config: b }\nvendr: x")
        let problems = Manifests.problems(in: text)
        #expect(
            problems.map(\.rendered) == [
                "product.yaml:9:1: title: the key is written twice, first on line 7",
                "product.yaml:9:1: title: the key is written twice, first on line 8",
                "product.yaml:10:21: tools.config: the key is written twice, first on line 10",
                "product.yaml:11:1: vendr: \"vendr\" is no key of the manifest; did you mean \"vendor\"?",
            ])
    }

    @Test func `Anchors and aliases are refused`() throws {
        let problems = Manifests.problems(in: Manifests.adding("tools: &t { config: a }\npaths: *t"))
        #expect(problems.map(\.message) == ["anchors and aliases (&name, *name) are not supported"])
        #expect(problems.first?.location.line == 7)
    }

    @Test func `A file that would unfold to millions of nodes is refused at once`() throws {
        var lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
        for (name, previous) in zip("bcdefghi", "abcdefgh") {
            lines.append("\(name): &\(name) [" + repeatElement("*\(previous)", count: 9).joined(separator: ", ") + "]")
        }
        lines.append("? *i\n: x")
        let clock = ContinuousClock()
        let time = clock.measure { _ = Manifests.problems(in: lines.joined(separator: "\n")) }
        #expect(time < .seconds(2))
        #expect(try only(lines.joined(separator: "\n")).message == "aliases (*name) are not supported")
    }

    @Test(arguments: [
        String(repeating: "[", count: 5000), String(repeating: "- ", count: 5000),
        String(repeating: "{a: ", count: 5000), String(repeating: "? ", count: 3000),
        (0..<300).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n"),
    ])
    func `Deep nesting is refused`(text: String) throws {
        #expect(try only(text).message == "the YAML is nested too deeply")
    }

    @Test func `A second document is refused`() throws {
        let problem = try only(Manifests.adding("---\nname: other"))
        #expect(problem.message == "expected one YAML document, found another one")
        #expect(problem.location.line == 7)
    }

    @Test func `Tags are refused`() throws {
        let problem = try only(Manifests.adding("title: !secret x"))
        #expect(problem.message == "tags such as !name are not supported, found !secret")
    }

    @Test func `Merge keys are refused`() throws {
        let problem = try only(Manifests.adding("tools: { <<: { config: a } }"))
        #expect(problem.message == "merge keys (<<) are not supported")
    }

    @Test(arguments: [
        ("name: [", 2, 1, "the YAML is wrong: while parsing a flow node, did not find expected node content"),
        (
            "name: a\n\tb: c", 2, 1,
            "the YAML is wrong: while scanning a plain scalar, found a tab character that violates indentation"
        ),
        ("- a\n- b", 1, 1, "expected a mapping of keys such as `name: my-agent`"), ("", 1, 1, "the manifest is empty"),
        ("# nothing\n", 1, 1, "the manifest is empty"),
    ])
    func `Text that is no mapping`(text: String, line: Int, column: Int, message: String) throws {
        let problem = try only(text)
        #expect(problem.message == message)
        #expect(problem.location.line == line)
    }

    @Test func `A pattern without quotes gets a hint`() throws {
        let problem = try only("exclude: [*.map]")
        #expect(problem.hints == ["Write text that starts with * or & in quotes, as in exclude: [\"*.map\"]."])
    }

    @Test func `Keys that are lists are refused`() throws {
        #expect(try only(Manifests.adding("? [a]\n: b")).message == "expected a word as key")
    }

    @Test func `A file over the limit is refused`() throws {
        let text = "# " + String(repeating: "x", count: 1 << 20)
        #expect(try only(text).message == "a manifest has at most 1048576 bytes, found 1048578")
    }

    @Test func `Numbers and dates are text as they are written`() throws {
        let text = Manifests.replacing(2, with: "version: 2.10") + "title: 0o17\n"
        let manifest = try Manifest(parsing: text, file: "product.yaml")
        #expect(manifest.version == "2.10")
        #expect(manifest.title == "0o17")
    }
}
