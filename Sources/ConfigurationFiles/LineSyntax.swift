import Diagnostics

/// The rules of a format that is made of lines.
protocol LineSyntax: Sendable {
    /// Cuts a file into segments that give back its bytes when joined.
    func parse(_ bytes: [UInt8]) throws(Failure) -> [Segment]

    /// The bytes that stand for a value where it follows a key.
    func spell(value: String, of key: String) throws(Failure) -> [UInt8]

    /// The bytes that stand for a key and what separates it from its value.
    func spell(key: String) throws(Failure) -> [UInt8]

    /// Where a key that the file lacks is inserted, and the line to put before it, if it needs one.
    func place(for key: String, in segments: [Segment]) throws(Failure) -> (index: Int, heading: [UInt8]?)
}

/// A piece of a file: a line, or several that belong together, with the line ending.
struct Segment: Sendable {
    /// What a segment says.
    enum Meaning: Sendable {
        /// A comment, a blank line, or a key that no name of ours can mean.
        case other
        /// The start of a section.
        case section(String)
        /// A key and its value.
        case entry(Assignment)
    }

    var bytes: [UInt8]
    var meaning: Meaning = .other

    /// The key and value, when it has them.
    var assignment: Assignment? {
        if case .entry(let assignment) = meaning { assignment } else { nil }
    }
}

/// A key, its value, and where the value is in its segment.
struct Assignment: Sendable {
    var key: String
    var value: String
    /// The value's spelling, in the segment's bytes.
    var range: Range<Int>
    /// Whether nothing separates the key from a value that would be put at `range`.
    var lacksSeparator = false
}

/// The failure for a text that breaks its format's rules.
func malformed(line: Int, _ problem: String) -> Failure {
    Failure(.failed, "line \(line): \(problem)")
}

/// The failure for a key or value that a format can't express.
func unwritable(_ key: String, _ problem: String) -> Failure {
    Failure(.failed, "the value of \(key) can't be stored: \(problem)")
}

/// Names for bytes that several formats look for.
enum ASCII {
    static let tab: UInt8 = 0x09
    static let newline: UInt8 = 0x0A
    static let formFeed: UInt8 = 0x0C
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let backslash = UInt8(ascii: "\\")

    /// Whether a byte is one of the control characters, DEL included.
    static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7F }
}
