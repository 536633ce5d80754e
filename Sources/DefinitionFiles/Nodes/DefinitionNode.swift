/// A definition's YAML as a tree of text, lists and mappings: no tags, anchors or aliases, each node with its place.
///
/// Scalars stay as they are written: `2.10` is four characters, never a number.
package struct DefinitionNode: Sendable, Equatable {
    /// What a node is.
    package indirect enum Content: Sendable, Equatable {
        /// Text; `isPlain` when it was written without quotes.
        case scalar(String, isPlain: Bool)
        case list([DefinitionNode])
        case mapping([Pair])
    }

    /// A key with its value.
    package struct Pair: Sendable, Equatable {
        package var key: String
        package var keyLocation: Location
        package var value: DefinitionNode
    }

    package var content: Content
    package var location: Location

    /// The text of a scalar; nil for lists, mappings and nothing.
    package var text: String? {
        guard case .scalar(let text, _) = content, !isNull else { return nil }
        return text
    }

    /// The items of a list; nil for everything else.
    package var list: [DefinitionNode]? {
        guard case .list(let items) = content else { return nil }
        return items
    }

    /// The pairs of a mapping; nil for everything else.
    package var mapping: [Pair]? {
        guard case .mapping(let pairs) = content else { return nil }
        return pairs
    }

    /// YAML's nothing: an empty value, `~` or `null` without quotes.
    package var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// The value under a key, nil too when this isn't a mapping.
    package subscript(key: String) -> DefinitionNode? {
        mapping?.first { $0.key == key }?.value
    }

    /// What is there, for messages.
    package var found: String {
        if isNull { return "nothing" }
        switch content {
        case .scalar(let text, _): return Self.quoted(text)
        case .list: return "a list"
        case .mapping: return "a mapping"
        }
    }

    /// Text in quotes, shortened, control characters as escapes: fit for a message.
    package static func quoted(_ text: String) -> String {
        let limit = 60
        var shown = ""
        for scalar in text.unicodeScalars.prefix(limit) {
            shown += scalar.properties.generalCategory == .control ? scalar.escaped(asASCII: true) : String(scalar)
        }
        return "\"" + shown + (text.unicodeScalars.count > limit ? "…" : "") + "\""
    }
}
