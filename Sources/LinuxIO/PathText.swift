internal import Diagnostics

/// Paths as they are shown to people.
public enum PathText {
    /// A text on one line that can't act on a terminal: controls, line breaks and marks of direction are escaped.
    ///
    /// - Parameter text: Any text.
    /// - Returns: The text with `\n`, `\t`, `\x1b` and `\u{202e}`-like escapes.
    public static func display(_ text: String) -> String {
        // Lists of hundreds of thousands of paths are mostly of such.
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
        var shown = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": shown += "\\n"
            case "\t": shown += "\\t"
            case "\r": shown += "\\r"
            case _ where scalar.actsOnTerminal:
                let digits = String(scalar.value, radix: 16)
                shown += scalar.value > 0xFF ? "\\u{\(digits)}" : "\\x" + (digits.utf8.count < 2 ? "0" : "") + digits
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }

    /// Joins a directory's path and what is below it.
    ///
    /// - Returns: The joined path, with one slash between.
    public static func join(_ directory: String, _ name: String) -> String {
        if directory.isEmpty { return name }
        return directory.utf8.last == UInt8(ascii: "/") ? directory + name : directory + "/" + name
    }

    /// The part after the last slash.
    ///
    /// - Parameter path: A path without a trailing slash.
    /// - Returns: The last component.
    public static func lastComponent(_ path: String) -> String {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[path.utf8.index(after: $0)...]) } ?? path
    }

    /// The part before the last slash: `/` for a path right below the root, `.` for a bare name.
    ///
    /// - Parameter path: A path without a trailing slash.
    /// - Returns: The parent's path.
    public static func parent(_ path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
