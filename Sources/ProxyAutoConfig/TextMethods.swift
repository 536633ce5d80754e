/// What texts need without a script.
enum TextMethods {
    static func lower(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte + 0x20 : byte }
    static func upper(_ byte: UInt8) -> UInt8 { byte >= 0x61 && byte <= 0x7A ? byte - 0x20 : byte }

    /// The value of a digit or letter in a number; 99 for other bytes.
    static func digit(_ byte: UInt8) -> Int {
        if Lexer.isDigit(byte) { return Int(byte) - 0x30 }
        let lower = lower(byte)
        return lower >= 0x61 && lower <= 0x7A ? Int(lower) - 0x57 : 99
    }

    static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var text = text
        while let first = text.first, first <= 0x20 { text = text.dropFirst() }
        while let last = text.last, last <= 0x20 { text = text.dropLast() }
        return text
    }
}

extension Interpreter {
    /// The methods of texts and regular expressions.
    func callText(_ native: Native, _ this: Value, _ arguments: [Value]) throws(ScriptError) -> Value {
        let first = arguments.first ?? .undefined
        if native == .regExpTest || native == .regExpExec {
            guard case .object(let object) = this, case .regex(let pattern) = object.kind else {
                throw error("test and exec need a regular expression")
            }
            return try execute(pattern, object, try text(first), isTest: native == .regExpTest)
        }
        guard this.typeName != "undefined" else { throw error("a text is expected, found undefined") }
        let subject = try text(this)
        try spend(subject.count / 64)
        switch native {
        case .charAt, .charCodeAt:
            let index = Number.integer(try number(first.typeName == "undefined" ? Value(0) : first))
            guard subject.indices.contains(index) else { return native == .charAt ? .text([]) : .number(.nan) }
            return native == .charAt ? .text([subject[index]]) : Value(Int(subject[index]))
        case .stringConcat:
            var joined = subject
            for argument in arguments {
                let more = try text(argument)
                try reserve(joined.count + more.count)
                joined += more
            }
            return .text(joined)
        case .startsWith, .endsWith:
            let part = try text(first)
            try spend(part.count / 64)
            return .bool(
                native == .startsWith ? subject.starts(with: part) : subject.suffix(part.count).elementsEqual(part))
        case .stringIncludes: return .bool(try find(try text(first), in: subject, from: 0) != nil)
        case .stringIndexOf:
            let start = arguments.count > 1 ? Number.integer(try number(arguments[1])) : 0
            return Value(try find(try text(first), in: subject, from: min(max(0, start), subject.count)) ?? -1)
        case .stringLastIndexOf:
            let start = arguments.count > 1 ? Number.integer(try number(arguments[1])) : subject.count
            return Value(try findLast(try text(first), in: subject, from: start) ?? -1)
        case .toLowerCase, .toUpperCase:
            try reserve(subject.count)
            return .text(subject.map(native == .toLowerCase ? TextMethods.lower : TextMethods.upper))
        case .trim:
            try reserve(subject.count)
            return .text(Text(TextMethods.trimmed(subject[...])))
        case .stringSlice, .substring, .substr: return try part(native, of: subject, arguments)
        case .split: return try split(subject, arguments)
        case .search:
            return Value(try positions(try pattern(first), in: subject, from: 0)?[0] ?? -1)
        case .match: return try match(subject, try pattern(first))
        default: return .text(try replace(subject, arguments))
        }
    }

    /// slice, substring or substr.
    private func part(_ native: Native, of subject: Text, _ arguments: [Value]) throws(ScriptError) -> Value {
        let count = subject.count
        var start = arguments.isEmpty ? 0 : Number.integer(try number(arguments[0]))
        var end = count
        var isEndGiven = false
        if arguments.count > 1, arguments[1].typeName != "undefined" {
            end = Number.integer(try number(arguments[1]))
            isEndGiven = true
        }
        if native != .substring, start < 0 { start = max(0, count + start) }
        if native == .substr {
            end = isEndGiven ? start + max(0, end) : count
        } else if native == .stringSlice, end < 0 {
            end = count + end
        }
        (start, end) = (min(max(0, start), count), min(max(0, end), count))
        if native == .substring, start > end { swap(&start, &end) }
        try reserve(max(0, end - start))
        return .text(start < end ? Text(subject[start..<end]) : [])
    }

