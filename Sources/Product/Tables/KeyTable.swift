/// The keys of one mapping: the one source for what the decoder accepts, the JSON Schema and the reference.
struct KeyTable: Sendable {
    /// The name of the mapping's kind, `contents entry`; the schema's definition is called after it.
    var name: String
    /// What the mapping is, for the reference.
    var doc: String
    var keys: [Key]
    /// Keys of which exactly one must be there.
    var exactlyOneOf: [String] = []
    /// Keys of which at least one must be there.
    var atLeastOneOf: [String] = []

    struct Key: Sendable {
        var name: String
        var type: ValueType
        var isRequired = false
        /// What it means, whole sentences.
        var doc: String
        /// What holds without it, in words.
        var fallback: String?
        /// A value as it stands in a manifest.
        var example: String
    }

    subscript(name: String) -> Key? { keys.first { $0.name == name } }
}

/// What a value must look like.
indirect enum ValueType: Sendable {
    /// Text that follows a rule.
    case text(TextRule)
    /// One of some words.
    case word([String])
    /// `true` or `false`.
    case boolean
    /// A whole number between two bounds.
    case integer(ClosedRange<Int64>)
    /// A list with at least that many items.
    case list(ValueType, minimum: Int)
    /// A mapping with the keys of a table.
    case mapping(KeyTable)
    /// A mapping with free keys.
    case dictionary(keys: TextRule, values: TextRule)
    /// A list or a mapping, told apart by which it is.
    case listOrMapping(ValueType, KeyTable)
    /// A mapping with the keys of `present` where it has `key`, else with those of `absent`.
    case variants(key: String, present: KeyTable, absent: KeyTable)
}

/// How text must look: a pattern for the whole of it, and words for the same.
struct TextRule: Sendable {
    /// A regular expression in the part of the syntax that ECMAScript and Swift share, without anchors.
    var pattern: String
    /// What is expected, in words: `a port number`.
    var expected: String
    /// Whether YAML's numbers and booleans are welcome as the text they are written as.
    var takesNumbers = false
    /// More on why some text is refused.
    var explain: (@Sendable (String) -> String?)?

    func matches(_ text: String) -> Bool {
        guard let regex = try? Regex(pattern).matchingSemantics(.unicodeScalar) else { return false }
        return text.wholeMatch(of: regex) != nil
    }
}

extension ManifestTables {
    /// Every mapping's table, the manifest's first.
    static let all: [KeyTable] = {
        var found = [manifest]
        var position = 0
        while position < found.count {
            for key in found[position].keys {
                found += tables(in: key.type).filter { table in !found.contains { $0.name == table.name } }
            }
            position += 1
        }
        return found
    }()

    /// The mapping in which a key stands, when there is exactly one.
    static func home(of key: String) -> KeyTable? {
        let homes = all.filter { $0[key] != nil }
        return homes.count == 1 ? homes[0] : nil
    }

    private static func tables(in type: ValueType) -> [KeyTable] {
        switch type {
        case .list(let item, _): tables(in: item)
        case .mapping(let table): [table]
        case .listOrMapping(let list, let table): tables(in: list) + [table]
        case .variants(_, let present, let absent): [absent, present]
        default: []
        }
    }
}
