extension Parser {
    /// An expression, with commas.
    mutating func expression() throws(ScriptError) -> Expression {
        let first = try assignment()
        guard isNext(",") else { return first }
        var list = [first]
        while take(",") { list.append(try assignment()) }
        return .sequence(list)
    }

    /// An expression without commas.
    mutating func assignment() throws(ScriptError) -> Expression {
        try enter()
        defer { leave() }
        if isArrowFunction { return .function(try function(named: [], at: offset, isArrow: true)) }
        var value = try chain(above: 0)
        var cases: [(condition: Expression, value: Expression)] = []
        while take("?") {
            let chosen = try assignment()
            try expect(":")
            cases.append((value, chosen))
            value = try chain(above: 0)
        }
        if let (binary, place) = takeAssignment() {
            switch value {
            case .name, .member: break
            default: throw ScriptError("what stands before ‘=’ can't be given a value", at: place)
            }
            value = .assign(value, binary, try assignment(), at: place)
        }
        return cases.isEmpty ? value : .conditional(cases, otherwise: value)
    }

    /// `x =>` or `(…) =>`.
    private var isArrowFunction: Bool {
        let arrow = Token.code("=>".utf8)
        if current.kind == .name { return next.code == arrow }
        guard isNext("(") else { return false }
        var ahead = 1
        while token(ahead: ahead).kind == .name || token(ahead: ahead).code == Token.code(",".utf8) { ahead += 1 }
        return token(ahead: ahead).code == Token.code(")".utf8) && token(ahead: ahead + 1).code == arrow
    }

    private mutating func takeAssignment() -> (BinaryOperator?, Int)? {
        guard current.kind == .sign, source[Int(current.end) - 1] == UInt8(ascii: "=") else { return nil }
        let place = offset
        let binary: BinaryOperator?
        switch text(current) {
        case "=": binary = nil
        case "+=": binary = .plus
        case "-=": binary = .minus
        case "*=": binary = .times
        case "/=": binary = .divided
        case "%=": binary = .modulo
        case "&=": binary = .bitAnd
        case "|=": binary = .bitOr
        case "^=": binary = .bitXor
        case "<<=": binary = .shiftLeft
        case ">>=": binary = .shiftRight
        default: return nil
        }
        advance()
        return (binary, place)
    }

    /// The operators with their precedence, as in ECMA-262 (5.1) sections 11.5 to 11.11.
    private static let operators: [(code: UInt64, precedence: Int, BinaryOperator)] = [
        ("||", 1, BinaryOperator.or), ("&&", 2, .and), ("|", 3, .bitOr), ("^", 4, .bitXor), ("&", 5, .bitAnd),
        ("==", 6, .equal), ("!=", 6, .notEqual), ("===", 6, .same), ("!==", 6, .notSame), ("<", 7, .less),
        (">", 7, .greater), ("<=", 7, .lessOrEqual), (">=", 7, .greaterOrEqual), ("in", 7, .isIn),
        ("instanceof", 7, .instanceOf), ("<<", 8, .shiftLeft), (">>", 8, .shiftRight), (">>>", 8, .shiftRightUnsigned),
        ("+", 9, .plus), ("-", 9, .minus), ("*", 10, .times), ("/", 10, .divided), ("%", 10, .modulo),
    ].map { (Token.code($0.0.utf8), $0.1, $0.2) }

    /// Operands joined by operators of more than a precedence.
    private mutating func chain(above minimum: Int) throws(ScriptError) -> Expression {
        var value = try unary()
        var rest: [Link] = []
        var precedenceOfRest = 0
        while current.code != 0,
            let (_, precedence, binary) = Self.operators.first(where: { $0.code == current.code }), precedence > minimum
        {
            if !rest.isEmpty, precedence != precedenceOfRest {
                value = .chain(value, rest)
                rest = []
            }
            precedenceOfRest = precedence
            let place = offset
            advance()
            rest.append(Link(binary: binary, operand: try chain(above: precedence), offset: place))
        }
        return rest.isEmpty ? value : .chain(value, rest)
    }

    private mutating func unary() throws(ScriptError) -> Expression {
        let place = offset
        if isNext("++") || isNext("--") {
            let by: Double = isNext("++") ? 1 : -1
            advance()
            return .update(try updatable(try nestedUnary(), place), by: by, isPrefix: true, at: place)
        }
        let signs: [(String, UnaryOperator)] = [
            ("!", .not), ("-", .minus), ("+", .plus), ("~", .complement), ("typeof", .typeOf), ("void", .void),
            ("delete", .delete),
        ]
        if current.code != 0, current.kind == .sign || current.kind == .name {
            for (sign, unary) in signs where isNext(sign) {
                advance()
                return .unary(unary, try nestedUnary(), at: place)
            }
        }
        let value = try postfix()
        guard isNext("++") || isNext("--"), !current.startsLine else { return value }
        let by: Double = isNext("++") ? 1 : -1
        advance()
        return .update(try updatable(value, place), by: by, isPrefix: false, at: place)
    }

    private mutating func nestedUnary() throws(ScriptError) -> Expression {
        try enter()
        defer { leave() }
        return try unary()
    }

    private func updatable(_ value: Expression, _ place: Int) throws(ScriptError) -> Expression {
        switch value {
        case .name, .member: return value
        default: throw ScriptError("‘++’ and ‘--’ need something that can be given a value", at: place)
        }
    }

