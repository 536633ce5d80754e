/// Text in scripts.
///
/// Shells and Lua read bytes. A Swift `Character` may be several scalars: a quote with an accent on it is another
/// character than a quote, but the same byte.
enum ScriptText {
    /// A word of a POSIX shell that is the text itself.
    ///
    /// - Parameter text: Any text.
    static func shellWord(_ text: String) -> String {
        guard text.utf8.contains(where: { "\"\\$`!".utf8.contains($0) }) else { return "\"\(text)\"" }
        return "'" + replaced(text) { $0 == "'" ? "'\\''" : nil } + "'"
    }

    /// A string of Lua that is the text itself.
    ///
    /// - Parameter text: Any text.
    static func luaString(_ text: String) -> String {
        let escaped = replaced(text) { scalar in
            switch scalar {
            case "\\", "\"": "\\" + String(scalar)
            // Three digits, because another digit could follow (Lua 5.1 reference manual, 2.1).
            case "\0"..<" ": "\\" + String(String(1000 + scalar.value).dropFirst())
            default: nil
            }
        }
        return "\"" + escaped + "\""
    }

    /// The text with some of its scalars written otherwise.
    static func replaced(_ text: String, by replacement: (Unicode.Scalar) -> String?) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if let text = replacement(scalar) { result += text } else { result.unicodeScalars.append(scalar) }
        }
        return result
    }
}
