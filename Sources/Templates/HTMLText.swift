/// Text in HTML.
///
/// Browsers read code points. Mustache's own escaping goes by `Character`, for which a quote with an accent on it is another
/// character than a quote, so that `"` and U+0301 would end an attribute.
enum HTMLText {
    /// Text that is safe between tags and in quoted attributes.
    ///
    /// Controls that HTML doesn't allow are left out (HTML, 13.2.3.5: only tab, line feed, form feed and carriage return).
    static func escaped(_ text: String) -> String {
        ScriptText.replaced(text) { scalar in
            switch scalar {
            case "<": "&lt;"
            case ">": "&gt;"
            case "&": "&amp;"
            case "\"": "&quot;"
            case "'": "&#39;"
            case "\t", "\n": nil
            case "\0"..<" ", "\u{7F}"..."\u{9F}": ""
            default: nil
            }
        }
    }
}
