/// Makes a syntax tree of the tokens; statements here, expressions in `Parser+Expressions`.
struct Parser {
    let source: Text
    private let tokens: [Token]
    private var index = 0
    private var nesting = 0
    /// What the function that is being read declares.
    var variables: [Text] = []
    var functions: [FunctionNode] = []
    var usesArguments = false
    /// How many functions were read so far: tells whether a loop's body has one.
    var functionCount = 0
    /// Instructions that regular expressions may still have.
    var patternBudget = Limits.instructions
    private var isInFunction = false

    init(_ tokens: [Token], of source: Text) {
        self.tokens = tokens
        self.source = source
    }

    /// The whole script.
    mutating func program() throws(ScriptError) -> FunctionNode {
        var body: [Statement] = []
        while current.kind != .end { body.append(try statement()) }
        return FunctionNode(
            name: [], parameters: [], body: body, variables: variables, functions: functions, isArrow: false,
            usesArguments: false, offset: 0)
    }

    // MARK: Tokens

    var current: Token { tokens[index] }
    var next: Token { tokens[min(index + 1, tokens.count - 1)] }
    var offset: Int { Int(current.start) }
    func token(ahead: Int) -> Token { tokens[min(index + ahead, tokens.count - 1)] }
    mutating func advance() { if index < tokens.count - 1 { index += 1 } }

    func bytes(_ token: Token) -> ArraySlice<UInt8> { source[Int(token.start)..<Int(token.end)] }
    func text(_ token: Token) -> String { String(decoding: bytes(token), as: UTF8.self) }

    func isNext(_ word: String) -> Bool { current.code == Token.code(word.utf8) && current.kind != .text }

    mutating func take(_ word: String) -> Bool {
        guard isNext(word) else { return false }
        advance()
        return true
    }

    mutating func expect(_ word: String) throws(ScriptError) {
        guard take(word) else { throw unexpected("‘\(word)’") }
    }

    func unexpected(_ expected: String) -> ScriptError {
        let found = current.kind == .end ? "the end of the file" : "‘\(text(current).prefix(40))’"
        return ScriptError("expected is \(expected), found \(found)", at: offset)
    }

    static let reserved = [
        "break", "case", "catch", "class", "const", "continue", "debugger", "default", "delete", "do", "else", "export",
        "extends", "false", "finally", "for", "function", "if", "import", "in", "instanceof", "new", "null", "return",
        "super", "switch", "this", "throw", "true", "try", "typeof", "var", "void", "while", "with",
    ].map { Token.code($0.utf8) }

    mutating func name() throws(ScriptError) -> Text {
        guard current.kind == .name, !Self.reserved.contains(current.code) else { throw unexpected("a name") }
        defer { advance() }
        return Text(bytes(current))
    }

    /// Counts a level of nesting, so that brackets without end don't exhaust the stack.
    mutating func enter() throws(ScriptError) {
        nesting += 1
        guard nesting <= Limits.nesting else {
            throw ScriptError("the script is nested deeper than \(Limits.nesting) levels", at: offset)
        }
    }

    mutating func leave() { nesting -= 1 }

    /// A semicolon, or where one may be left out.
    private mutating func endStatement() throws(ScriptError) {
        if take(";") || isNext("}") || current.kind == .end || current.startsLine { return }
        throw unexpected("‘;’ or a new line")
    }

    // MARK: Statements

    mutating func statement() throws(ScriptError) -> Statement {
        try enter()
        defer { leave() }
        let start = offset
        if isNext("{") { return try block() }
        if take(";") { return .block([], hasNames: false) }
        if take("function") {
            functions.append(try function(named: try name(), at: start))
            return .block([], hasNames: false)
        }
        if take("var") { return try declaration(isLexical: false, start) }
        if isNext("const") || (isNext("let") && next.kind == .name) {
            advance()
            return try declaration(isLexical: true, start)
        }
        if take("if") { return try branches() }
        if take("for") { return try forLoop() }
        if take("while") {
            let condition = try parenthesized()
            return .loop(Loop(condition: condition, body: try statement()))
        }
        if take("do") { return try doLoop() }
        if take("switch") { return try choose() }
        if take("try") { return try attempt() }
        return try simpleStatement(start)
    }

