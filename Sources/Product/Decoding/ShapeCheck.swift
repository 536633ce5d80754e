import Diagnostics

/// Compares a tree with the tables and reports each place where they differ.
///
/// What it accepts is what the JSON Schema accepts, because both are made from the same tables.
struct ShapeCheck {
    private(set) var problems: [Problem] = []

    mutating func check(_ node: ManifestNode, is type: ValueType) {
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
                    report(pair.keyLocation, "expected \(keys.expected), found \(ManifestNode.quoted(pair.key))")
                }
                check(pair.value, follows: values)
            }
        case .listOrMapping(let list, let table):
            if node.list != nil { return check(node, is: list) }
            guard node.mapping != nil else { return expected("a list or a mapping", at: node) }
            check(node, has: table)
        case .variants(let key, let present, let absent):
            check(node, has: node[key] != nil ? present : absent)
        }
    }

    private mutating func check(_ node: ManifestNode, follows rule: TextRule) {
        guard let text = node.text else { return expected(rule.expected, at: node) }
        guard !rule.matches(text) else { return }
        let reason = rule.explain?(text).map { ": " + $0 } ?? ""
        report(node.location, "expected \(rule.expected), found \(node.found)\(reason)")
    }

    private mutating func check(_ node: ManifestNode, has table: KeyTable) {
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

    private mutating func reportUnknown(_ pair: ManifestNode.Pair, in table: KeyTable) {
        let name = ManifestNode.quoted(pair.key)
        if table.name == ManifestTables.manifest.name, ManifestTables.later.contains(pair.key) {
            report(pair.keyLocation, "\(name) is not supported by this version of agentpack; leave it out")
            return
        }
        if pair.key == "<<" {
            report(pair.keyLocation, "merge keys (<<) are not supported", hints: ["Write each key out."])
            return
        }
        let near = Suggestion.nearest(to: pair.key, among: table.keys.map(\.name))
        let home = near == nil ? ManifestTables.home(of: pair.key) : nil
        let elsewhere = home.map { ", but of " + Self.article($0.name) } ?? ""
        problems.append(
            Problem(
                at: pair.keyLocation, "\(name) is no key of \(Self.article(table.name))\(elsewhere)", suggestion: near))
    }

    // MARK: Words

    private mutating func expected(
        _ what: String, at node: ManifestNode, found: String? = nil, suggestion: String? = nil
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

    private static func article(_ name: String) -> String {
        switch name {
        case "manifest", "agent": "the " + name
        case "alternative", "elf waiver": "an " + name
        case "license", "paths", "tools", "requirements", "compression", "service", "configuration", "legacy",
            "scripts",
            "deb", "rpm", "elf":
            "\"\(name)\""
        default: "a " + name
        }
    }

    private static func examples(of table: KeyTable) -> String {
        let required = table.keys.filter { $0.isRequired || table.atLeastOneOf.contains($0.name) }
        return (required.isEmpty ? table.keys : required).prefix(3).map { "\"\($0.name)\"" }.joined(separator: ", ")
    }
}

/// Scalars that are more than text.
enum Scalars {
    /// `true` and `false`, nothing else: YAML's other words for them differ between readers.
    static func boolean(_ node: ManifestNode) -> Bool? {
        switch node.text {
        case "true": true
        case "false": false
        default: nil
        }
    }

    /// Decimal digits with an optional `-`.
    static func integer(_ node: ManifestNode) -> Int64? {
        guard let text = node.text, text.first != "+" else { return nil }
        return Int64(text)
    }

    /// Octal digits.
    static func mode(_ text: String) -> UInt32? { UInt32(text, radix: 8) }

    /// A size in bytes: kB, MB, GB, TB are powers of 1000, KiB, MiB, GiB, TiB powers of 1024.
    static func size(_ text: String) -> UInt64? {
        let number = text.prefix { $0.isNumber || $0 == "." }
        let unit = text.dropFirst(number.count).filter { $0 != " " }
        let factors: [String: UInt64] = [
            "B": 1, "kB": 1_000, "KB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000, "TB": 1_000_000_000_000,
            "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40,
        ]
        guard let factor = factors[unit] else { return nil }
        // Whole digits and fraction apart: binary fractions would round 1.1GB.
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard let whole = parts.first.flatMap({ UInt64($0) }), parts.count <= 2 else { return nil }
        let product = whole.multipliedReportingOverflow(by: factor)
        guard !product.overflow else { return nil }
        guard parts.count == 2 else { return product.partialValue }
        let digits = parts[1]
        guard digits.count <= 6, let fraction = UInt64(digits) else { return nil }
        var divisor: UInt64 = 1
        for _ in digits { divisor *= 10 }
        let sum = product.partialValue.addingReportingOverflow(factor * fraction / divisor)
        return sum.overflow ? nil : sum.partialValue
    }

    /// A duration in seconds: s, m, h.
    static func duration(_ text: String) -> Int? {
        let number = text.prefix(while: \.isNumber)
        let factor: Int
        switch text.last {
        case "s": factor = 1
        case "m": factor = 60
        case "h": factor = 3600
        default: return nil
        }
        guard let value = Int(number) else { return nil }
        let product = value.multipliedReportingOverflow(by: factor)
        return product.overflow ? nil : product.partialValue
    }
}
