/// An IPv4 or IPv6 address as scripts write them.
struct IPAddress: Equatable {
    /// Four or sixteen bytes.
    let bytes: [UInt8]

    /// Reads an address; nil for anything else, such as a name.
    init?(_ text: Text) {
        guard text.count <= 45 else { return nil }
        guard text.contains(UInt8(ascii: ":")) else {
            guard let four = Self.four(text[...]) else { return nil }
            bytes = four
            return
        }
        // ‘::’ stands once for as many zeros as are missing.
        var groups: [[UInt8]] = [[]]
        var rest = text[...]
        if rest.starts(with: "::".utf8) {
            groups.append([])
            rest = rest.dropFirst(2)
        }
        while !rest.isEmpty {
            let word = rest.prefix { $0 != UInt8(ascii: ":") }
            if word.contains(UInt8(ascii: ".")), word.endIndex == rest.endIndex, let four = Self.four(word) {
                groups[groups.count - 1] += four
            } else {
                guard (1...4).contains(word.count), word.allSatisfy({ TextMethods.digit($0) < 16 }) else { return nil }
                let value = word.reduce(0) { $0 * 16 + TextMethods.digit($1) }
                groups[groups.count - 1] += [UInt8(value >> 8), UInt8(value & 0xFF)]
            }
            rest = rest.dropFirst(word.count)
            if rest.starts(with: "::".utf8) {
                groups.append([])
                rest = rest.dropFirst(2)
            } else if !rest.isEmpty {
                rest = rest.dropFirst()
                if rest.isEmpty { return nil }
            }
        }
        let count = groups.reduce(0) { $0 + $1.count }
        guard groups.count == 1 ? count == 16 : groups.count == 2 && count <= 14 else { return nil }
        bytes = groups.count == 1 ? groups[0] : groups[0] + [UInt8](repeating: 0, count: 16 - count) + groups[1]
    }

    /// Four decimal numbers up to 255.
    private static func four(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        let bytes = parts.compactMap { part in
            part.count <= 3 && part.allSatisfy(Lexer.isDigit) ? UInt8(String(decoding: part, as: UTF8.self)) : nil
        }
        return bytes.count == 4 ? bytes : nil
    }

    /// Whether the first bits are those of another address.
    func begins(like other: IPAddress, bits: Int) -> Bool {
        guard bytes.count == other.bytes.count, bits >= 0, bits <= bytes.count * 8 else { return false }
        for index in bytes.indices {
            let left = bits - index * 8
            if left <= 0 { break }
            let mask: UInt8 = left >= 8 ? 0xFF : 0xFF << UInt8(8 - left)
            if (bytes[index] ^ other.bytes[index]) & mask != 0 { return false }
        }
        return true
    }
}