    private mutating func simpleStatement(_ start: Int) throws(ScriptError) -> Statement {
        if isNext("break") || isNext("continue") {
            let isContinue = isNext("continue")
            advance()
            if current.kind == .name, !current.startsLine, !isNext("}") {
                throw ScriptError("labels are not supported", at: offset)
            }
            try endStatement()
            return .interrupt(isContinue: isContinue)
        }
        if isNext("return") {
            guard isInFunction else { throw ScriptError("‘return’ stands outside of a function", at: start) }
            advance()
            if isNext(";") || isNext("}") || current.kind == .end || current.startsLine {
                try endStatement()
                return .leave(nil)
            }
            let value = try expression()
            try endStatement()
            return .leave(value)
        }
        if take("throw") {
            let value = try expression()
            try endStatement()
            return .fail(value, at: start)
        }
        for word in ["class", "with", "import", "export", "debugger"] where isNext(word) {
            throw ScriptError("‘\(word)’ is not supported", at: start)
        }
        if current.kind == .name, next.code == Token.code(":".utf8) {
            throw ScriptError("labels are not supported", at: start)
        }
        let value = try expression()
        try endStatement()
        return .expression(value)
    }

    private mutating func parenthesized() throws(ScriptError) -> Expression {
        try expect("(")
        let value = try expression()
        try expect(")")
        return value
    }

    /// Statements up to `}`; whether any of them makes names of the block.
    private mutating func statements() throws(ScriptError) -> (list: [Statement], hasNames: Bool) {
        var list: [Statement] = []
        var hasNames = false
        try expect("{")
        while !isNext("}") {
            guard current.kind != .end else { throw unexpected("‘}’") }
            let statement = try statement()
            if case .declare(_, isLexical: true, _) = statement { hasNames = true }
            list.append(statement)
        }
        advance()
        return (list, hasNames)
    }

    private mutating func block() throws(ScriptError) -> Statement {
        let (list, hasNames) = try statements()
        return .block(list, hasNames: hasNames)
    }

    private mutating func declaration(isLexical: Bool, _ start: Int) throws(ScriptError) -> Statement {
        let statement = try declarators(isLexical: isLexical, start)
        try endStatement()
        return statement
    }

    private mutating func declarators(isLexical: Bool, _ start: Int) throws(ScriptError) -> Statement {
        var list: [(name: Text, value: Expression?)] = []
        repeat {
            if isNext("[") || isNext("{") {
                throw ScriptError("taking arrays and objects apart in a declaration is not supported", at: offset)
            }
            let name = try name()
            if !isLexical { variables.append(name) }
            list.append((name, take("=") ? try assignment() : nil))
        } while take(",")
        return .declare(list, isLexical: isLexical, at: start)
    }

    private mutating func branches() throws(ScriptError) -> Statement {
        var list: [(condition: Expression, body: Statement)] = []
        repeat {
            let condition = try parenthesized()
            list.append((condition, try statement()))
            guard take("else") else { return .branches(list, otherwise: nil) }
        } while take("if")
        return .branches(list, otherwise: try statement())
    }

    private mutating func doLoop() throws(ScriptError) -> Statement {
        let body = try statement()
        try expect("while")
        let condition = try parenthesized()
        _ = take(";")
        return .loop(Loop(condition: condition, body: body, isBodyFirst: true))
    }

