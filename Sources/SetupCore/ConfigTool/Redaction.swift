import HTTPTransport
import JSON
import LinuxIO
import SetupPlan

/// Replaces secrets by a mask, in every spelling that a log is likely to have them.
struct Redaction {
    /// What must not be seen, longest first, by the first byte.
    private let needles: [UInt8: [[UInt8]]]
    /// The length of the longest one, in bytes.
    let longest: Int
    private static let mask = Array(SettingValue.mask.utf8)

    /// Collects the secrets of stored settings, also of those that other settings rule out.
    init(_ values: SettingValues) {
        var secrets: [String] = []
        var names: [String] = []
        for setting in values.schema.settings {
            guard let text = values.given[setting.id]?.exposedText, !text.isEmpty else { continue }
            if setting.isSecret { secrets.append(text) } else { names.append(text) }
        }
        self.init(secrets: secrets, users: names)
    }

    /// - Parameters:
    ///   - secrets: What must not be seen.
    ///   - users: What may stand before a secret in `user:password`.
    init(secrets: [String], users: [String]) {
        var all: Set<[UInt8]> = []
        for secret in secrets {
            var spellings = [secret, PathText.display(secret), TerminalText.escaped(secret)]
            spellings.append(String(JSONValue.string(secret).text().dropFirst().dropLast()))
            for escapesBlanks in [true, false] {
                spellings.append(Self.propertiesText(secret, escapesBlanks: escapesBlanks))
            }
            for upper in [true, false] {
                for keepsUnreserved in [true, false] {
                    spellings.append(Self.percentEncoded(secret, upper: upper, keepsUnreserved: keepsUnreserved))
                }
            }
            for pair in [secret] + users.map({ $0 + ":" + secret }) {
                let encoded = Base64.encoded(Array(pair.utf8)).utf8.filter { $0 != UInt8(ascii: "=") }
                spellings.append(String(decoding: encoded, as: UTF8.self))
                spellings.append(String(decoding: encoded.map(Self.urlSafe), as: UTF8.self))
            }
            for spelling in spellings where !spelling.isEmpty { all.insert(Array(spelling.utf8)) }
        }
        longest = all.map(\.count).max() ?? 0
        var needles: [UInt8: [[UInt8]]] = [:]
        for needle in all.sorted(by: { $0.count > $1.count }) { needles[needle[0], default: []].append(needle) }
        self.needles = needles
    }

    /// The text without secrets.
    func apply(_ text: String) -> String { String(decoding: apply(Array(text.utf8)), as: UTF8.self) }

    /// The bytes without secrets.
    func apply(_ bytes: [UInt8]) -> [UInt8] {
        guard !needles.isEmpty else { return bytes }
        let isStart = (0...255).map { needles[UInt8($0)] != nil }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if isStart[Int(byte)],
                let found = needles[byte]?.first(where: { bytes[index...].starts(with: $0) })
            {
                result += Self.mask
                index += found.count
            } else {
                result.append(byte)
                index += 1
            }
        }
        return result
    }

    /// As java.util.Properties writes a key, or a value, where only a leading blank is escaped.
    private static func propertiesText(_ text: String, escapesBlanks: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if "\\:=#!".unicodeScalars.contains(scalar) || (scalar == " " && (escapesBlanks || result.isEmpty)) {
                result += "\\"
            }
            result.unicodeScalars.append(scalar)
        }
        return result
    }

    /// RFC 3986; `keepsUnreserved` false encodes all but letters and digits.
    private static func percentEncoded(_ text: String, upper: Bool, keepsUnreserved: Bool) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                if keepsUnreserved { result.unicodeScalars.append(Unicode.Scalar(byte)) } else { fallthrough }
            default:
                result +=
                    "%" + String(byte >> 4, radix: 16, uppercase: upper)
                    + String(byte & 15, radix: 16, uppercase: upper)
            }
        }
        return result
    }

    private static func urlSafe(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "+"): UInt8(ascii: "-")
        case UInt8(ascii: "/"): UInt8(ascii: "_")
        default: byte
        }
    }
}
