/// How text must look: a pattern for the whole of it, and words for the same.
package struct TextRule: Sendable {
    /// A regular expression in the part of the syntax that ECMAScript and Swift share, without anchors.
    package var pattern: String
    /// What is expected, in words: `a port number`.
    package var expected: String
    /// Whether YAML's numbers and booleans are welcome as the text they are written as.
    package var takesNumbers = false
    /// More on why some text is refused.
    package var explain: (@Sendable (String) -> String?)?

    /// Makes a rule.
    package init(
        pattern: String, expected: String, takesNumbers: Bool = false,
        explain: (@Sendable (String) -> String?)? = nil
    ) {
        self.pattern = pattern
        self.expected = expected
        self.takesNumbers = takesNumbers
        self.explain = explain
    }

    /// Whether the whole of a text follows the rule.
    package func matches(_ text: String) -> Bool {
        guard let regex = try? Regex(pattern).matchingSemantics(.unicodeScalar) else { return false }
        return text.wholeMatch(of: regex) != nil
    }
}
