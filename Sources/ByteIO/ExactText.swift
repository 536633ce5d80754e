/// A text as its bytes, to be a key: paths and values of files differ when their bytes do, while two `String`s are equal
/// as soon as they look alike (`é` and `e` with an accent behind it).
public struct ExactText: Sendable, Hashable {
    /// The text.
    public let text: String

    /// Takes a text.
    public init(_ text: String) { self.text = text }

    /// Equality by bytes.
    public static func == (left: ExactText, right: ExactText) -> Bool { left.text.hasBytes(of: right.text) }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }
}

extension String {
    /// Whether two texts have the same bytes.
    public func hasBytes(of other: String) -> Bool { utf8.elementsEqual(other.utf8) }

    /// Whether the bytes come before those of another text.
    public func bytesPrecede(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }
}
