/// The text of a file of definitions, read: the values at its top and what is wrong with its shape.
package struct DefinitionText {
    /// The values at the top; nil when the text isn't YAML or no mapping.
    package let fields: Fields?
    /// What is wrong, in no particular order.
    package let problems: [Problem]

    /// Reads a text.
    ///
    /// - Parameters:
    ///   - text: The file's content.
    ///   - file: Its name for messages.
    ///   - vocabulary: What may stand in it.
    ///   - overrides: Values from the command line that replace those in the text.
    package init(_ text: String, file: String, vocabulary: Vocabulary, overrides: [Override] = []) {
        var reader = NodeReader(file: file, root: vocabulary.root)
        guard var root = reader.read(text) else {
            fields = nil
            problems = reader.problems
            return
        }
        let misplaced = overrides.compactMap { $0.apply(to: &root) }
        var shape = ShapeCheck(vocabulary)
        shape.check(root, is: .mapping(vocabulary.root))
        fields = Fields(node: root, table: vocabulary.root)
        problems = reader.problems + misplaced + shape.problems
    }
}
