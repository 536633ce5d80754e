import Diagnostics

/// A file made of lines, as the segments it was cut into.
struct LineDocument: Sendable {
    let syntax: any LineSyntax
    var segments: [Segment] = []

    var bytes: [UInt8] { segments.flatMap(\.bytes) }

    var entries: [ConfigurationEntry] {
        var seen: Set<[UInt8]> = []
        var found: [ConfigurationEntry] = []
        for assignment in segments.reversed().lazy.compactMap(\.assignment)
        where seen.insert(Array(assignment.key.utf8)).inserted {
            found.append(ConfigurationEntry(key: assignment.key, value: assignment.value))
        }
        return found.reversed()
    }

    /// Sets a key to a value, so that the file has it once, or removes it.
    mutating func set(_ key: String, to value: String?) throws(Failure) {
        let places = segments.indices.filter { segments[$0].assignment?.key.utf8.elementsEqual(key.utf8) == true }
        var edited = segments
        if let value {
            if let last = places.last, let assignment = segments[last].assignment {
                if !assignment.value.utf8.elementsEqual(value.utf8) {
                    let separator = assignment.lacksSeparator ? [UInt8(ascii: "=")] : []
                    let spelling = try syntax.spell(value: value, of: key)
                    edited[last].bytes.replaceSubrange(assignment.range, with: separator + spelling)
                }
            } else {
                try insert(key, value, into: &edited)
            }
        }
        // Programs differ on which of two lines with the same key counts; one can't be misread.
        for place in value == nil ? places[...] : places.dropLast() { edited[place].bytes = [] }
        try adopt(edited, key: key, value: value)
    }

    private func insert(_ key: String, _ value: String, into edited: inout [Segment]) throws(Failure) {
        let (index, heading) = try syntax.place(for: key, in: segments)
        var bytes: [UInt8] = []
        if index > 0, let last = edited[index - 1].bytes.last, last != ASCII.newline, last != ASCII.carriageReturn {
            bytes += lineEnding
        }
        if let heading { bytes += (index > 0 ? lineEnding : []) + heading + lineEnding }
        bytes += try syntax.spell(key: key) + syntax.spell(value: value, of: key) + lineEnding
        edited.insert(Segment(bytes: bytes), at: index)
    }

    /// Takes edited segments, but only when reading them gives what was meant.
    private mutating func adopt(_ edited: [Segment], key: String, value: String?) throws(Failure) {
        let result = LineDocument(syntax: syntax, segments: try syntax.parse(edited.flatMap(\.bytes)))
        let found = result.entries.last { $0.key.utf8.elementsEqual(key.utf8) }?.value
        let isMeant = if let found, let value { found.utf8.elementsEqual(value.utf8) } else { found == value }
        guard isMeant else { throw unwritable(key, "the file would read back as something else") }
        self = result
    }

    /// The line ending of the file's first line.
    private var lineEnding: [UInt8] {
        for segment in segments {
            guard let end = segment.bytes.firstIndex(where: { $0 == ASCII.newline || $0 == ASCII.carriageReturn })
            else {
                continue
            }
            if segment.bytes[end] == ASCII.newline { return [ASCII.newline] }
            return segment.bytes[end...].dropFirst().first == ASCII.newline
                ? [ASCII.carriageReturn, ASCII.newline] : [ASCII.carriageReturn]
        }
        return [ASCII.newline]
    }
}
