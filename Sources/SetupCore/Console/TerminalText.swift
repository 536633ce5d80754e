import Diagnostics

/// Text that goes to a terminal: nothing in it may act on the terminal, and lines must fit.
public enum TerminalText {
    /// A text of one line in which control characters, line breaks and changes of direction are spelled out.
    ///
    /// - Parameter text: Any text.
    /// - Returns: The text with escapes such as `\n` and `\u{1b}`.
    public static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.actsOnTerminal: result += "\\u{" + String(scalar.value, radix: 16) + "}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// A text of many lines without anything that acts on a terminal: tabs become blanks, other controls `?`.
    ///
    /// - Parameter text: Any text; lines end in `\n`, `\r\n`, a form feed, or one of Unicode's separators.
    /// - Returns: The lines.
    public static func lines(of text: String) -> [String] {
        var lines: [String] = []
        var line = ""
        var column = 0
        var previous: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n" where previous == "\r": break
            case "\n", "\r", "\u{c}", "\u{85}", "\u{2028}", "\u{2029}":
                lines.append(line)
                line = ""
                column = 0
            case "\t":
                let count = 8 - column % 8
                line += String(repeating: " ", count: count)
                column += count
            default:
                line.unicodeScalars.append(scalar.actsOnTerminal ? "?" : scalar)
                column += width(of: scalar)
            }
            previous = scalar
        }
        if !line.isEmpty { lines.append(line) }
        return lines
    }

    /// Breaks a line so that it fits, at blanks where there are some.
    ///
    /// - Parameters:
    ///   - line: A line without control characters.
    ///   - columns: The width, at least 1.
    /// - Returns: At least one line.
    public static func wrapped(_ line: String, columns: Int) -> [String] {
        var lines: [String] = []
        var rest = line[...]
        while true {
            var used = 0
            var end = rest.startIndex
            while end < rest.endIndex, used + width(of: rest[end]) <= columns {
                used += width(of: rest[end])
                end = rest.index(after: end)
            }
            guard end < rest.endIndex else { return lines + [String(rest)] }
            // A character that is wider than the terminal still has to go somewhere.
            if end == rest.startIndex { end = rest.index(after: end) }
            let blank = rest[end] == " " ? end : rest[..<end].lastIndex(of: " ")
            // Blanks at the start are an indentation, not a place to break.
            if let blank, rest[..<blank].contains(where: { $0 != " " }) {
                lines.append(String(rest[..<blank]))
                rest = rest[blank...].drop { $0 == " " }
                if rest.isEmpty { return lines }
            } else {
                lines.append(String(rest[..<end]))
                rest = rest[end...]
            }
        }
    }

    /// The columns that a text without control characters takes.
    public static func width(of text: String) -> Int { text.reduce(0) { $0 + width(of: $1) } }

    /// A text with blanks after it, up to a width.
    static func padded(_ text: String, to columns: Int) -> String {
        text + String(repeating: " ", count: max(0, columns - width(of: text)))
    }

    private static func width(of character: Character) -> Int {
        min(2, character.unicodeScalars.reduce(0) { $0 + width(of: $1) })
    }

    /// The columns of one scalar, by Unicode's blocks: the static C library knows no locale that could tell.
    private static func width(of scalar: Unicode.Scalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}
