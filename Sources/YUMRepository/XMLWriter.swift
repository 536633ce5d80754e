/// Writes XML as libxml2 does when it indents: what createrepo_c's records look like, byte for byte but for characters
/// above U+007F in attributes, which are written as they are, where libxml2 before 2.14 writes their numbers.
struct XMLWriter {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

    /// Text that needs no escaping.
    mutating func put(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    /// The content of an element.
    mutating func put(text: some Sequence<UInt8>) {
        for byte in text {
            switch byte {
            case UInt8(ascii: "<"): put("&lt;")
            case UInt8(ascii: ">"): put("&gt;")
            case UInt8(ascii: "&"): put("&amp;")
            // A reader would take it for the end of a line.
            case 0x0D: put("&#13;")
            default: bytes.append(byte)
            }
        }
    }

    /// ` name="value"`.
    mutating func attribute(_ name: StaticString, _ value: some Sequence<UInt8>) {
        put(" ")
        put(name)
        put("=\"")
        for byte in value {
            switch byte {
            case UInt8(ascii: "<"): put("&lt;")
            case UInt8(ascii: ">"): put("&gt;")
            case UInt8(ascii: "&"): put("&amp;")
            case UInt8(ascii: "\""): put("&quot;")
            // A reader would take them for blanks.
            case 0x09: put("&#9;")
            case 0x0A: put("&#10;")
            case 0x0D: put("&#13;")
            default: bytes.append(byte)
            }
        }
        put("\"")
    }

    /// ` name="value"`.
    mutating func attribute(_ name: StaticString, _ value: String) { attribute(name, value.utf8) }

    /// ` name="value"`.
    mutating func attribute(_ name: StaticString, _ value: some BinaryInteger) { attribute(name, String(value).utf8) }

    /// A line with an element that has text alone.
    ///
    /// - Parameters:
    ///   - indent: Blanks before it.
    ///   - name: Its name.
    ///   - content: The text.
    mutating func element(_ indent: Int, _ name: StaticString, _ content: some Sequence<UInt8>) {
        begin(indent, name)
        close(name, content)
    }

    /// The indentation and the beginning of an element; attributes follow.
    mutating func begin(_ indent: Int, _ name: StaticString) {
        for _ in 0..<indent { put(" ") }
        put("<")
        put(name)
    }

    /// The end of a beginning, text, the end of the element and of the line.
    mutating func close(_ name: StaticString, _ content: some Sequence<UInt8>) {
        put(">")
        put(text: content)
        put("</")
        put(name)
        put(">\n")
    }

    /// The end of an element without content, and of the line.
    mutating func close() { put("/>\n") }
}
