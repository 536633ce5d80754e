import Diagnostics
import LinuxIO

/// The fields of a `Release` file, deb822(5).
enum ReleaseFields {
    struct Field {
        let name: String
        /// The lines of its value, without blanks at either end; the first is what follows the colon.
        var lines: [ArraySlice<UInt8>]
        /// The number of its first line, from 1.
        let line: Int

        /// The value; an empty line stands as a dot in the file.
        var value: String {
            let texts = lines.enumerated().map { index, line in
                index > 0 && line.elementsEqual([UInt8(ascii: ".")]) ? [] : Array(line)
            }
            return String(decoding: Array(texts.joined(separator: [0x0A])), as: UTF8.self)
        }
    }

    /// Reads one stanza, with empty lines behind it at most.
    static func read(_ bytes: [UInt8], name: String) throws(Failure) -> [Field] {
        var fields: [Field] = []
        var names: Set<String> = []
        var hasEnded = false
        for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            func damage(_ what: String) -> Failure {
                Failure(.integrity, "\(name) has \(what), in line \(index + 1)")
            }
            let text = line.trimmedEnd
            if text.isEmpty {
                hasEnded = !fields.isEmpty
                continue
            }
            guard !hasEnded else { throw damage("a second stanza") }
            guard text.allSatisfy({ $0 >= 0x20 || $0 == 0x09 }) else { throw damage("a control character") }
            if text.first?.isBlank == true {
                guard !fields.isEmpty else { throw damage("a further line of no field") }
                fields[fields.count - 1].lines.append(text.drop(while: \.isBlank))
                continue
            }
            guard let colon = text.firstIndex(of: UInt8(ascii: ":")), colon > text.startIndex,
                text[..<colon].allSatisfy({ $0 > 0x20 && $0 < 0x7F })
            else { throw damage("a line that is no field") }
            let field = String(decoding: text[..<colon], as: UTF8.self)
            guard names.insert(field.lowercased()).inserted else { throw damage("the field \(field) a second time") }
            fields.append(Field(name: field, lines: [text[(colon + 1)...].drop(while: \.isBlank)], line: index + 1))
        }
        guard !fields.isEmpty else { throw Failure(.integrity, "\(name) has no fields") }
        return fields
    }
}

extension ArraySlice<UInt8> {
    /// The bytes without blanks and carriage returns behind them.
    fileprivate var trimmedEnd: ArraySlice<UInt8> {
        var slice = self
        while let last = slice.last, last.isBlank || last == 0x0D { slice.removeLast() }
        return slice
    }
}
