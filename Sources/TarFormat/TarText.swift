/// Names for messages, in the form that `PathText.display` gives them elsewhere.
enum TarText {
    /// The most bytes of a name that are shown.
    private static let limit = 400

    /// A name with what a terminal shouldn't get escaped.
    static func quoted(_ name: String) -> String { quoted(Array(name.utf8)) }

    /// A name with what a terminal shouldn't get escaped, and what isn't UTF-8.
    static func quoted(_ name: [UInt8]) -> String {
        let part = Array(name.prefix(limit))
        var text = ""
        if let valid = String(validating: name.count > limit ? Array(part.dropLast(3)) : part, as: UTF8.self) {
            for scalar in valid.unicodeScalars { text += quoted(scalar) }
        } else {
            for byte in part { text += byte < 0x80 ? quoted(Unicode.Scalar(byte)) : escaped(UInt32(byte)) }
        }
        return text + (name.count > limit ? "…" : "")
    }

    private static func quoted(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": "\\n"
        case "\t": "\\t"
        case "\r": "\\r"
        default: scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) ? escaped(scalar.value) : String(scalar)
        }
    }

    private static func escaped(_ value: UInt32) -> String {
        let digits = String(value, radix: 16)
        return "\\x" + (digits.utf8.count < 2 ? "0" : "") + digits
    }
}
