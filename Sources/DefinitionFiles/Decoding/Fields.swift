/// The values of one mapping whose shape is right; what `ShapeCheck` reported reads as absent here.
package struct Fields {
    package let node: DefinitionNode
    package let table: KeyTable

    /// The value under a key of the table.
    package subscript(key: String) -> DefinitionNode? {
        precondition(table[key] != nil, "the table of \(table.name) has no key \(key)")
        guard let value = node[key], !value.isNull else { return nil }
        return value
    }

    /// Text that follows the key's rule, or one of its words.
    package func text(_ key: String) -> Located<String>? {
        guard let node = self[key], let text = node.text, let type = table[key]?.type else { return nil }
        switch type {
        case .text(let rule) where rule.matches(text): return Located(text, at: node.location)
        case .word(let words) where words.contains(text): return Located(text, at: node.location)
        default: return nil
        }
    }

    /// `true` or `false`.
    package func boolean(_ key: String) -> Bool? { self[key].flatMap(Scalars.boolean) }

    /// A number within the key's bounds.
    package func integer(_ key: String) -> Located<Int64>? {
        guard let node = self[key], case .integer(let range) = table[key]?.type, let value = Scalars.integer(node),
            range.contains(value)
        else { return nil }
        return Located(value, at: node.location)
    }

    /// One of an enumeration's words.
    package func word<Word: RawRepresentable<String>>(_ key: String, as type: Word.Type) -> Word? {
        text(key).flatMap { Word(rawValue: $0.value) }
    }

    /// The items of a list of texts or words that follow their rule.
    package func texts(_ key: String) -> [Located<String>] {
        guard let items = self[key]?.list, case .list(let type, _) = table[key]?.type else { return [] }
        return items.compactMap { item in
            guard let text = item.text else { return nil }
            switch type {
            case .text(let rule) where rule.matches(text): return Located(text, at: item.location)
            case .word(let words) where words.contains(text): return Located(text, at: item.location)
            default: return nil
            }
        }
    }

    /// The mapping under a key.
    package func fields(_ key: String) -> Fields? {
        guard let node = self[key], node.mapping != nil, case .mapping(let table) = table[key]?.type else { return nil }
        return Fields(node: node, table: table)
    }

    /// The mappings of a list.
    package func list(_ key: String) -> [Fields] {
        guard let items = self[key]?.list, case .list(let type, _) = table[key]?.type else { return [] }
        return items.compactMap { item in
            guard item.mapping != nil else { return nil }
            switch type {
            case .mapping(let table): return Fields(node: item, table: table)
            case .variants(let key, let present, let absent):
                return Fields(node: item, table: item[key] != nil ? present : absent)
            default: return nil
            }
        }
    }

    /// One item of a list whose items are text or mappings.
    package enum Item {
        case text(Located<String>)
        case fields(Fields)
    }

    /// The items of a list of texts and mappings.
    package func items(_ key: String) -> [Item] {
        guard let items = self[key]?.list, case .list(.textOrMapping(let rule, let table), _) = self.table[key]?.type
        else { return [] }
        return items.compactMap { item in
            if item.mapping != nil { return .fields(Fields(node: item, table: table)) }
            guard let text = item.text, rule.matches(text) else { return nil }
            return .text(Located(text, at: item.location))
        }
    }

    /// The pairs of a mapping with free keys.
    package func pairs(_ key: String) -> [(key: String, location: Location, value: String)] {
        (self[key]?.mapping ?? []).compactMap { pair in
            pair.value.text.map { (pair.key, pair.keyLocation, $0) }
        }
    }
}
