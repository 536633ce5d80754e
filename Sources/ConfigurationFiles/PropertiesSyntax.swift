import Diagnostics

/// `java.util.Properties`, read as `load(InputStream)` reads it.
///
/// Upstream: the class's documentation of `load(Reader)`, and what the JVM does where that is silent.
struct PropertiesSyntax: LineSyntax {
    func parse(_ bytes: [UInt8]) throws(Failure) -> [Segment] {
        var segments: [Segment] = []
        var scanner = PropertiesScanner(bytes)
        while let line = scanner.nextLogicalLine() {
            if line.isUnfinished {
                throw malformed(line: line.number, "a backslash continues the line, but the file ends there")
            }
            var segment = Segment(bytes: Array(bytes[line.extent]))
            if !line.characters.isEmpty {
                segment.meaning = .entry(try assignment(in: line))
            }
            segments.append(segment)
        }
        return segments
    }

    private func assignment(in line: PropertiesScanner.LogicalLine) throws(Failure) -> Assignment {
        let characters = line.characters
        var keyEnd = 0
        while keyEnd < characters.count, !isSeparator(characters[keyEnd].byte) {
            keyEnd += characters[keyEnd].byte == ASCII.backslash ? 2 : 1
        }
        keyEnd = min(keyEnd, characters.count)
        var valueStart = keyEnd
        var hasSign = false
        while valueStart < characters.count {
            let byte = characters[valueStart].byte
            if byte == UInt8(ascii: "=") || byte == UInt8(ascii: ":") {
                if hasSign { break }
                hasSign = true
            } else if !PropertiesScanner.isBlank(byte) {
                break
            }
            valueStart += 1
        }
        // The value's place starts right after the separator, so that a line continued there is replaced as a whole.
        let origin = line.extent.lowerBound
        let start = valueStart == 0 ? line.contentStart : characters[valueStart - 1].offset + 1
        return Assignment(
            key: try PropertiesText.decode(characters[..<keyEnd].map(\.byte), line: line.number),
            value: try PropertiesText.decode(characters[valueStart...].map(\.byte), line: line.number),
            range: (start - origin)..<(line.contentEnd - origin), lacksSeparator: valueStart == keyEnd)
    }

    private func isSeparator(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "=") || byte == UInt8(ascii: ":") || PropertiesScanner.isBlank(byte)
    }

    func spell(value: String, of key: String) throws(Failure) -> [UInt8] {
        PropertiesText.encode(value, isKey: false)
    }

    func spell(key: String) throws(Failure) -> [UInt8] {
        guard !key.isEmpty else { throw unwritable("a setting", "its key is empty") }
        return PropertiesText.encode(key, isKey: true) + [UInt8(ascii: "=")]
    }

    func place(for key: String, in segments: [Segment]) throws(Failure) -> (index: Int, heading: [UInt8]?) {
        (segments.count, nil)
    }
}