    /// Where a text stands in another, from a position on.
    private func find(_ part: Text, in text: Text, from start: Int) throws(ScriptError) -> Int? {
        guard part.count <= text.count, start <= text.count - part.count else { return nil }
        for place in start...(text.count - part.count) {
            try spend(place & 15 == 0 ? 1 : 0)
            if try isPart(part, of: text, at: place) { return place }
        }
        return nil
    }

    private func findLast(_ part: Text, in text: Text, from start: Int) throws(ScriptError) -> Int? {
        guard part.count <= text.count else { return nil }
        var place = min(max(0, start), text.count - part.count)
        while place >= 0 {
            try spend(place & 15 == 0 ? 1 : 0)
            if try isPart(part, of: text, at: place) { return place }
            place -= 1
        }
        return nil
    }

    private func isPart(_ part: Text, of text: Text, at place: Int) throws(ScriptError) -> Bool {
        for index in part.indices {
            if text[place + index] != part[index] { return false }
            if index & 63 == 63 { try spend() }
        }
        return true
    }

    private func split(_ subject: Text, _ arguments: [Value]) throws(ScriptError) -> Value {
        guard let separator = arguments.first, separator.typeName != "undefined" else {
            return try array([.text(subject)])
        }
        var parts: [Value] = []
        func add(_ part: ArraySlice<UInt8>) throws(ScriptError) {
            try reserve(part.count + 48)
            parts.append(.text(Text(part)))
        }
        let isPattern = separator.typeName == "object"
        let word = isPattern ? [] : try text(separator)
        let compiled = isPattern ? try pattern(separator) : nil
        if !isPattern, word.isEmpty {
            for index in subject.indices { try add(subject[index...index]) }
            return try array(parts)
        }
        var (start, from) = (0, 0)
        while true {
            var found: Range<Int>?
            if let compiled {
                let slots = try positions(compiled, in: subject, from: from)
                found = slots.flatMap { $0[0] < subject.count ? $0[0]..<$0[1] : nil }
            } else {
                found = try find(word, in: subject, from: from).map { $0..<($0 + word.count) }
            }
            guard let found else { break }
            if found.isEmpty, found.lowerBound == start {
                from = start + 1
                if from >= subject.count { break }
                continue
            }
            try add(subject[start..<found.lowerBound])
            (start, from) = (found.upperBound, found.upperBound)
        }
        try add(subject[start...])
        return try array(parts)
    }

    // MARK: Regular expressions

    private func pattern(_ value: Value) throws(ScriptError) -> Pattern {
        if case .object(let object) = value, case .regex(let pattern) = object.kind { return pattern }
        return try compile(try text(value), flags: [])
    }

    /// Compiles a pattern that the script made, and counts the memory of its text and instructions.
    func compile(_ source: Text, flags: Text) throws(ScriptError) -> Pattern {
        try reserve(source.count * 40)
        let pattern = try Pattern(source, flags: flags, at: offset)
        try reserve(pattern.program.count * 32)
        return pattern
    }

    /// The positions of a match and its groups.
    private func positions(_ pattern: Pattern, in text: Text, from start: Int) throws(ScriptError) -> [Int]? {
        var matcher = Matcher(pattern: pattern, text: text, stepsLeft: budget, isTimeUp: environment.isTimeUp)
        do throws(ScriptError) {
            let slots = try matcher.match(from: start)
            try settle(matcher.stepsLeft)
            return slots
        } catch {
            throw ScriptError(error.message, at: offset)
        }
    }