    private mutating func forLoop() throws(ScriptError) -> Statement {
        let start = offset
        try expect("(")
        var first: Statement?
        var isLexical = false
        if isNext("var") || isNext("let") || isNext("const") {
            isLexical = !isNext("var")
            if let loop = try eachLoop(isDeclared: true, isLexical, start) { return loop }
            advance()
            first = try declarators(isLexical: isLexical, start)
        } else if !isNext(";") {
            if let loop = try eachLoop(isDeclared: false, false, start) { return loop }
            first = .expression(try expression())
        }
        try expect(";")
        let condition = isNext(";") ? nil : try expression()
        try expect(";")
        let step = isNext(")") ? nil : try expression()
        try expect(")")
        let before = functionCount
        let body = try statement()
        return .loop(
            Loop(
                first: first, condition: condition, step: step, body: body,
                hasOwnNames: isLexical && functionCount > before))
    }

    /// The rest of `for (x in y)` and `for (x of y)`; nil, with nothing read, for other loops.
    private mutating func eachLoop(
        isDeclared: Bool, _ isLexical: Bool, _ start: Int
    ) throws(ScriptError) -> Statement? {
        let word = token(ahead: isDeclared ? 2 : 1)
        let isOf = word.code == Token.code("of".utf8)
        guard word.kind == .name, isOf || word.code == Token.code("in".utf8) else { return nil }
        if isDeclared { advance() }
        let place = offset
        let name = try name()
        advance()
        if isDeclared, !isLexical { variables.append(name) }
        let collection = try expression()
        try expect(")")
        let loop = EachLoop(
            target: .name(name, at: place), isLexical: isLexical, collection: collection, isOfValues: isOf,
            body: try statement(), offset: start)
        return .each(loop)
    }

    private mutating func choose() throws(ScriptError) -> Statement {
        let value = try parenthesized()
        var cases: [(value: Expression?, body: [Statement])] = []
        try expect("{")
        while !take("}") {
            var label: Expression?
            if take("case") { label = try expression() } else { try expect("default") }
            try expect(":")
            var body: [Statement] = []
            while !isNext("case"), !isNext("default"), !isNext("}") {
                guard current.kind != .end else { throw unexpected("‘}’") }
                body.append(try statement())
            }
            cases.append((label, body))
        }
        return .choose(value, cases)
    }

    private mutating func attempt() throws(ScriptError) -> Statement {
        let body = try statements().list
        var name: Text?
        var handler: [Statement]?
        if take("catch") {
            if take("(") {
                name = try self.name()
                try expect(")")
            }
            handler = try statements().list
        }
        let finally = take("finally") ? try statements().list : nil
        guard handler != nil || finally != nil else { throw unexpected("‘catch’ or ‘finally’") }
        return .attempt(body, name: name, handler: handler, finally: finally ?? [])
    }

    // MARK: Functions

    /// What follows `function` and its name, or an arrow function's parameters.
    mutating func function(named name: Text, at start: Int, isArrow: Bool = false) throws(ScriptError) -> FunctionNode {
        try enter()
        defer { leave() }
        let outer = (variables, functions, usesArguments, isInFunction)
        defer { (variables, functions, usesArguments, isInFunction) = outer }
        (variables, functions, usesArguments, isInFunction) = ([], [], false, true)
        functionCount += 1
        let parameters = try self.parameters()
        var body: [Statement]
        if isArrow {
            try expect("=>")
            body = isNext("{") ? try statements().list : [.leave(try assignment())]
        } else {
            body = try statements().list
        }
        return FunctionNode(
            name: name, parameters: parameters, body: body, variables: variables, functions: functions,
            isArrow: isArrow, usesArguments: usesArguments, offset: start)
    }

    private mutating func parameters() throws(ScriptError) -> [Text] {
        if current.kind == .name { return [try name()] }
        var parameters: [Text] = []
        try expect("(")
        while !take(")") {
            parameters.append(try name())
            if isNext("=") { throw ScriptError("values for missing parameters are not supported", at: offset) }
            if !isNext(")") { try expect(",") }
        }
        return parameters
    }
}
