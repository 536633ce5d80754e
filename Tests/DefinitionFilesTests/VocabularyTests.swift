import DefinitionFiles
import JSON
import Testing

/// A kind of file of the tests' own.
private let item = KeyTable(
    name: "item", mention: "an item", doc: "One entry.",
    keys: [
        .init(name: "name", type: .text(.packageName), isRequired: true, doc: "The name.", example: "egg"),
        .init(name: "count", type: .integer(1...12), doc: "How many.", fallback: "1", example: "3"),
    ])
private let recipe = Vocabulary(
    root: KeyTable(
        name: "recipe", mention: "the recipe", doc: "The whole file.",
        keys: [
            .init(name: "title", type: .text(.line), isRequired: true, doc: "The title.", example: "Cake"),
            .init(
                name: "items", type: .list(.textOrMapping(.packageName, item), minimum: 1), doc: "What is needed.",
                fallback: "nothing", example: "[egg, { name: flour, count: 2 }]"),
        ]),
    later: ["oven"], hints: ["password": "Recipes are no secret."])

private func read(_ text: String) -> DefinitionText {
    DefinitionText(text, file: "cake.yaml", vocabulary: recipe)
}

@Suite struct VocabularyTests {
    @Test(arguments: [
        ("", "cake.yaml:1:1: the recipe is empty"),
        ("- a", "cake.yaml:1:1: expected a mapping of keys such as `title: Cake`"),
        (
            "# " + String(repeating: "x", count: 1 << 20),
            "cake.yaml:1:1: a recipe has at most 1048576 bytes, found 1048578"
        ),
        ("title: \u{E000}", "cake.yaml:1:1: a recipe has no private-use characters, found U+e000"),
        ("title: a\ntitel: b", "cake.yaml:2:1: titel: \"titel\" is no key of the recipe; did you mean \"title\"?"),
        ("title: a\ncount: 2", "cake.yaml:2:1: count: \"count\" is no key of the recipe, but of an item"),
        (
            "title: a\noven: b",
            "cake.yaml:2:1: oven: \"oven\" is not supported by this version of agentpack; leave it out"
        ),
        ("title: a\npassword: b", "cake.yaml:2:1: password: \"password\" is no key of the recipe"),
        (
            "title: a\nitems: [[b]]",
            "cake.yaml:2:9: items[0]: expected a package name of 2 to 64 lower-case letters, digits, +, - and ., or a "
                + "mapping, found a list"
        ),
        (
            "title: a\nitems: [egg, EGG]",
            "cake.yaml:2:14: items[1]: expected a package name of 2 to 64 lower-case letters, digits, +, - and ., found "
                + "\"EGG\""
        ),
        (
            "title: a\nitems: [egg, { name: flour, count: 13 }]",
            "cake.yaml:2:36: items[1].count: expected a whole number from 1 to 12, found \"13\""
        ),
        ("title: a\nitems: [{ count: 2 }]", "cake.yaml:2:9: items[0]: \"name\" is missing"),
    ])
    func `Messages name the kind of file`(text: String, rendered: String) {
        #expect(read(text).problems.map(\.rendered) == [rendered])
    }

    @Test func `A key that people try has a hint`() {
        #expect(read("title: a\npassword: b").problems.first?.hints == ["Recipes are no secret."])
    }

    @Test func `Texts and mappings of one list keep their order`() throws {
        let fields = try #require(read("title: a\nitems: [egg, { name: flour, count: 2 }, milk]").fields)
        let names = fields.items("items").map { item in
            switch item {
            case .text(let text): text.value
            case .fields(let fields): "\(fields.text("name")?.value ?? "") \(fields.integer("count")?.value ?? 0)"
            }
        }
        #expect(names == ["egg", "flour 2", "milk"])
    }

    @Test func `Reference and schema have every table`() {
        #expect(recipe.tables.map(\.name) == ["recipe", "item"])
        let text = recipe.markdown
        #expect(text.hasPrefix("## The recipe\n\nThe whole file.\n\n### `title`\n"))
        #expect(text.contains("## `item`\n\nOne entry.\n"))
        #expect(text.contains("; or a mapping, see [item](#item)\n- Default: nothing\n"))
        let schema = recipe.schema(title: "a recipe").text()
        #expect(schema.contains(##""title":"a recipe""##))
        #expect(schema.contains(##""anyOf":[{"##) && schema.contains(##",{"$ref":"#/$defs/item"}]"##), "\(schema)")
    }

    @Test func `Overrides reach into lists`() throws {
        let override = try #require(Override(assignment: "items[1].count=4"))
        let text = DefinitionText(
            "title: a\nitems: [egg, { name: flour }]", file: "cake.yaml", vocabulary: recipe, overrides: [override])
        #expect(text.problems == [])
        let second = try #require(text.fields?.items("items").last)
        guard case .fields(let fields) = second else {
            Issue.record("expected a mapping")
            return
        }
        #expect(fields.integer("count")?.value == 4 && fields.integer("count")?.location.file == "--set")
    }
}
