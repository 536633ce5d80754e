/// A manifest's YAML as a tree of text, lists and mappings: no tags, anchors or aliases, each node with its place.
///
/// Scalars stay as they are written: `2.10` is four characters, never a number.
struct ManifestNode: Sendable, Equatable {
    indirect enum Content: Sendable, Equatable {
        /// Text; `isPlain` when it was written without quotes.
        case scalar(String, isPlain: Bool)
        case list([ManifestNode])
        case mapping([Pair])
    }

    struct Pair: Sendable, Equatable {
        var key: String
        var keyLocation: Location
        var value: ManifestNode
    }

    var content: Content
    var location: Location

    /// The text of a scalar; nil for lists, mappings and nothing.
    var text: String? {
        guard case .scalar(let text, _) = content, !isNull else { return nil }
        return text
    }

    var list: [ManifestNode]? {
        guard case .list(let items) = content else { return nil }
        return items
    }

    var mapping: [Pair]? {
        guard case .mapping(let pairs) = content else { return nil }
        return pairs
    }

    /// YAML's nothing: an empty value, `~` or `null` without quotes.
    var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// The value under a key, nil too when this isn't a mapping.
    subscript(key: String) -> ManifestNode? {
        mapping?.first { $0.key == key }?.value
    }

    /// What is there, for messages.
    var found: String {
        if isNull { return "nothing" }
        switch content {
        case .scalar(let text, _): return Self.quoted(text)
        case .list: return "a list"
        case .mapping: return "a mapping"
        }
    }

    /// Text in quotes, shortened, control characters as escapes: fit for a message.
    static func quoted(_ text: String) -> String {
        let limit = 60
        var shown = ""
        for scalar in text.unicodeScalars.prefix(limit) {
            shown += scalar.properties.generalCategory == .control ? scalar.escaped(asASCII: true) : String(scalar)
        }
        return "\"" + shown + (text.unicodeScalars.count > limit ? "…" : "") + "\""
    }
}

/// Key paths: keys joined by dots, `[0]` for list items, `["a.b"]` for keys that hold other characters.
enum KeyPath {
    enum Step: Equatable {
        case key(String)
        case index(Int)
    }

    static func appending(_ key: String, to path: String) -> String {
        guard isBare(key) else { return path + "[" + ManifestNode.quoted(key) + "]" }
        return path.isEmpty ? key : path + "." + key
    }

    static func appending(_ index: Int, to path: String) -> String { "\(path)[\(index)]" }

    /// Takes a key path apart; nil when it is malformed.
    static func parse(_ text: String) -> [Step]? {
        var steps: [Step] = []
        var rest = text[...]
        while !rest.isEmpty {
            if rest.first == "[" {
                guard let step = takeBrackets(&rest) else { return nil }
                steps.append(step)
                continue
            }
            if !steps.isEmpty {
                guard rest.first == "." else { return nil }
                rest = rest.dropFirst()
            }
            let key = rest.prefix { $0 != "." && $0 != "[" }
            guard isBare(String(key)) else { return nil }
            steps.append(.key(String(key)))
            rest = rest.dropFirst(key.count)
        }
        return steps.isEmpty ? nil : steps
    }

    private static func takeBrackets(_ rest: inout Substring) -> Step? {
        if rest.hasPrefix("[\"") {
            guard let end = rest.firstRange(of: "\"]") else { return nil }
            let key = String(rest[rest.index(rest.startIndex, offsetBy: 2)..<end.lowerBound])
            rest = rest[end.upperBound...]
            return .key(key)
        }
        let digits = rest.dropFirst().prefix(while: \.isNumber)
        let after = rest.dropFirst(1 + digits.count)
        guard let index = Int(digits), after.first == "]" else { return nil }
        rest = after.dropFirst()
        return .index(index)
    }

    private static func isBare(_ key: String) -> Bool {
        !key.isEmpty
            && key.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    return true
                default: return false
                }
            }
    }
}
