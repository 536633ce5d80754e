import Diagnostics

/// A text of a package as XML can hold it: UTF-8 without the characters that XML 1.0 forbids (section 2.2).
///
/// Headers of packages hold bytes. createrepo_c takes what isn't UTF-8 for ISO 8859-1, and refuses control characters:
/// `cr_latin1_to_utf8` and `cr_Package_contains_forbidden_control_chars` of its src/xml_dump.c.
struct XMLText {
    /// UTF-8, not escaped.
    let bytes: [UInt8]

    /// Takes bytes of a header.
    ///
    /// - Parameters:
    ///   - raw: The bytes.
    ///   - what: What they are, for messages.
    /// - Throws: `.integrity` for a character that XML can't hold.
    init(_ raw: [UInt8], _ what: String) throws(Failure) {
        if let place = raw.firstIndex(where: { $0 < 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }) {
            throw Failure(
                .integrity, "\(what) has the control character \(raw[place]) at byte \(place), which XML can't hold")
        }
        let isPlain = raw.allSatisfy { $0 < 0x80 }
        let text = isPlain || String(validating: raw, as: UTF8.self) != nil ? raw : Self.utf8(fromLatin1: raw)
        // U+FFFE and U+FFFF.
        let isForbidden =
            !isPlain
            && text.indices.dropLast(2).contains {
                text[$0] == 0xEF && text[$0 + 1] == 0xBF && text[$0 + 2] >= 0xBE
            }
        guard !isForbidden else { throw Failure(.integrity, "\(what) has U+FFFE or U+FFFF, which XML can't hold") }
        bytes = text
    }

    /// Control characters of ISO 8859-1 are left out: the text is rather in code page 1252.
    private static func utf8(fromLatin1 raw: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(raw.count * 2)
        for byte in raw {
            if byte < 0x80 {
                text.append(byte)
            } else if byte >= 0xC0 {
                text.append(0xC3)
                text.append(byte & 0x3F | 0x80)
            }
        }
        return text
    }
}
