extension PathText {
    /// Raw name bytes as text for people: what isn't UTF-8 becomes `\xNN`, control characters are escaped.
    ///
    /// - Parameter bytes: A file name or path as the kernel or an archive gives it.
    /// - Returns: Text that is safe on a terminal; never to be used as a path.
    public static func display(_ bytes: [UInt8]) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return display(text) }
        var text = ""
        var rest = bytes[...]
        while let byte = rest.first {
            let character = (1...4).lazy.compactMap { String(validating: rest.prefix($0), as: UTF8.self) }.first
            if let character {
                text += display(character)
            } else {
                text += "\\x" + String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
            }
            rest = rest.dropFirst(character?.utf8.count ?? 1)
        }
        return text
    }
}
