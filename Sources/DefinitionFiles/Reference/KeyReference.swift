extension Vocabulary {
    /// The keys of every mapping as Markdown, the file's first.
    package var markdown: String { tables.map(section).joined(separator: "\n") }

    private func section(_ table: KeyTable) -> String {
        var text =
            "## " + (table.name == root.name ? "The \(root.name)" : "`\(table.name)`") + "\n\n" + table.doc + "\n"
        for key in table.keys {
            text += "\n### `\(key.name)`\n\n\(key.doc)\n\n- Value: \(describe(key.type))\n"
            if key.isRequired {
                text += "- Required\n"
            } else if let fallback = key.fallback {
                text += "- Default: \(fallback)\n"
            }
            text += "\n```yaml\n\(key.name): \(key.example)\n```\n"
        }
        return text
    }

    private func describe(_ type: ValueType) -> String {
        switch type {
        case .text(let rule): rule.expected
        case .word(let words): words.map { "`\($0)`" }.joined(separator: ", ")
        case .boolean: "`true` or `false`"
        case .integer(let range):
            range.lowerBound == .min
                ? "a whole number" : "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .list(let item, _): "a list; each item: \(describe(item))"
        case .mapping(let table): "a mapping, see [\(table.name)](#\(anchor(table)))"
        case .dictionary(let keys, let values): "a mapping; keys: \(keys.expected); values: \(values.expected)"
        case .listOrMapping(let list, let table):
            "\(describe(list)); or a mapping, see [\(table.name)](#\(anchor(table)))"
        case .textOrMapping(let rule, let table):
            "\(rule.expected); or a mapping, see [\(table.name)](#\(anchor(table)))"
        case .variants(_, let present, let absent):
            "a mapping, see [\(absent.name)](#\(anchor(absent))) and [\(present.name)](#\(anchor(present)))"
        }
    }

    private func anchor(_ table: KeyTable) -> String {
        (table.name == root.name ? "the-" : "") + table.name.replacing(" ", with: "-")
    }
}
