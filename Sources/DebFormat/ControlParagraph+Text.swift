public import Diagnostics

extension ControlParagraph {
    /// The fields as a file says them: `Name: value`, further lines behind a blank, an empty one as ` .`.
    ///
    /// Blanks at the end of a line aren't written: dpkg drops them from a value's last line when it reads it.
    ///
    /// - Returns: The text, which ends with a newline.
    /// - Throws: `.usage` when a name or value can't be written so that it is read back; the message names the field.
    public func text() throws(Failure) -> String {
        var text: [UInt8] = []
        for field in fields {
            if let problem = Self.problem(ofName: Array(field.name.utf8)[...]) {
                throw Failure(.usage, "the control field \(shown(field.name)) can't be written: \(problem)")
            }
            text += Array(field.name.utf8) + [UInt8(ascii: ":")]
            let lines = Array(field.value.utf8).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            for (index, line) in lines.enumerated() {
                let line = line.trimmedEnd
                if let problem = Self.problem(ofLine: line, isFirst: index == 0, of: lines.count) {
                    throw Failure(.usage, "the control field \(field.name) can't be written: \(problem)")
                }
                if index > 0 || !line.isEmpty { text.append(UInt8(ascii: " ")) }
                text += line.isEmpty && index > 0 ? [UInt8(ascii: ".")] : Array(line)
                text.append(UInt8(ascii: "\n"))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// What is wrong with a name, or nil; Debian Policy 5.1.
    static func problem(ofName name: ArraySlice<UInt8>) -> String? {
        guard let first = name.first else { return "it has no name" }
        guard first != UInt8(ascii: "#"), first != UInt8(ascii: "-") else { return "its name starts with # or -" }
        guard name.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }) else {
            return "its name has a blank, a colon, or what isn't ASCII"
        }
        return nil
    }

    private static func problem(ofLine line: ArraySlice<UInt8>, isFirst: Bool, of count: Int) -> String? {
        if isFirst && count == 1 && line.isEmpty { return "it is empty" }
        if isFirst, let first = line.first, first.isBlank { return "it starts with a blank" }
        if !isFirst && line.elementsEqual([UInt8(ascii: ".")]) {
            return "a line is \".\", which stands for an empty one"
        }
        if line.contains(where: { ($0 < 0x20 && $0 != 0x09) || $0 == 0x7F }) { return "it has a control character" }
        return nil
    }
}

extension UInt8 {
    /// Whether the byte is a blank or tab.
    var isBlank: Bool { self == 0x20 || self == 0x09 }
}

extension ArraySlice<UInt8> {
    /// The bytes without blanks at the end.
    var trimmedEnd: ArraySlice<UInt8> {
        var slice = self
        while let last = slice.last, last.isBlank { slice.removeLast() }
        return slice
    }

    /// The bytes without blanks at either end.
    var trimmed: ArraySlice<UInt8> { drop { $0.isBlank }.trimmedEnd }
}
