import Diagnostics

/// Sections and `key = value`, in the dialect that ``ConfigurationFormat/ini`` describes.
struct INISyntax: LineSyntax {
    func parse(_ bytes: [UInt8]) throws(Failure) -> [Segment] {
        var segments: [Segment] = []
        var section: String?
        var rest = bytes[...]
        while !rest.isEmpty {
            let end = rest.firstIndex(of: ASCII.newline).map { $0 + 1 } ?? rest.endIndex
            let line = Array(rest[..<end])
            rest = rest[end...]
            let meaning = try meaning(of: line, number: segments.count + 1, section: &section)
            segments.append(Segment(bytes: line, meaning: meaning))
        }
        return segments
    }

    private func meaning(of line: [UInt8], number: Int, section: inout String?) throws(Failure) -> Segment.Meaning {
        let content = trim(line, line.indices)
        guard let first = line[content].first, first != UInt8(ascii: "#"), first != UInt8(ascii: ";") else {
            return .other
        }
        if first == UInt8(ascii: "[") {
            guard content.count > 2, line[content].last == UInt8(ascii: "]") else {
                throw malformed(line: number, "a section's name is not between [ and ]")
            }
            let name = try text(line, content.dropFirst().dropLast(), number)
            section = name
            return .section(name)
        }
        guard let sign = line[content].firstIndex(of: UInt8(ascii: "=")), sign > content.lowerBound else {
            throw malformed(line: number, "neither a section nor key = value")
        }
        let name = try text(line, trim(line, content.lowerBound..<sign), number)
        let range = trim(line, (sign + 1)..<content.upperBound)
        let value = try text(line, range, number)
        guard let key = fullKey(name, in: section) else { return .other }
        return .entry(Assignment(key: key, value: value, range: range))
    }

    /// The key with its section; nil where the section before the first dot would be another one.
    private func fullKey(_ name: String, in section: String?) -> String? {
        guard let section else { return name.utf8.contains(UInt8(ascii: ".")) ? nil : name }
        return section.utf8.contains(UInt8(ascii: ".")) ? nil : section + "." + name
    }

    private func trim(_ line: [UInt8], _ range: Range<Int>) -> Range<Int> {
        func isBlank(_ byte: UInt8) -> Bool {
            byte == ASCII.space || byte == ASCII.tab || byte == ASCII.newline || byte == ASCII.carriageReturn
        }
        guard let first = line[range].firstIndex(where: { !isBlank($0) }),
            let last = line[range].lastIndex(where: { !isBlank($0) })
        else { return range.lowerBound..<range.lowerBound }
        return first..<(last + 1)
    }

    private func text(_ line: [UInt8], _ range: Range<Int>, _ number: Int) throws(Failure) -> String {
        guard let text = String(validating: line[range], as: UTF8.self) else {
            throw malformed(line: number, "not UTF-8")
        }
        guard !line[range].contains(where: { ASCII.isControl($0) && $0 != ASCII.tab }) else {
            throw malformed(line: number, "a control character")
        }
        return text
    }

    func spell(value: String, of key: String) throws(Failure) -> [UInt8] {
        let bytes = Array(value.utf8)
        guard !bytes.contains(where: { ASCII.isControl($0) && $0 != ASCII.tab }) else {
            throw unwritable(key, "an INI file has no spelling for line breaks and control characters")
        }
        guard trim(bytes, bytes.indices).count == bytes.count else {
            throw unwritable(key, "an INI file has no spelling for blanks at the start or the end")
        }
        return bytes
    }

    func spell(key: String) throws(Failure) -> [UInt8] {
        let name = Array(parts(of: key).name.utf8)
        guard let first = name.first, trim(name, name.indices).count == name.count, !name.contains(UInt8(ascii: "=")),
            !name.contains(where: ASCII.isControl), !"[#;".utf8.contains(first)
        else { throw unwritable(key, "an INI file has no spelling for its key") }
        return name + Array(" = ".utf8)
    }

    func place(for key: String, in segments: [Segment]) throws(Failure) -> (index: Int, heading: [UInt8]?) {
        let section = parts(of: key).section
        var current: String?
        var end: Int?
        for (index, segment) in segments.enumerated() {
            if case .section(let name) = segment.meaning { current = name }
            // After the section's last key, before the blank lines and comments that lead to the next section.
            if case .other = segment.meaning { continue }
            if current == section { end = index + 1 }
        }
        if section == nil { return (end ?? (current == nil ? segments.count : 0), nil) }
        if let end { return (end, nil) }
        guard let section, !section.isEmpty,
            !section.utf8.contains(where: { ASCII.isControl($0) || $0 == UInt8(ascii: "]") })
        else { throw unwritable(key, "an INI file has no spelling for its section") }
        return (segments.count, Array("[\(section)]".utf8))
    }

    private func parts(of key: String) -> (section: String?, name: String) {
        guard let dot = key.utf8.firstIndex(of: UInt8(ascii: ".")) else { return (nil, key) }
        return (String(key[..<dot]), String(key[key.utf8.index(after: dot)...]))
    }
}
