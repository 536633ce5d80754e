import Diagnostics

/// Cuts an environment file into its assignments, comments and blank lines.
struct EnvironmentScanner {
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Whether systemd refuses a variable that has this byte in its value.
    static func isForbidden(_ byte: UInt8) -> Bool {
        ASCII.isControl(byte) && byte != ASCII.tab && byte != ASCII.newline
    }

    /// Whether systemd takes the bytes for a variable's name.
    static func isName(_ name: [UInt8]) -> Bool {
        let isValid = name.allSatisfy {
            switch $0 {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard let first = name.first else { return false }
        return isValid && !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
    }

    /// The next segment, or nil at the end of the file.
    mutating func nextSegment() throws(Failure) -> Segment? {
        let start = position
        skipBlanks()
        guard let first = current else {
            return start == position ? nil : Segment(bytes: Array(bytes[start...]))
        }
        var assignment: Assignment?
        if first == UInt8(ascii: "#") || first == UInt8(ascii: ";") {
            try skipComment()
        } else if !isLineEnd(first) {
            assignment = try scanAssignment(from: start)
        }
        skipLineEnd()
        return Segment(bytes: Array(bytes[start..<position]), meaning: assignment.map { .entry($0) } ?? .other)
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func isBlank(_ byte: UInt8) -> Bool { byte == ASCII.space || byte == ASCII.tab }

    private func isLineEnd(_ byte: UInt8) -> Bool { byte == ASCII.newline || byte == ASCII.carriageReturn }

    private mutating func skipBlanks() {
        while let byte = current, isBlank(byte) { position += 1 }
    }

    private mutating func skipLineEnd() {
        guard current != nil else { return }
        position += bytes[position...].starts(with: [ASCII.carriageReturn, ASCII.newline]) ? 2 : 1
        line += 1
    }

    private mutating func skipComment() throws(Failure) {
        while let byte = current, !isLineEnd(byte) { position += 1 }
        guard bytes[position - 1] != ASCII.backslash else {
            throw malformed(
                line: line,
                "a comment that ends in a backslash: systemd before 254 takes the next line for a part of it")
        }
    }

    private mutating func scanAssignment(from start: Int) throws(Failure) -> Assignment {
        let firstLine = line
        let keyStart = position
        while let byte = current, byte != UInt8(ascii: "="), !isLineEnd(byte) { position += 1 }
        var key = bytes[keyStart..<position]
        while let last = key.last, isBlank(last) { key.removeLast() }
        guard current == UInt8(ascii: "="), Self.isName(Array(key)) else {
            throw malformed(line: firstLine, "not NAME=value, with a name of letters, digits and _")
        }
        position += 1
        skipBlanks()
        let valueStart = position
        let value = try scanValue()
        guard let text = String(validating: value, as: UTF8.self) else {
            throw malformed(line: firstLine, "not UTF-8")
        }
        guard !value.contains(where: Self.isForbidden) else {
            throw malformed(line: firstLine, "a control character, for which systemd refuses the variable")
        }
        return Assignment(
            key: String(decoding: key, as: UTF8.self), value: text, range: (valueStart - start)..<(position - start))
    }

    /// Reads quoted and plain pieces up to the end of the line; systemd joins them.
    private mutating func scanValue() throws(Failure) -> [UInt8] {
        var value: [UInt8] = []
        while let byte = current, !isLineEnd(byte) {
            if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                value += try scanQuoted(by: byte)
            } else if isBlank(byte) {
                position += 1
            } else {
                // Once plain text has begun, quotes mean themselves up to the end of the line.
                return try value + scanPlain()
            }
        }
        return value
    }

    private mutating func scanQuoted(by quote: UInt8) throws(Failure) -> [UInt8] {
        let firstLine = line
        var value: [UInt8] = []
        position += 1
        while let byte = current, byte != quote {
            position += 1
            if byte == ASCII.newline { line += 1 }
            guard byte == ASCII.backslash, quote == UInt8(ascii: "\"") else {
                value.append(byte)
                continue
            }
            guard let escaped = current else { break }
            position += 1
            if escaped == ASCII.newline {
                line += 1
            } else {
                if !"\"\\`$".utf8.contains(escaped) { value.append(byte) }
                value.append(escaped)
            }
        }
        guard current == quote else { throw malformed(line: firstLine, "a quote that nothing closes") }
        position += 1
        return value
    }

    private mutating func scanPlain() throws(Failure) -> [UInt8] {
        var value: [UInt8] = []
        var lengthWithoutBlanks = 0
        while let byte = current, !isLineEnd(byte) {
            position += 1
            guard byte == ASCII.backslash else {
                value.append(byte)
                if !isBlank(byte) { lengthWithoutBlanks = value.count }
                continue
            }
            guard let escaped = current else {
                throw malformed(line: line, "a backslash continues the line, but the file ends there")
            }
            position += 1
            if escaped == ASCII.newline { line += 1 }
            if !isLineEnd(escaped) { value.append(escaped) }
            lengthWithoutBlanks = value.count
        }
        return Array(value.prefix(lengthWithoutBlanks))
    }
}
