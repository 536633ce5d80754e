import Diagnostics

/// Compares a tree with the tables and reports each place where they differ.
///
/// What it accepts is what the JSON Schema accepts, because both are made from the same tables.
struct ShapeCheck {
    private let vocabulary: Vocabulary
    private(set) var problems: [Problem] = []

    init(_ vocabulary: Vocabulary) {
        self.vocabulary = vocabulary
    }

    mutating func check(_ node: DefinitionNode, is type: ValueType) {
        switch type {
        case .text(let rule): check(node, follows: rule)
        case .word(let words):
            guard let text = node.text else { return expected(Self.oneOf(words), at: node) }
            if !words.contains(text) {
                expected(
                    Self.oneOf(words), at: node, suggestion: Suggestion.nearest(to: text, among: words))
            }
        case .boolean:
            if Scalars.boolean(node) == nil { expected("true or false", at: node) }
        case .integer(let range):
            guard let value = Scalars.integer(node), range.contains(value) else {
                let isBounded = range.lowerBound > Int64.min && range.upperBound < Int64.max
                let bounds = isBounded ? " from \(range.lowerBound) to \(range.upperBound)" : ""
                return expected("a whole number" + bounds, at: node)
            }
        case .list(let item, let minimum):
            guard let items = node.list else { return expected("a list", at: node) }
            if items.count < minimum { expected("a list of at least \(minimum)", at: node, found: "\(items.count)") }
            for node in items { check(node, is: item) }
        case .mapping(let table): check(node, has: table)
        case .dictionary(let keys, let values):
            guard let pairs = node.mapping else { return expected("a mapping", at: node) }
            for pair in pairs {
                if !keys.matches(pair.key) {
                    report(pair.keyLocation, "expected \(keys.expected), found \(DefinitionNode.quoted(pair.key))")
                }
                check(pair.value, follows: values)
            }
        case .listOrMapping(let list, let table):
            if node.list != nil { return check(node, is: list) }
            guard node.mapping != nil else { return expected("a list or a mapping", at: node) }
            check(node, has: table)
        case .textOrMapping(let rule, let table):
            if node.mapping != nil { return check(node, has: table) }
            guard node.text != nil else { return expected(rule.expected + ", or a mapping", at: node) }
            check(node, follows: rule)
        case .variants(let key, let present, let absent):
            check(node, has: node[key] != nil ? present : absent)
        }
    }

    private mutating func check(_ node: DefinitionNode, follows rule: TextRule) {
        guard let text = node.text else { return expected(rule.expected, at: node) }
        guard !rule.matches(text) else { return }
        let reason = rule.explain?(text).map { ": " + $0 } ?? ""
        report(node.location, "expected \(rule.expected), found \(node.found)\(reason)")
    }

    private mutating func check(_ node: DefinitionNode, has table: KeyTable) {
        guard let pairs = node.mapping else {
            return expected("a mapping with \(Self.examples(of: table))", at: node)
        }
        for pair in pairs {
            guard let key = table[pair.key] else {
                reportUnknown(pair, in: table)
                continue
            }
            check(pair.value, is: key.type)
        }
        for key in table.keys where key.isRequired && node[key.name] == nil {
            // A near miss was reported as unknown; saying that its right spelling is missing adds nothing.
            let isMisspelt = pairs.contains { pair in
                table[pair.key] == nil
                    && Suggestion.nearest(to: pair.key, among: table.keys.map(\.name)) == key.name
            }
            if !isMisspelt {
                report(node.location, "\"\(key.name)\" is missing", hints: ["Example: \(key.name): \(key.example)"])
            }
        }
        if !table.atLeastOneOf.isEmpty, !table.atLeastOneOf.contains(where: { node[$0] != nil }) {
            let names = table.atLeastOneOf.map { "\"\($0)\"" }.joined(separator: " or ")
            report(node.location, "\(names) is missing")
        }
        if !table.exactlyOneOf.isEmpty {
            let present = table.exactlyOneOf.filter { node[$0] != nil }
            if present.count != 1 {
                let found = present.isEmpty ? "none" : present.joined(separator: " and ")
                report(node.location, "expected exactly \(Self.oneOf(table.exactlyOneOf)), found \(found)")
            }
        }
    }

    private mutating func reportUnknown(_ pair: DefinitionNode.Pair, in table: KeyTable) {
        let name = DefinitionNode.quoted(pair.key)
        if table.name == vocabulary.root.name, vocabulary.later.contains(pair.key) {
            report(pair.keyLocation, "\(name) is not supported by this version of agentpack; leave it out")
            return
        }
        if pair.key == "<<" {
            report(pair.keyLocation, "merge keys (<<) are not supported", hints: ["Write each key out."])
            return
        }
        let near = Suggestion.nearest(to: pair.key, among: table.keys.map(\.name))
        let home = near == nil ? vocabulary.home(of: pair.key) : nil
        let elsewhere = home.map { ", but of " + $0.mention } ?? ""
        let message = "\(name) is no key of \(table.mention)" + elsewhere
        let hints = vocabulary.hints[pair.key].map { [$0] } ?? []
        problems.append(
            Problem(at: pair.keyLocation, message, suggestion: hints.isEmpty ? near : nil, hints: hints))
    }

    // MARK: Words

    private mutating func expected(
        _ what: String, at node: DefinitionNode, found: String? = nil, suggestion: String? = nil
    ) {
        let message = "expected \(what), found \(found ?? node.found)"
        problems.append(Problem(at: node.location, message, suggestion: suggestion))
    }

    private mutating func report(_ location: Location, _ message: String, hints: [String] = []) {
        problems.append(Problem(at: location, message, hints: hints))
    }

    private static func oneOf(_ words: [String]) -> String {
        words.count == 1 ? words[0] : "one of " + words.joined(separator: ", ")
    }

    private static func examples(of table: KeyTable) -> String {
        let required = table.keys.filter { $0.isRequired || table.atLeastOneOf.contains($0.name) }
        return (required.isEmpty ? table.keys : required).prefix(3).map { "\"\($0.name)\"" }.joined(separator: ", ")
    }
}
