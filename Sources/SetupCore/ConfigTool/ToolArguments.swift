import Diagnostics

/// The words after a command.
struct ToolArguments {
    private var flags: Set<String> = []
    private var values: [String: String] = [:]
    /// The words that are no options, in their order.
    private(set) var operands: [String] = []

    /// Reads them.
    ///
    /// - Parameters:
    ///   - words: The words after the command; `--` ends the options.
    ///   - verb: The command.
    ///   - tool: The program's name, for messages.
    init(_ words: [String], of verb: ToolVerb, tool: String) throws(Failure) {
        let help = "Run `\(tool) help \(verb.rawValue)`."
        var rest = words[...]
        while let word = rest.popFirst() {
            if word == "--" {
                operands += rest
                break
            }
            if verb.flags.contains(word) {
                flags.insert(word)
            } else if let option = verb.options.first(where: { word == $0 || word.hasPrefix($0 + "=") }) {
                let inline = word == option ? rest.popFirst() : String(word.dropFirst(option.count + 1))
                guard let value = inline, !value.isEmpty else {
                    throw Failure(.usage, "\(option) needs a value", hints: [help])
                }
                guard values.updateValue(value, forKey: option) == nil else {
                    throw Failure(.usage, "\(option) is given twice", hints: [help])
                }
            } else if word.hasPrefix("-"), word != "-" {
                let name = TerminalText.escaped(String(word.prefix { $0 != "=" }))
                throw Failure(
                    .usage, "\(verb.rawValue) has no option \(name)",
                    hints: Suggestion.hints(for: name, among: verb.flags + verb.options) + [help])
            } else {
                operands.append(word)
            }
        }
        guard operands.count <= verb.operands.upperBound else {
            let extra = TerminalText.escaped(operands[verb.operands.upperBound])
            throw Failure(.usage, "unexpected argument \(extra) after \(verb.rawValue)", hints: [help])
        }
        guard operands.count >= verb.operands.lowerBound else {
            throw Failure(.usage, "\(verb.rawValue) needs more: \(verb.usage)", hints: [help])
        }
    }

    /// Whether an option without value was given.
    func has(_ flag: String) -> Bool { flags.contains(flag) }

    /// The value of an option.
    func value(of option: String) -> String? { values[option] }
}
