/// A word, number, text, regular expression or sign of the source.
struct Token {
    enum Kind: UInt8 { case name, number, text, regex, sign, end }

    let kind: Kind
    /// Whether a line ends before it: there a semicolon may be missing.
    let startsLine: Bool
    let start: Int32
    let end: Int32
    /// What tells keywords and signs apart at a glance; 0 for other tokens.
    let code: UInt64

    /// The code of up to nine bytes of printable ASCII, as digits of base 95; 0 for what has other bytes.
    ///
    /// Nine digits are unique. `instanceof`, of ten, overflows to a number above all of theirs; no other ten bytes may
    /// be given a code.
    static func code(_ bytes: some Sequence<UInt8>) -> UInt64 {
        var code: UInt64 = 0
        for byte in bytes {
            guard byte >= 0x20, byte < 0x7F else { return 0 }
            code = code &* 95 &+ UInt64(byte - 0x20)
        }
        return code
    }
}

/// Splits a source into tokens; ECMA-262 (5.1) section 7.
struct Lexer {
    private let source: Text
    private var position = 0
    private var tokens: [Token] = []

    init(_ source: Text) { self.source = source }

    /// The signs of more than one byte.
    private static let signs = [
        ">>>=", "===", "!==", ">>>", "<<=", ">>=", "...", "**=", "=>", "==", "!=", "<=", ">=", "&&", "||", "??", "?.",
        "++", "--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<", ">>", "**",
    ].map { Token.code($0.utf8) }

    /// All tokens, ended by one of kind `end`.
    mutating func allTokens() throws(ScriptError) -> [Token] {
        if source.starts(with: [0xFF, 0xFE]) || source.starts(with: [0xFE, 0xFF]) {
            throw ScriptError("the file is in UTF-16; expected is ASCII or UTF-8", at: 0)
        }
        tokens.reserveCapacity(source.count / 5)
        while true {
            let startsLine = try skipBlanks()
            let start = position
            guard start < source.count else {
                append(.end, from: start, startsLine)
                return tokens
            }
            append(try scan(source[start]), from: start, startsLine)
        }
    }

    private mutating func append(_ kind: Token.Kind, from start: Int, _ startsLine: Bool) {
        let isShort = position - start <= 9 || source[start..<position].elementsEqual("instanceof".utf8)
        let code = isShort && (kind == .name || kind == .sign) ? Token.code(source[start..<position]) : 0
        tokens.append(
            Token(kind: kind, startsLine: startsLine, start: Int32(start), end: Int32(position), code: code))
    }

