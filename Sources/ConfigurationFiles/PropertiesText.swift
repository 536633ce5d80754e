import Diagnostics

/// The escapes of `java.util.Properties`.
enum PropertiesText {
    /// The text that the bytes of a key or a value mean: ISO-8859-1 with escapes.
    static func decode(_ bytes: [UInt8], line: Int) throws(Failure) -> String {
        var units: [UInt16] = []
        var rest = bytes[...]
        while let byte = rest.popFirst() {
            guard byte == ASCII.backslash, let escaped = rest.popFirst() else {
                units.append(UInt16(byte))
                continue
            }
            switch escaped {
            case UInt8(ascii: "t"): units.append(UInt16(ASCII.tab))
            case UInt8(ascii: "n"): units.append(UInt16(ASCII.newline))
            case UInt8(ascii: "r"): units.append(UInt16(ASCII.carriageReturn))
            case UInt8(ascii: "f"): units.append(UInt16(ASCII.formFeed))
            case UInt8(ascii: "u"):
                let digits = rest.prefix(4)
                guard digits.count == 4, digits.allSatisfy(isHexDigit),
                    let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
                else { throw malformed(line: line, "\\u without four hexadecimal digits after it") }
                units.append(unit)
                rest = rest.dropFirst(4)
            default: units.append(UInt16(escaped))
            }
        }
        guard let text = String(validating: units, as: UTF16.self) else {
            throw malformed(line: line, "\\u names one half of a surrogate pair without the other")
        }
        return text
    }

    /// The ASCII spelling of a key or a value that `load` reads back as the same text.
    static func encode(_ text: String, isKey: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        for unit in text.utf16 {
            switch unit {
            case UInt16(ASCII.tab): bytes += Array("\\t".utf8)
            case UInt16(ASCII.newline): bytes += Array("\\n".utf8)
            case UInt16(ASCII.carriageReturn): bytes += Array("\\r".utf8)
            case UInt16(ASCII.formFeed): bytes += Array("\\f".utf8)
            case 0x20...0x7E:
                let byte = UInt8(unit)
                if needsBackslash(byte, isKey: isKey, isFirst: bytes.isEmpty) { bytes.append(ASCII.backslash) }
                bytes.append(byte)
            default:
                let digits = String(unit, radix: 16, uppercase: true)
                bytes += Array("\\u".utf8) + Array(repeating: UInt8(ascii: "0"), count: 4 - digits.utf8.count)
                bytes += Array(digits.utf8)
            }
        }
        return bytes
    }

    private static func needsBackslash(_ byte: UInt8, isKey: Bool, isFirst: Bool) -> Bool {
        switch byte {
        case ASCII.backslash: true
        case ASCII.space, UInt8(ascii: "="), UInt8(ascii: ":"): isKey || isFirst
        case UInt8(ascii: "#"), UInt8(ascii: "!"): isKey && isFirst
        default: false
        }
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}
