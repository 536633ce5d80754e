/// Text in scripts.
enum ScriptText {
    /// A word of a POSIX shell that is the text itself.
    ///
    /// - Parameter text: Any text.
    static func shellWord(_ text: String) -> String {
        guard text.contains(where: { "\"\\$`!".contains($0) }) else { return "\"\(text)\"" }
        return "'" + text.replacing("'", with: "'\\''") + "'"
    }

    /// A string of Lua that is the text itself.
    ///
    /// - Parameter text: One line.
    static func luaString(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
