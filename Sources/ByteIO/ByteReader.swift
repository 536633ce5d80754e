public import Diagnostics

/// Bytes taken field by field, with the byte order named at each; reading past the end is an error.
public struct ByteReader: Sendable {
    private let bytes: ArraySlice<UInt8>
    private var position: Int
    private let name: String

    /// Reads from the start of `bytes`.
    ///
    /// - Parameters:
    ///   - bytes: The bytes to read.
    ///   - name: What they are, for messages.
    public init(_ bytes: some Sequence<UInt8>, name: String) {
        self.bytes = ArraySlice(Array(bytes))
        position = 0
        self.name = name
    }

    /// The number of bytes not read yet.
    public var remaining: Int { bytes.count - position }

    /// Takes `count` bytes.
    ///
    /// - Returns: Exactly `count` bytes.
    /// - Throws: `.integrity` when fewer are left.
    public mutating func take(_ count: Int) throws(Failure) -> [UInt8] {
        guard count >= 0, count <= remaining else {
            throw Failure(
                .integrity, "\(name) ends at byte \(bytes.count); \(count) bytes were expected at byte \(position)")
        }
        defer { position += count }
        return Array(bytes[position..<position + count])
    }

    /// Takes a number, least significant byte first.
    ///
    /// - Returns: The number.
    public mutating func take<T: FixedWidthInteger & UnsignedInteger>(littleEndian type: T.Type) throws(Failure) -> T {
        try take(T.bitWidth / 8).reversed().reduce(0) { $0 << 8 | T($1) }
    }

    /// Takes a number, most significant byte first.
    ///
    /// - Returns: The number.
    public mutating func take<T: FixedWidthInteger & UnsignedInteger>(bigEndian type: T.Type) throws(Failure) -> T {
        try take(T.bitWidth / 8).reduce(0) { $0 << 8 | T($1) }
    }

    /// Checks that everything was read.
    ///
    /// - Throws: `.integrity` when bytes are left.
    public func finish() throws(Failure) {
        guard remaining == 0 else {
            throw Failure(.integrity, "\(name) has \(remaining) bytes more than it should")
        }
    }
}
