public import Diagnostics

/// OpenPGP's text form: base64 between two lines; RFC 9580, section 6.
public struct Armor: Sendable, Equatable {
    /// What a block holds.
    public enum Label: String, Sendable, CaseIterable {
        /// One or more public keys.
        case publicKey = "PGP PUBLIC KEY BLOCK"
        /// One or more secret keys.
        case privateKey = "PGP PRIVATE KEY BLOCK"
        /// A detached signature.
        case signature = "PGP SIGNATURE"
        /// Anything else.
        case message = "PGP MESSAGE"
    }

    /// What it holds.
    public let label: Label
    /// The bytes.
    public let content: [UInt8]

    /// Whether bytes begin with a block, blanks aside.
    ///
    /// - Parameter bytes: A file, or its beginning.
    public static func isArmored(_ bytes: [UInt8]) -> Bool {
        bytes.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }.starts(with: "-----BEGIN PGP ".utf8)
    }

    /// Bytes as a block, with its checksum, which old readers want.
    ///
    /// - Parameters:
    ///   - content: The bytes.
    ///   - label: What they are.
    /// - Returns: Text in lines of 64 characters.
    public static func encode(_ content: [UInt8], _ label: Label) -> [UInt8] {
        var text = Array("-----BEGIN \(label.rawValue)-----\n\n".utf8)
        let encoded = Base64.encode(content)
        for start in stride(from: 0, to: encoded.count, by: 64) {
            text += encoded[start..<min(start + 64, encoded.count)]
            text.append(0x0A)
        }
        text.append(UInt8(ascii: "="))
        text += Base64.encode(checksum(content))
        text += Array("\n-----END \(label.rawValue)-----\n".utf8)
        return text
    }

    /// Reads all blocks of a text; what is between them is ignored.
    ///
    /// - Parameters:
    ///   - text: A file.
    ///   - name: What it is, for messages.
    /// - Returns: At least one block.
    /// - Throws: `.integrity`, with the offset, for a block that is cut short, isn't base64, has a wrong checksum or an
    ///   unknown label, and where there is none.
    public static func read(_ text: [UInt8], name: String) throws(Failure) -> [Armor] {
        var blocks: [Armor] = []
        var lines = ArmorLines(text)
        while let line = lines.next() {
            guard line.content.starts(with: "-----BEGIN PGP ".utf8) else { continue }
            guard let label = Label.allCases.first(where: { line.isBoundary("BEGIN", $0) }) else {
                throw damage(name, "a block of an unknown kind", line.offset)
            }
            blocks.append(Armor(label: label, content: try block(&lines, label, name, line.offset)))
        }
        guard !blocks.isEmpty else { throw Failure(.integrity, "\(name) has no OpenPGP block") }
        return blocks
    }

    private static func block(
        _ lines: inout ArmorLines, _ label: Label, _ name: String, _ start: Int
    ) throws(Failure) -> [UInt8] {
        var encoded: [UInt8] = []
        var sum: [UInt8]?
        var isInHeaders = true
        while let line = lines.next() {
            if line.isBoundary("END", label) {
                guard let content = Base64.decode(encoded) else {
                    throw damage(name, "a block that is not base64", start)
                }
                if let sum, sum != checksum(content) { throw damage(name, "a block with a wrong checksum", start) }
                return content
            }
            guard !line.content.starts(with: "-----".utf8) else { break }
            if line.content.isEmpty, isInHeaders {
                isInHeaders = false
            } else if isInHeaders, line.content.contains(UInt8(ascii: ":")) {
                continue
            } else if line.content.first == UInt8(ascii: "="), line.content.count == 5, sum == nil {
                guard let bytes = Base64.decode(Array(line.content.dropFirst())) else {
                    throw damage(name, "a checksum that is not base64", line.offset)
                }
                sum = bytes
            } else {
                isInHeaders = false
                guard sum == nil || line.content.isEmpty else {
                    throw damage(name, "text after a block's checksum", line.offset)
                }
                encoded += line.content
            }
        }
        throw damage(name, "a block without an end", start)
    }

    private static func damage(_ name: String, _ what: String, _ offset: Int) -> Failure {
        Failure(.integrity, "\(name) has \(what) at byte \(offset)")
    }

    /// CRC-24; section 6.1.
    static func checksum(_ bytes: [UInt8]) -> [UInt8] {
        var sum: UInt32 = 0xB7_04CE
        for byte in bytes {
            sum ^= UInt32(byte) << 16
            for _ in 0..<8 {
                sum <<= 1
                if sum & 0x100_0000 != 0 { sum ^= 0x186_4CFB }
            }
        }
        return [UInt8(sum >> 16 & 0xFF), UInt8(sum >> 8 & 0xFF), UInt8(sum & 0xFF)]
    }
}

/// The lines of a text without blanks at their ends, and where they start.
private struct ArmorLines {
    struct Line {
        let content: ArraySlice<UInt8>
        let offset: Int

        func isBoundary(_ word: String, _ label: Armor.Label) -> Bool {
            content.elementsEqual("-----\(word) \(label.rawValue)-----".utf8)
        }
    }

    private let text: [UInt8]
    private var position = 0

    init(_ text: [UInt8]) { self.text = text }

    mutating func next() -> Line? {
        guard position < text.count else { return nil }
        let offset = position
        let end = text[position...].firstIndex(of: 0x0A) ?? text.count
        position = end + 1
        var content = text[offset..<end]
        while let last = content.last, last == 0x20 || last == 0x09 || last == 0x0D { content = content.dropLast() }
        return Line(content: content, offset: offset)
    }
}
