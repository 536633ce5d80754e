/// The keys of one mapping: the one source for what a decoder accepts, the JSON Schema and the reference.
package struct KeyTable: Sendable {
    /// The name of the mapping's kind, `contents entry`; the schema's definition is called after it.
    package var name: String
    /// The mapping in a sentence: `a contents entry`, `the agent`.
    package var mention: String
    /// What the mapping is, for the reference.
    package var doc: String
    package var keys: [Key]
    /// Keys of which exactly one must be there.
    package var exactlyOneOf: [String]
    /// Keys of which at least one must be there.
    package var atLeastOneOf: [String]

    /// Makes a table; without a mention it is `a` and the name.
    package init(
        name: String, mention: String? = nil, doc: String, keys: [Key], exactlyOneOf: [String] = [],
        atLeastOneOf: [String] = []
    ) {
        self.name = name
        self.mention = mention ?? "a " + name
        self.doc = doc
        self.keys = keys
        self.exactlyOneOf = exactlyOneOf
        self.atLeastOneOf = atLeastOneOf
    }

    /// One key.
    package struct Key: Sendable {
        package var name: String
        package var type: ValueType
        package var isRequired: Bool
        /// What it means, whole sentences.
        package var doc: String
        /// What holds without it, in words.
        package var fallback: String?
        /// A value as it stands in a file.
        package var example: String

        /// Makes a key.
        package init(
            name: String, type: ValueType, isRequired: Bool = false, doc: String, fallback: String? = nil,
            example: String
        ) {
            self.name = name
            self.type = type
            self.isRequired = isRequired
            self.doc = doc
            self.fallback = fallback
            self.example = example
        }
    }

    package subscript(name: String) -> Key? { keys.first { $0.name == name } }
}
