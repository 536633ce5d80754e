/// Runs a pattern over a text, with a stack of its own: neither long texts nor hostile patterns use up the machine's.
struct Matcher {
    let pattern: Pattern
    let text: Text
    /// Steps that may still be made.
    var stepsLeft: Int
    /// Whether the time is up; asked every now and then.
    let isTimeUp: () -> Bool
    private var stepsToClock = 0

    init(pattern: Pattern, text: Text, stepsLeft: Int, isTimeUp: @escaping () -> Bool) {
        (self.pattern, self.text, self.stepsLeft, self.isTimeUp) = (pattern, text, stepsLeft, isTimeUp)
    }

    /// Ways not taken yet that may wait at once, in all looks together; they take some 24 MiB.
    private static let mostChoices = 1 << 20

    /// A way that was not taken yet.
    private enum Choice {
        case way(place: Int, position: Int)
        case restore(slot: Int, position: Int)
    }

    /// The positions of the match and its groups, two each and -1 for none; nil where nothing from `start` on matches.
    mutating func match(from start: Int) throws(ScriptError) -> [Int]? {
        guard start <= text.count else { return nil }
        for first in start...text.count {
            // Each start clears the slots, of which a pattern may have many.
            try spend(1 + pattern.slotCount / 8)
            var slots = [Int](repeating: -1, count: pattern.slotCount)
            if try run(at: 0, from: first, &slots, waiting: 0) { return Array(slots.prefix(pattern.groupCount * 2)) }
        }
        return nil
    }

    private mutating func spend(_ steps: Int) throws(ScriptError) {
        stepsLeft -= steps
        stepsToClock -= steps
        guard stepsLeft > 0 else { throw ScriptError("a regular expression takes too long", at: -1) }
        if stepsToClock <= 0 {
            stepsToClock = 4096
            if isTimeUp() { throw ScriptError("a regular expression takes too long: the time is up", at: -1) }
        }
    }

    /// Runs from an instruction until `accept` or until no way is left; outside of a look, others may be waiting.
    private mutating func run(
        at place: Int, from position: Int, _ slots: inout [Int], waiting: Int
    ) throws(ScriptError)
        -> Bool
    {
        var (place, position) = (place, position)
        var choices: [Choice] = []
        while true {
            try spend(1)
            guard waiting + choices.count < Self.mostChoices else {
                throw ScriptError("a regular expression takes too long", at: -1)
            }
            var isMatch = true
            switch pattern.program[place] {
            case .byte(let byte): isMatch = consume(&position) { $0 == byte }
            case .any: isMatch = consume(&position) { $0 != 0x0A && $0 != 0x0D }
            case .set(let ranges, let isNegated):
                isMatch = consume(&position) { byte in
                    let upper = pattern.ignoresCase && byte >= 0x61 && byte <= 0x7A ? byte - 0x20 : byte
                    return ranges.contains { $0.contains(byte) || $0.contains(upper) } != isNegated
                }
            case .start:
                isMatch = position == 0 || (pattern.isMultiline && text[position - 1] == 0x0A)
            case .end:
                isMatch = position == text.count || (pattern.isMultiline && text[position] == 0x0A)
            case .wordBoundary(let isNegated):
                isMatch = (isWord(position - 1) != isWord(position)) != isNegated
            case .save(let slot):
                choices.append(.restore(slot: slot, position: slots[slot]))
                slots[slot] = position
            case .jump(let distance): place += distance - 1
            case .fork(let first, let second):
                choices.append(.way(place: place + second, position: position))
                place += first - 1
            case .progress(let slot): isMatch = slots[slot] != position
            case .backReference(let group): isMatch = try repeats(group, slots, &position)
            case .look(let isNegated, let next):
                // A look inside of a look is bounded by how deep groups may nest.
                let waiting = waiting + choices.count
                isMatch = try run(at: place + 1, from: position, &slots, waiting: waiting) != isNegated
                place += next - 1
            case .accept: return true
            }
            place += 1
            if isMatch { continue }
            guard resume(&choices, &place, &position, &slots) else { return false }
        }
    }

    /// Goes back to the last way not taken; false where there is none.
    private func resume(
        _ choices: inout [Choice], _ place: inout Int, _ position: inout Int, _ slots: inout [Int]
    ) -> Bool {
        while let choice = choices.popLast() {
            switch choice {
            case .restore(let slot, let position): slots[slot] = position
            case .way(let way, let from):
                (place, position) = (way, from)
                return true
            }
        }
        return false
    }

    private func consume(_ position: inout Int, _ isMember: (UInt8) -> Bool) -> Bool {
        guard position < text.count else { return false }
        let byte = text[position]
        position += 1
        return isMember(pattern.ignoresCase ? TextMethods.lower(byte) : byte)
    }

    private func isWord(_ position: Int) -> Bool {
        guard position >= 0, position < text.count else { return false }
        let byte = text[position]
        return byte < 0x80 && byte != UInt8(ascii: "$") && Lexer.isNameByte(byte)
    }

    private mutating func repeats(
        _ group: Int, _ slots: [Int], _ position: inout Int
    ) throws(ScriptError) -> Bool {
        guard group < pattern.groupCount, slots[group * 2 + 1] >= slots[group * 2], slots[group * 2] >= 0 else {
            return true
        }
        let earlier = text[slots[group * 2]..<slots[group * 2 + 1]]
        try spend(earlier.count)
        guard text[position...].starts(with: earlier) else { return false }
        position += earlier.count
        return true
    }
}
