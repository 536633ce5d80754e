/// A regular expression, compiled for `Matcher`; ECMA-262 (5.1) section 15.10, on bytes.
///
/// Not supported, and refused: look-behind, named groups, `\p` and the flags `y` and `s`.
struct Pattern: Sendable {
    /// One step of the matcher.
    enum Instruction: Sendable, Equatable {
        case byte(UInt8)
        case any
        /// At most 128 ranges, in order and apart.
        case set([ClosedRange<UInt8>], isNegated: Bool)
        case start, end
        case wordBoundary(isNegated: Bool)
        /// Remember the position.
        case save(Int)
        case jump(Int)
        /// Try the first way, later the second.
        case fork(Int, Int)
        /// Fail where the position is the one remembered: an empty turn of a loop.
        case progress(since: Int)
        case backReference(Int)
        /// What follows up to `accept`, then go on at the given place.
        case look(isNegated: Bool, next: Int)
        case accept
    }

    /// The expression between the slashes.
    let text: Text
    let isGlobal: Bool
    let ignoresCase: Bool
    let isMultiline: Bool
    private(set) var program: [Instruction] = []
    private(set) var groupCount = 1
    /// Positions that loops remember stand after those of groups.
    private(set) var slotCount = 0

    /// Compiles `/text/flags`.
    init(literal: Text, at offset: Int) throws(ScriptError) {
        let slash = literal.lastIndex(of: UInt8(ascii: "/")) ?? 0
        try self.init(Text(literal[1..<slash]), flags: Text(literal[(slash + 1)...]), at: offset)
    }

    /// Compiles a pattern.
    init(_ text: Text, flags: Text, at offset: Int) throws(ScriptError) {
        for flag in flags where !"gimu".utf8.contains(flag) {
            throw ScriptError("a regular expression's flag ‘\(UnicodeScalar(flag))’ is not supported", at: offset)
        }
        self.text = text
        isGlobal = flags.contains(UInt8(ascii: "g"))
        ignoresCase = flags.contains(UInt8(ascii: "i"))
        isMultiline = flags.contains(UInt8(ascii: "m"))
        var compiler = PatternCompiler(text, ignoresCase: ignoresCase, offset)
        program = try compiler.compiled()
        groupCount = compiler.groupCount
        slotCount = compiler.slotCount
    }
}

/// Makes instructions of a regular expression.
private struct PatternCompiler {
    private let text: Text
    private let offset: Int
    private let ignoresCase: Bool
    private var position = 0
    private var nesting = 0
    private(set) var groupCount = 1
    private(set) var loopCount = 0
    private let groupsInAll: Int

    /// Instructions, far above those of any real pattern: `a{1000}{1000}` must not fill the memory.
    private static let longest = 20_000
    /// Positions that are remembered; each try to match begins by clearing them.
    private static let mostSlots = 2000

    /// Positions of groups, then of loops.
    var slotCount: Int { groupsInAll * 2 + loopCount }

    init(_ text: Text, ignoresCase: Bool, _ offset: Int) {
        (self.text, self.ignoresCase, self.offset) = (text, ignoresCase, offset)
        // Loops remember their position behind those of all groups, so the groups are counted first.
        groupsInAll = Self.groups(in: text) + 1
    }

    /// How many ‘(’ begin a group that is remembered: not escaped, not in `[…]` and without ‘?’.
    private static func groups(in text: Text) -> Int {
        var (count, index, isInSet) = (0, 0, false)
        while index < text.count {
            switch text[index] {
            case UInt8(ascii: "\\"): index += 1
            case UInt8(ascii: "["): isInSet = true
            case UInt8(ascii: "]"): isInSet = false
            case UInt8(ascii: "(") where !isInSet:
                if index + 1 == text.count || text[index + 1] != UInt8(ascii: "?") { count += 1 }
            default: break
            }
            index += 1
        }
        return count
    }

    mutating func compiled() throws(ScriptError) -> [Pattern.Instruction] {
        let body = try alternatives()
        guard position == text.count else { throw problem("‘)’ has no ‘(’") }
        guard groupCount == groupsInAll else { throw problem("its groups can't be counted") }
        guard slotCount <= Self.mostSlots else {
            throw problem("it has too many groups and loops: \(slotCount) positions, at most are \(Self.mostSlots)")
        }
        return [.save(0)] + body + [.save(1), .accept]
    }

    private func problem(_ reason: String) -> ScriptError {
        ScriptError(
            "the regular expression /\(String(decoding: text.prefix(80), as: UTF8.self))/: \(reason)", at: offset)
    }

    private func peek(_ ahead: Int = 0) -> UInt8? { position + ahead < text.count ? text[position + ahead] : nil }

