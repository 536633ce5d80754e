/// Cuts the bytes of a properties file into logical lines: natural lines joined where a backslash continues them.
struct PropertiesScanner {
    /// A line as the format understands it; blank lines and comments before it belong to its own logical lines.
    struct LogicalLine {
        /// A byte of the joined text and where it is in the file.
        struct Character {
            var byte: UInt8
            var offset: Int
        }

        /// The number of its first natural line, from 1.
        var number: Int
        /// All of it in the file, line ending included.
        var extent: Range<Int>
        /// Where the text starts in the file: after leading blanks.
        var contentStart: Int
        /// Where the text ends in the file: before the line ending.
        var contentEnd: Int
        /// The joined text; empty for comments and blank lines.
        var characters: [Character] = []
        /// Whether a backslash asks for a further line where the file ends.
        var isUnfinished = false
    }

    private let bytes: [UInt8]
    private var position = 0
    private var lineNumber = 1

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Whether a byte is one of the format's blanks.
    static func isBlank(_ byte: UInt8) -> Bool {
        byte == ASCII.space || byte == ASCII.tab || byte == ASCII.formFeed
    }

    /// The next logical line, or nil at the end of the file.
    mutating func nextLogicalLine() -> LogicalLine? {
        guard position < bytes.count else { return nil }
        let start = position
        skipBlanks()
        var line = LogicalLine(number: lineNumber, extent: start..<start, contentStart: position, contentEnd: position)
        let isComment = current == UInt8(ascii: "#") || current == UInt8(ascii: "!")
        while let byte = current {
            if isLineEnd(byte) {
                line.contentEnd = position
                skipLineEnd()
                guard !isComment, endsInOddBackslashes(line) else { return finished(line) }
                line.characters.removeLast()
                // Java takes what follows a backslash alone on its line for a line of its own, a comment even.
                if line.characters.isEmpty {
                    line.isUnfinished = current == nil
                    return finished(line)
                }
                skipBlanks()
                line.isUnfinished = current == nil
            } else {
                if !isComment { line.characters.append(.init(byte: byte, offset: position)) }
                position += 1
            }
            line.contentEnd = position
        }
        line.isUnfinished = line.isUnfinished || endsInOddBackslashes(line)
        return finished(line)
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func isLineEnd(_ byte: UInt8) -> Bool { byte == ASCII.newline || byte == ASCII.carriageReturn }

    private mutating func skipBlanks() {
        while let byte = current, Self.isBlank(byte) { position += 1 }
    }

    private mutating func skipLineEnd() {
        position += bytes[position...].starts(with: [ASCII.carriageReturn, ASCII.newline]) ? 2 : 1
        lineNumber += 1
    }

    private func endsInOddBackslashes(_ line: LogicalLine) -> Bool {
        line.characters.reversed().prefix { $0.byte == ASCII.backslash }.count % 2 == 1
    }

    private func finished(_ line: LogicalLine) -> LogicalLine {
        var line = line
        line.extent = line.extent.lowerBound..<position
        return line
    }
}
