public import Diagnostics

extension ControlParagraph {
    /// Reads a control file: one paragraph as deb822(5) has it, and empty lines.
    ///
    /// Errors are what dpkg's are (lib/dpkg/parse.c), and control characters, a second paragraph, text that isn't UTF-8.
    ///
    /// - Parameters:
    ///   - bytes: The file.
    ///   - name: Its name, for messages.
    /// - Throws: `.integrity`, with the offset in the file.
    public init(parsing bytes: [UInt8], name: String) throws(Failure) {
        var parser = ControlParser(bytes: bytes, name: name)
        self.init(fields: try parser.parse())
    }
}

/// Goes through a control file line by line.
private struct ControlParser {
    let bytes: [UInt8]
    let name: String
    private var fields: [ControlParagraph.Field] = []
    /// The lines of the field that is read.
    private var value: [[UInt8]] = []
    private var fieldName: String?
    private var names: Set<String> = []

    init(bytes: [UInt8], name: String) {
        self.bytes = bytes
        self.name = name
    }

    mutating func parse() throws(Failure) -> [ControlParagraph.Field] {
        guard bytes.count <= DebLimits.controlFile else {
            throw failure("more than \(DebLimits.controlFile) bytes", at: DebLimits.controlFile)
        }
        guard String(validating: bytes, as: UTF8.self) != nil else { throw failure("text that isn't UTF-8", at: 0) }
        guard bytes.last == UInt8(ascii: "\n") else { throw failure("no newline at its end", at: bytes.count) }
        var start = 0
        var hasEnded = false
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            let line = bytes[start..<end]
            if let bad = line.firstIndex(where: { ($0 < 0x20 && $0 != 0x09) || $0 == 0x7F }) {
                throw failure("a control character", at: bad)
            }
            if line.isEmpty {
                hasEnded = fieldName != nil || !fields.isEmpty
            } else {
                guard !hasEnded else { throw failure("a second paragraph", at: start) }
                try take(line)
            }
            start = end + 1
        }
        endField()
        guard !fields.isEmpty else { throw failure("no fields", at: 0) }
        return fields
    }

    private mutating func take(_ line: ArraySlice<UInt8>) throws(Failure) {
        let start = line.startIndex
        guard let first = line.first, !first.isBlank else {
            guard fieldName != nil else { throw failure("a further line of no field", at: start) }
            let text = line.dropFirst().trimmedEnd
            guard !text.isEmpty else { throw failure("a line of blanks in a value", at: start) }
            value.append(text.elementsEqual([UInt8(ascii: ".")]) ? [] : Array(text))
            return
        }
        endField()
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
            throw failure("a line without colon", at: start)
        }
        let name = line[..<colon].trimmedEnd
        if let problem = ControlParagraph.problem(ofName: name) {
            throw failure("a field that is none: \(problem)", at: start)
        }
        let text = String(decoding: name, as: UTF8.self)
        guard names.insert(text.lowercased()).inserted else {
            throw failure("the field \(text) a second time", at: start)
        }
        fieldName = text
        value = [Array(line[(colon + 1)...].trimmed)]
    }

    private mutating func endField() {
        guard let name = fieldName else { return }
        let text = String(decoding: Array(value.joined(separator: [UInt8(ascii: "\n")])), as: UTF8.self)
        fields.append(ControlParagraph.Field(name: name, value: text))
        fieldName = nil
    }

    private func failure(_ problem: String, at offset: Int) -> Failure {
        Failure(.integrity, "\(name) has \(problem), at byte \(offset)")
    }
}