    private mutating func take(_ word: String) -> Bool {
        guard text[position...].starts(with: word.utf8) else { return false }
        position += word.utf8.count
        return true
    }

    /// `a|b|c`; jumps are relative.
    private mutating func alternatives() throws(ScriptError) -> [Pattern.Instruction] {
        nesting += 1
        guard nesting <= 50 else { throw problem("it nests deeper than 50 levels") }
        defer { nesting -= 1 }
        var choices = [try sequence()]
        var total = choices[0].count
        while take("|") {
            let choice = try sequence()
            total += choice.count + 2
            try check(total)
            choices.append(choice)
        }
        // Each but the last is made two longer, by the fork before it and the jump behind it.
        let count = choices.reduce(-2) { $0 + $1.count + 2 }
        var code: [Pattern.Instruction] = []
        for (index, choice) in choices.enumerated() {
            let isLast = index == choices.count - 1
            if !isLast { code.append(.fork(1, choice.count + 2)) }
            code += choice
            if !isLast { code.append(.jump(count - code.count)) }
        }
        return code
    }

    private func check(_ count: Int) throws(ScriptError) {
        if count > Self.longest {
            throw problem("it is too large: \(count) instructions, at most are \(Self.longest)")
        }
    }

    private mutating func sequence() throws(ScriptError) -> [Pattern.Instruction] {
        var code: [Pattern.Instruction] = []
        while let byte = peek(), byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
            let atom = try atom()
            code += try repeated(atom)
            try check(code.count)
        }
        return code
    }

    /// An atom with the quantifier that follows it.
    private mutating func repeated(_ atom: [Pattern.Instruction]) throws(ScriptError) -> [Pattern.Instruction] {
        var (least, most): (Int, Int?) = (1, 1)
        if take("*") {
            (least, most) = (0, nil)
        } else if take("+") {
            (least, most) = (1, nil)
        } else if take("?") {
            (least, most) = (0, 1)
        } else if peek() == UInt8(ascii: "{"), let bounds = bounds() {
            (least, most) = bounds
        } else {
            return atom
        }
        let isLazy = take("?")
        if let next = peek(), "*+?".utf8.contains(next) { throw problem("a quantifier follows another") }
        guard (most ?? least) >= least, (atom.count + 4) * max(least, most ?? 1) <= Self.longest else {
            throw problem("a repetition is not possible or too large")
        }
        func fork(_ yes: Int, _ no: Int) -> Pattern.Instruction { isLazy ? .fork(no, yes) : .fork(yes, no) }
        var code: [Pattern.Instruction] = []
        for _ in 0..<least { code += atom }
        if let most {
            for _ in least..<most { code += [fork(1, atom.count + 1)] + atom }
            // Each way out leads behind the last turn, which comes to the same as behind its own: the next fork is optional.
            return code
        }
        let slot = groupsInAll * 2 + loopCount
        loopCount += 1
        code += [fork(1, atom.count + 4), .save(slot)] + atom
        return code + [.progress(since: slot), .jump(-(atom.count + 3))]
    }

    /// `{2}`, `{2,}` or `{2,3}`; nil for a brace that stands for itself.
    private mutating func bounds() -> (Int, Int?)? {
        guard let close = text[position...].firstIndex(of: UInt8(ascii: "}")) else { return nil }
        let parts = text[(position + 1)..<close].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard parts.count <= 2, let least = Int(parts[0]), least >= 0, least <= 1000 else { return nil }
        var most: Int? = least
        if parts.count == 2 {
            most = Int(parts[1])
            guard parts[1].isEmpty || (most ?? 1001) <= 1000 else { return nil }
        }
        position = close + 1
        return (least, most)
    }

    private mutating func atom() throws(ScriptError) -> [Pattern.Instruction] {
        if take("(") { return try group() }
        if take(".") { return [.any] }
        if take("^") { return [.start] }
        if take("$") { return [.end] }
        if take("[") { return [try set()] }
        if take("\\") { return [try escape()] }
        guard let byte = peek(), !"*+?".utf8.contains(byte) else { throw problem("a quantifier has nothing to repeat") }
        position += 1
        return [.byte(folded(byte))]
    }

    private func folded(_ byte: UInt8) -> UInt8 { ignoresCase ? TextMethods.lower(byte) : byte }

    private mutating func group() throws(ScriptError) -> [Pattern.Instruction] {
        var code: [Pattern.Instruction]
        if take("?:") {
            code = try alternatives()
        } else if take("?=") || take("?!") {
            let isNegated = text[position - 1] == UInt8(ascii: "!")
            code = try alternatives()
            code = [.look(isNegated: isNegated, next: code.count + 2)] + code + [.accept]
        } else {
            if peek() == UInt8(ascii: "?") { throw problem("a group of the kind ‘(?’ is not supported") }
            let number = groupCount
            groupCount += 1
            code = [.save(number * 2)] + (try alternatives()) + [.save(number * 2 + 1)]
        }
        guard take(")") else { throw problem("‘(’ has no ‘)’") }
        return code
    }

    /// What follows a backslash.
    private mutating func escape() throws(ScriptError) -> Pattern.Instruction {
        guard let byte = peek() else { throw problem("it ends with ‘\\’") }
        switch byte {
        case UInt8(ascii: "b"), UInt8(ascii: "B"):
            position += 1
            return .wordBoundary(isNegated: byte == UInt8(ascii: "B"))
        case UInt8(ascii: "1")...UInt8(ascii: "9"):
            position += 1
            return .backReference(Int(byte - UInt8(ascii: "0")))
        default:
            if let ranges = takeClass() { return .set(ranges, isNegated: false) }
            return .byte(folded(try escapedByte()))
        }
    }

    /// `\d`, `\w`, `\s` and their opposites; nil for other escapes.
    private mutating func takeClass() -> [ClosedRange<UInt8>]? {
        guard let byte = peek() else { return nil }
        var ranges: [ClosedRange<UInt8>]
        switch byte | 0x20 {
        case UInt8(ascii: "d"): ranges = [0x30...0x39]
        case UInt8(ascii: "w"): ranges = [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A]
        case UInt8(ascii: "s"): ranges = [0x09...0x0D, 0x20...0x20]
        default: return nil
        }
        position += 1
        guard byte & 0x20 == 0 else { return ranges }
        var opposite: [ClosedRange<UInt8>] = []
        var next: UInt8 = 0
        for range in ranges {
            if range.lowerBound > next { opposite.append(next...(range.lowerBound - 1)) }
            next = range.upperBound + 1
        }
        return opposite + [next...0xFF]
    }

    private mutating func escapedByte() throws(ScriptError) -> UInt8 {
        guard let byte = peek() else { throw problem("it ends with ‘\\’") }
        position += 1
        switch byte {
        case UInt8(ascii: "n"): return 0x0A
        case UInt8(ascii: "r"): return 0x0D
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "f"): return 0x0C
        case UInt8(ascii: "v"): return 0x0B
        case UInt8(ascii: "0"): return 0
        case UInt8(ascii: "x"):
            guard let code = UInt8(String(decoding: text[position...].prefix(2), as: UTF8.self), radix: 16) else {
                throw problem("‘\\x’ has no two hexadecimal digits")
            }
            position = min(position + 2, text.count)
            return code
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
            throw problem("‘\\\(UnicodeScalar(byte))’ is not supported")
        default: return byte
        }
    }

    /// `[…]`.
    private mutating func set() throws(ScriptError) -> Pattern.Instruction {
        let isNegated = take("^")
        var ranges: [ClosedRange<UInt8>] = []
        while !take("]") {
            guard let first = try member(&ranges) else { continue }
            var last = first
            if peek() == UInt8(ascii: "-"), peek(1) != UInt8(ascii: "]") {
                position += 1
                guard let end = try member(&ranges), end >= first else {
                    throw problem("a range in ‘[…]’ is backwards")
                }
                last = end
            }
            ranges.append(first...last)
            // Members may be as many as the text is long: kept are no more than there are bytes.
            if ranges.count > 512 { ranges = Self.merged(ranges) }
        }
        return .set(Self.merged(ranges), isNegated: isNegated)
    }

    /// The same members in as few ranges as possible, so that trying one byte costs the same with every set.
    private static func merged(_ ranges: [ClosedRange<UInt8>]) -> [ClosedRange<UInt8>] {
        var isMember = [Bool](repeating: false, count: 256)
        for range in ranges { for byte in range { isMember[Int(byte)] = true } }
        var merged: [ClosedRange<UInt8>] = []
        var first: Int?
        for byte in 0...256 {
            if byte < 256, isMember[byte] {
                first = first ?? byte
            } else if let start = first {
                merged.append(UInt8(start)...UInt8(byte - 1))
                first = nil
            }
        }
        return merged
    }

    /// A byte of a set; nil where a class such as `\d` was put into it.
    private mutating func member(_ ranges: inout [ClosedRange<UInt8>]) throws(ScriptError) -> UInt8? {
        guard let byte = peek() else { throw problem("‘[’ has no ‘]’") }
        position += 1
        guard byte == UInt8(ascii: "\\") else { return byte }
        if let members = takeClass() {
            ranges += members
            return nil
        }
        if take("b") { return 0x08 }
        return try escapedByte()
    }
}