    /// Passes over one token.
    private mutating func scan(_ byte: UInt8) throws(ScriptError) -> Token.Kind {
        if Self.isNameByte(byte), !Self.isDigit(byte) {
            while let next = peek(0), Self.isNameByte(next) { position += 1 }
            return .name
        }
        if Self.isDigit(byte) || (byte == UInt8(ascii: ".") && peek(1).map(Self.isDigit) == true) {
            return try scanNumber()
        }
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"):
            try scanText(byte)
            return .text
        case UInt8(ascii: "/") where mayStartExpression:
            try scanRegex()
            return .regex
        default: break
        }
        guard "{}()[];,<>+-*/%&|^!~?:=.".utf8.contains(byte) else {
            throw ScriptError("‘\(UnicodeScalar(byte))’ has no place in a script", at: position)
        }
        let count = source[(position + 1)...].prefix(3).prefix { "=<>&|+-*.?".utf8.contains($0) }.count + 1
        position +=
            (2..<5).reversed().first { length in
                length <= count && Self.signs.contains(Token.code(source[position..<(position + length)]))
            } ?? 1
        return .sign
    }

    /// Whether an operand is expected, so that `/` starts a regular expression: told by the token before.
    private var mayStartExpression: Bool {
        guard let last = tokens.last else { return true }
        switch last.kind {
        case .number, .text, .regex: return false
        case .sign: return !")]}".utf8.contains(source[Int(last.start)])
        case .name:
            return ["return", "typeof", "case", "in", "of", "delete", "void", "else", "do"].contains {
                Token.code($0.utf8) == last.code
            }
        case .end: return true
        }
    }

    private mutating func scanNumber() throws(ScriptError) -> Token.Kind {
        let start = position
        while let next = peek(0) {
            let isSign = next == UInt8(ascii: "+") || next == UInt8(ascii: "-")
            let isExponent =
                isSign && source[position - 1] | 0x20 == UInt8(ascii: "e")
                && source[start...].prefix(2) != [0x30, 0x78]
            guard Self.isNameByte(next) || next == UInt8(ascii: ".") || isExponent else { break }
            position += 1
        }
        guard Number.value(of: source[start..<position]) != nil else {
            throw ScriptError(
                "‘\(String(decoding: source[start..<position], as: UTF8.self))’ is not a number", at: start)
        }
        return .number
    }

    private mutating func scanText(_ quote: UInt8) throws(ScriptError) {
        let start = position
        position += 1
        while let byte = peek(0), byte != quote {
            if byte == UInt8(ascii: "\n"), quote != UInt8(ascii: "`") { break }
            if quote == UInt8(ascii: "`"), byte == UInt8(ascii: "$"), peek(1) == UInt8(ascii: "{") {
                throw ScriptError("‘${…}’ in a text is not supported; join the parts with ‘+’", at: position)
            }
            position += byte == UInt8(ascii: "\\") ? 2 : 1
        }
        guard peek(0) == quote else { throw ScriptError("a text that begins here has no end", at: start) }
        position += 1
    }

    private mutating func scanRegex() throws(ScriptError) {
        let start = position
        var isInClass = false
        position += 1
        while let byte = peek(0), byte != UInt8(ascii: "/") || isInClass {
            if byte == UInt8(ascii: "\n") { break }
            if byte == UInt8(ascii: "[") { isInClass = true }
            if byte == UInt8(ascii: "]") { isInClass = false }
            position += byte == UInt8(ascii: "\\") ? 2 : 1
        }
        guard peek(0) == UInt8(ascii: "/") else {
            throw ScriptError("a regular expression that begins here has no end", at: start)
        }
        position += 1
        while let byte = peek(0), Self.isNameByte(byte) { position += 1 }
    }

    /// Passes over blanks and comments; whether a line ended among them.
    private mutating func skipBlanks() throws(ScriptError) -> Bool {
        var hasLineEnd = false
        while let byte = peek(0) {
            if byte <= 0x20 {
                if byte == 0x0A || byte == 0x0D { hasLineEnd = true }
                position += 1
            } else if byte >= 0x80,
                let count = ["\u{A0}", "\u{FEFF}", "\u{2028}", "\u{2029}"].first(where: matches)?.utf8.count
            {
                position += count
            } else if byte == UInt8(ascii: "/"), peek(1) == byte {
                while let next = peek(0), next != 0x0A, next != 0x0D { position += 1 }
            } else if byte == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "*") {
                let start = position
                position += 2
                while peek(0) != UInt8(ascii: "*") || peek(1) != UInt8(ascii: "/") {
                    guard let next = peek(0) else {
                        throw ScriptError("a comment that begins here has no end", at: start)
                    }
                    if next == 0x0A { hasLineEnd = true }
                    position += 1
                }
                position += 2
            } else {
                break
            }
        }
        return hasLineEnd
    }

    private func peek(_ ahead: Int) -> UInt8? {
        position + ahead < source.count ? source[position + ahead] : nil
    }

    private func matches(_ text: String) -> Bool { source[position...].starts(with: text.utf8) }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    /// What a name is made of; letters outside ASCII are bytes from 0x80.
    static func isNameByte(_ byte: UInt8) -> Bool {
        let lower = byte | 0x20
        return (lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")) || isDigit(byte) || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: "$") || byte >= 0x80
    }
}