    private func execute(
        _ pattern: Pattern, _ object: Object, _ subject: Text, isTest: Bool
    ) throws(ScriptError) -> Value {
        let lastIndex = Text("lastIndex".utf8)
        var start = 0
        if pattern.isGlobal, let last = object[own: lastIndex] { start = max(0, Number.integer(try number(last))) }
        let slots = try positions(pattern, in: subject, from: start)
        if pattern.isGlobal { try set(lastIndex, Value(slots?[1] ?? 0), of: object) }
        guard let slots else { return isTest ? .bool(false) : .null }
        return isTest ? .bool(true) : try groups(slots, of: subject)
    }

    /// A match as the array that exec and match answer with.
    private func groups(_ slots: [Int], of subject: Text) throws(ScriptError) -> Value {
        var list: [Value] = []
        for group in 0..<slots.count / 2 {
            let (start, end) = (slots[group * 2], slots[group * 2 + 1])
            try reserve(max(0, end - start) + 48)
            list.append(start >= 0 && end >= start ? .text(Text(subject[start..<end])) : .undefined)
        }
        let made = try array(list)
        if case .object(let object) = made { try set(Text("index".utf8), Value(slots[0]), of: object) }
        return made
    }

    private func match(_ subject: Text, _ pattern: Pattern) throws(ScriptError) -> Value {
        guard pattern.isGlobal else {
            return try positions(pattern, in: subject, from: 0).map { slots throws(ScriptError) in
                try groups(slots, of: subject)
            } ?? .null
        }
        var found: [Value] = []
        var start = 0
        while let slots = try positions(pattern, in: subject, from: start) {
            try reserve(slots[1] - slots[0] + 48)
            found.append(.text(Text(subject[slots[0]..<slots[1]])))
            start = slots[1] + (slots[1] == slots[0] ? 1 : 0)
        }
        return found.isEmpty ? .null : try array(found)
    }

    private func replace(_ subject: Text, _ arguments: [Value]) throws(ScriptError) -> Text {
        guard arguments.count > 1 else { return subject }
        var pattern: Pattern?
        if case .object(let object) = arguments[0], case .regex(let regex) = object.kind { pattern = regex }
        let word = pattern == nil ? try text(arguments[0]) : []
        var made: Text = []
        var (copied, start) = (0, 0)
        repeat {
            var slots: [Int]?
            if let pattern {
                slots = try positions(pattern, in: subject, from: start)
            } else {
                slots = try find(word, in: subject, from: start).map { [$0, $0 + word.count] }
            }
            guard let slots else { break }
            let replacement = try replacement(arguments[1], slots, subject)
            try reserve(slots[0] - copied + replacement.count + 16)
            made += subject[copied..<slots[0]] + replacement
            copied = slots[1]
            start = slots[1] + (slots[1] == slots[0] ? 1 : 0)
        } while pattern?.isGlobal == true
        try reserve(subject.count - copied)
        return made + subject[copied...]
    }

    /// A replacement with its `$1` and `$&`, or what a function makes of the match.
    private func replacement(_ value: Value, _ slots: [Int], _ subject: Text) throws(ScriptError) -> Text {
        if case .object(let function) = value, function.isCallable {
            guard case .object(let list) = try groups(slots, of: subject) else { return [] }
            return try text(try call(function, this: .undefined, list.elements + [Value(slots[0]), .text(subject)]))
        }
        var rest = try text(value)[...]
        var made: Text = []
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "$"), let next = rest.first else {
                made.append(byte)
                continue
            }
            let group = next == UInt8(ascii: "&") ? 0 : Int(next) - 0x30
            if next == UInt8(ascii: "$") {
                made.append(next)
            } else if group >= 0, group <= 9, group * 2 + 1 < slots.count {
                let (start, end) = (slots[group * 2], slots[group * 2 + 1])
                try reserve(max(0, end - start))
                if start >= 0, end >= start { made += subject[start..<end] }
            } else {
                made.append(byte)
                continue
            }
            rest.removeFirst()
        }
        return made
    }
}
