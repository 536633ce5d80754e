public import Diagnostics
import LinuxIO
import SetupPlan

/// The text that answers the questions of an installation: lines `id=value`, comments after `#`.
extension SettingValues {
    /// Takes what an answers file gives.
    ///
    /// Blanks around the id and around the value don't count; an empty value asks for no value.
    ///
    /// - Parameters:
    ///   - bytes: The file's content, UTF-8; a byte order mark is skipped.
    ///   - path: The file's name, for messages.
    /// - Throws: `.usage` with the line for an unknown or repeated id, a line without `=`, and refused values.
    public mutating func take(answers bytes: [UInt8], path: String) throws(Failure) {
        let name = PathText.display(path)
        let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        var lines: [String: Int] = [:]
        var failures: [Failure] = []
        for (index, line) in content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
        {
            do throws(Failure) { try take(line: line, number: index + 1, name: name, &lines) } catch {
                failures.append(error)
            }
        }
        guard let first = failures.first else { return }
        guard failures.count > 1 else { throw first }
        // A file of another kind would have a mistake in each line.
        throw Failure(
            .usage, "\(name) has \(failures.count) mistakes",
            hints: failures.prefix(20).flatMap { [$0.message + ($0.cause.map { ": " + $0 } ?? "")] + $0.hints })
    }

    /// Takes one line.
    private mutating func take(
        line: ArraySlice<UInt8>, number: Int, name: String, _ lines: inout [String: Int]
    ) throws(Failure) {
        let source = "\(name), line \(number)"
        let line = Self.trimmed(line)
        guard let first = line.first, first != UInt8(ascii: "#") else { return }
        guard let sign = line.firstIndex(of: UInt8(ascii: "=")) else {
            throw Failure(
                .usage, "\(source): expected id=value", hints: ["A line that is no answer starts with #."])
        }
        guard let id = String(validating: Self.trimmed(line[..<sign]), as: UTF8.self),
            let text = String(validating: Self.trimmed(line[(sign + 1)...]), as: UTF8.self)
        else { throw Failure(.usage, "\(source): not UTF-8 text") }
        guard schema.setting(id) != nil else {
            throw Failure(
                .usage, "\(source): there is no setting ‘\(TerminalText.escaped(id))’",
                hints: Suggestion.hints(for: id, among: schema.settings.map(\.id)))
        }
        if let earlier = lines.updateValue(number, forKey: id) {
            throw Failure(.usage, "\(source): \(id) has its answer in line \(earlier) already")
        }
        try give(id, text, origin: .answers, source: "\(source): \(id)")
    }

    /// An answers file with the values in force; in the place of each secret a comment says how to give it.
    public func answersText() -> String {
        var text = "# Answers for \(schema.product): id=value, one a line.\n"
        for setting in schema.settings {
            text += "\n# \(TerminalText.escaped(setting.prompt)): \(setting.expectation)\n"
            if setting.isSecret {
                text +=
                    "# \(setting.id) is a secret: give it with \(schema.optionUsage(of: setting)), or in the variable "
                text += "\(schema.variable(of: setting)).\n"
            } else if let value = self[setting.id] {
                let truth = setting.kind == .boolean ? Setting.boolean(value.exposedText) : nil
                text += setting.id + "=" + (truth.map { $0 ? "yes" : "no" } ?? value.exposedText) + "\n"
            } else {
                text += "#\(setting.id)=\n"
            }
        }
        return text
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        func isBlank(_ byte: UInt8) -> Bool { " \t\r".utf8.contains(byte) }
        guard let last = bytes.lastIndex(where: { !isBlank($0) }) else { return [] }
        return bytes[...last].drop(while: isBlank)
    }
}
