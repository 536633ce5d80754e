import ByteIO
import Diagnostics
import Digests
import LinuxIO

/// The fields of a stanza that matter, by their places; made for hundreds of thousands of them.
struct PackagesStanza {
    /// A field that is looked for.
    enum Field: Int, CaseIterable {
        case package, version, architecture, filename, size, md5, sha1, sha256, sha512

        /// The name as apt writes it.
        var name: String {
            switch self {
            case .package: "Package"
            case .version: "Version"
            case .architecture: "Architecture"
            case .filename: "Filename"
            case .size: "Size"
            case .md5: "MD5sum"
            case .sha1: "SHA1"
            case .sha256: "SHA256"
            case .sha512: "SHA512"
            }
        }

        /// Bytes of a digest.
        var digestSize: Int {
            switch self {
            case .md5: 16
            case .sha1: 20
            case .sha512: 64
            default: 32
            }
        }
    }

    private let values: [ArraySlice<UInt8>?]

    /// Reads a stanza.
    init(_ bytes: [UInt8]) throws(Failure) {
        self = try bytes.withRawBytes { text throws(Failure) in try PackagesStanza(text) }
    }

    /// Reads a stanza: lines of fields, empty ones before and behind.
    ///
    /// - Parameters:
    ///   - text: The stanza.
    ///   - wanted: The fields behind which nothing is read; nil to read and check all.
    /// - Throws: `.integrity`, with the line, for a line that is neither a field nor a further line of one, and for a field
    ///   that comes twice.
    init(_ text: UnsafeRawBufferPointer, upTo wanted: [Field]? = nil) throws(Failure) {
        var missing = wanted?.count ?? -1
        var values = [ArraySlice<UInt8>?](repeating: nil, count: Field.allCases.count)
        var start = 0
        var line = 0
        var hasField = false
        while start < text.count {
            let end = Lines.end(in: text, from: start)
            defer {
                start = end + 1
                line += 1
            }
            if end == start { continue }
            if text[start].isBlank {
                guard hasField else { throw Self.damage("a further line of no field", line) }
                continue
            }
            guard let colon = Self.colon(in: text, start, end) else {
                throw Self.damage("a line that is no field", line)
            }
            hasField = true
            guard let field = Self.field(text, start, colon) else { continue }
            guard values[field.rawValue] == nil else { throw Self.damage("the field \(field.name) twice", line) }
            values[field.rawValue] = Self.value(text, colon + 1, end)
            if let wanted, wanted.contains(field) {
                missing -= 1
                if missing == 0 { break }
            }
        }
        self.values = values
    }

    private static func damage(_ what: String, _ line: Int) -> Failure {
        Failure(.integrity, "a stanza has \(what), in its line \(line + 1)")
    }

    /// Where a field's name ends; nil for what is no field.
    private static func colon(in text: UnsafeRawBufferPointer, _ start: Int, _ end: Int) -> Int? {
        var place = start
        while place < end {
            let byte = text[place]
            if byte == UInt8(ascii: ":") { return place > start ? place : nil }
            guard byte > 0x20, byte < 0x7F else { return nil }
            place += 1
        }
        return nil
    }

    /// The field by its name, whatever its case; the length tells most others apart.
    private static func field(_ text: UnsafeRawBufferPointer, _ start: Int, _ end: Int) -> Field? {
        let candidates: [Field]
        switch end - start {
        case 4: candidates = Self.four
        case 6: candidates = Self.six
        case 7: candidates = Self.seven
        case 8: candidates = Self.eight
        case 12: candidates = Self.twelve
        default: return nil
        }
        search: for field in candidates {
            var place = start
            for byte in field.name.utf8 {
                if (text[place] ^ byte) & 0xDF != 0 { continue search }
                place += 1
            }
            return field
        }
        return nil
    }

    private static let four: [Field] = [.size, .sha1]
    private static let six: [Field] = [.md5, .sha256, .sha512]
    private static let seven: [Field] = [.package, .version]
    private static let eight: [Field] = [.filename]
    private static let twelve: [Field] = [.architecture]

    private static func value(_ text: UnsafeRawBufferPointer, _ start: Int, _ end: Int) -> ArraySlice<UInt8> {
        var (start, end) = (start, end)
        while start < end, text[start].isBlank { start += 1 }
        while end > start, text[end - 1].isBlank || text[end - 1] == 0x0D { end -= 1 }
        return Array(text[start..<end])[...]
    }

    /// A value that isn't empty.
    subscript(field: Field) -> ArraySlice<UInt8>? { values[field.rawValue].flatMap { $0.isEmpty ? nil : $0 } }

    private func required(_ field: Field) throws(Failure) -> ArraySlice<UInt8> {
        if let value = self[field] { return value }
        let name = self[.package].map { " of \(PathText.display(String(decoding: $0, as: UTF8.self)))" } ?? ""
        throw Failure(.integrity, "a stanza\(name) has no field \(field.name)")
    }

    /// The value of a field that must be there.
    func text(_ field: Field) throws(Failure) -> String { String(decoding: try required(field), as: UTF8.self) }

    /// Name, version and architecture.
    func key() throws(Failure) -> PackagesKey {
        PackagesKey(try required(.package), try required(.version), try required(.architecture))
    }

    /// The package's size.
    func size() throws(Failure) -> UInt64 {
        let digits = try required(.size)
        guard digits.count < 19, digits.allSatisfy(\.isDigit) else {
            throw Failure(
                .integrity, "a stanza has the size \(PathText.display(String(decoding: digits, as: UTF8.self)))")
        }
        return digits.reduce(0) { $0 * 10 + UInt64($1 - 0x30) }
    }

    /// A digest; nil where the stanza has none of the kind.
    func digest(_ field: Field) throws(Failure) -> [UInt8]? {
        guard let digits = self[field] else { return nil }
        guard let bytes = Lines.hexadecimal(digits), bytes.count == field.digestSize else {
            throw Failure(
                .integrity,
                "a stanza has the \(field.name) \(PathText.display(String(decoding: digits, as: UTF8.self)))")
        }
        return bytes
    }
}