    /// An operand with its calls, indices and members.
    private mutating func postfix() throws(ScriptError) -> Expression {
        var depth = 0
        defer { for _ in 0..<depth { leave() } }
        var value = isNext("new") ? try new() : try operand()
        while true {
            let place = offset
            if take(".") {
                value = .member(value, key: .text(try memberName()), at: place)
            } else if take("[") {
                value = .member(value, key: try expression(), at: place)
                try expect("]")
            } else if isNext("(") {
                value = .call(value, try arguments(), at: place)
            } else {
                if isNext("?.") { throw ScriptError("‘?.’ is not supported", at: place) }
                return value
            }
            try enter()
            depth += 1
        }
    }

    private mutating func memberName() throws(ScriptError) -> Text {
        guard current.kind == .name else { throw unexpected("a name") }
        defer { advance() }
        return Text(bytes(current))
    }

    private mutating func new() throws(ScriptError) -> Expression {
        let place = offset
        var depth = 0
        defer { for _ in 0..<depth { leave() } }
        advance()
        try enter()
        depth += 1
        var made = isNext("new") ? try new() : try operand()
        while true {
            try enter()
            depth += 1
            if take(".") {
                made = .member(made, key: .text(try memberName()), at: place)
            } else if take("[") {
                made = .member(made, key: try expression(), at: place)
                try expect("]")
            } else {
                return .new(made, isNext("(") ? try arguments() : [], at: place)
            }
        }
    }

    private mutating func arguments() throws(ScriptError) -> [Expression] {
        try list(from: "(", to: ")")
    }

    private mutating func list(from open: String, to close: String) throws(ScriptError) -> [Expression] {
        var list: [Expression] = []
        try expect(open)
        while !take(close) {
            if isNext("...") { throw ScriptError("‘...’ is not supported", at: offset) }
            list.append(try assignment())
            if !isNext(close) { try expect(",") }
        }
        return list
    }

    private mutating func operand() throws(ScriptError) -> Expression {
        let token = current
        let place = offset
        switch token.kind {
        case .number:
            advance()
            return .number(Number.value(of: bytes(token)) ?? 0)
        case .text:
            advance()
            return .text(try TextLiteral.value(of: bytes(token), at: place))
        case .regex:
            advance()
            let pattern = try Pattern(literal: Text(bytes(token)), at: place)
            patternBudget -= pattern.program.count
            guard patternBudget >= 0 else {
                throw ScriptError(
                    "the regular expressions up to this one have more than \(Limits.instructions) instructions in all",
                    at: place)
            }
            return .regex(pattern)
        case .sign:
            if isNext("[") { return .array(try list(from: "[", to: "]")) }
            if isNext("{") { return try object() }
            guard take("(") else { break }
            let value = try expression()
            try expect(")")
            return value
        case .name:
            if take("function") {
                let name = current.kind == .name ? try name() : []
                return .function(try function(named: name, at: place))
            }
            if take("this") { return .this }
            if take("null") { return .null }
            if take("true") { return .bool(true) }
            if take("false") { return .bool(false) }
            let name = try name()
            if name.elementsEqual("arguments".utf8) { usesArguments = true }
            return .name(name, at: place)
        case .end: break
        }
        throw unexpected("a value")
    }

    private mutating func object() throws(ScriptError) -> Expression {
        var members: [(key: Text, value: Expression)] = []
        try expect("{")
        while !take("}") {
            let key = current
            let place = offset
            advance()
            let name: Text
            switch key.kind {
            case .name: name = Text(bytes(key))
            case .text: name = try TextLiteral.value(of: bytes(key), at: place)
            case .number: name = Number.text(Number.value(of: bytes(key)) ?? 0)
            default: throw ScriptError("expected is the name of a member, found ‘\(text(key))’", at: place)
            }
            if take(":") {
                members.append((name, try assignment()))
            } else if isNext("(") {
                members.append((name, .function(try function(named: name, at: place))))
            } else {
                guard key.kind == .name, isNext(",") || isNext("}") else { throw unexpected("‘:’") }
                members.append((name, .name(name, at: place)))
            }
            if !isNext("}") { try expect(",") }
        }
        return .object(members)
    }
}

/// Texts between quotes; ECMA-262 (5.1) section 7.8.4.
enum TextLiteral {
    /// The text that a literal stands for, its escapes replaced.
    static func value(of literal: ArraySlice<UInt8>, at offset: Int) throws(ScriptError) -> Text {
        var text: Text = []
        var rest = literal.dropFirst().dropLast()
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let escaped = rest.popFirst() else {
                text.append(byte)
                continue
            }
            switch escaped {
            case UInt8(ascii: "n"): text.append(0x0A)
            case UInt8(ascii: "r"): text.append(0x0D)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "b"): text.append(0x08)
            case UInt8(ascii: "f"): text.append(0x0C)
            case UInt8(ascii: "v"): text.append(0x0B)
            case UInt8(ascii: "0"): text.append(0)
            case 0x0A: break
            case 0x0D: if rest.first == 0x0A { rest.removeFirst() }
            case UInt8(ascii: "x"), UInt8(ascii: "u"):
                let digits = rest.prefix(escaped == UInt8(ascii: "x") ? 2 : 4)
                let code = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
                guard digits.count == (escaped == UInt8(ascii: "x") ? 2 : 4), let code, let scalar = UnicodeScalar(code)
                else { throw ScriptError("an escape in the text has no hexadecimal digits", at: offset) }
                text.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
                rest = rest.dropFirst(digits.count)
            default: text.append(escaped)
            }
        }
        return text
    }
}
