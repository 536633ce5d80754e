/// The references that XML has without a document type: five names, and characters by their numbers (XML 1.0, 4.1, 4.6).
enum XMLEntities {
    /// The most bytes of a reference: `&#x10FFFF;`, and some leading zeros.
    static let longest = 16

    /// A text with its references replaced.
    ///
    /// - Returns: nil for a reference that isn't one, or to a character that XML can't hold.
    static func decoded(_ text: some RandomAccessCollection<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var place = text.startIndex
        while place < text.endIndex {
            guard text[place] == UInt8(ascii: "&") else {
                bytes.append(text[place])
                place = text.index(after: place)
                continue
            }
            guard let end = text[place...].prefix(longest).firstIndex(of: UInt8(ascii: ";")),
                append(text[text.index(after: place)..<end], to: &bytes)
            else { return nil }
            place = text.index(after: end)
        }
        return bytes
    }

    private static func append(_ name: some RandomAccessCollection<UInt8>, to bytes: inout [UInt8]) -> Bool {
        if name.first == UInt8(ascii: "#") {
            guard let scalar = character(Array(name.dropFirst())), let encoded = UTF8.encode(scalar) else {
                return false
            }
            bytes.append(contentsOf: encoded)
            return true
        }
        for (other, byte) in named where name.elementsEqual(other.utf8) {
            bytes.append(byte)
            return true
        }
        return false
    }

    private static let named: [(String, UInt8)] = [
        ("lt", UInt8(ascii: "<")), ("gt", UInt8(ascii: ">")), ("amp", UInt8(ascii: "&")),
        ("quot", UInt8(ascii: "\"")), ("apos", UInt8(ascii: "'")),
    ]

    private static func character(_ digits: [UInt8]) -> Unicode.Scalar? {
        let isHexadecimal = digits.first == UInt8(ascii: "x")
        let part = isHexadecimal ? digits.dropFirst() : digits[...]
        // A sign would be taken for part of the number.
        guard let first = part.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "-"),
            let number = UInt32(String(decoding: part, as: UTF8.self), radix: isHexadecimal ? 16 : 10)
        else { return nil }
        switch number {
        case 0x09, 0x0A, 0x0D, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: return Unicode.Scalar(number)
        default: return nil
        }
    }
}
