/// What a value must look like.
package indirect enum ValueType: Sendable {
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
    /// Text or a mapping, told apart by which it is.
    case textOrMapping(TextRule, KeyTable)
    /// A mapping with the keys of `present` where it has `key`, else with those of `absent`.
    case variants(key: String, present: KeyTable, absent: KeyTable)
}
