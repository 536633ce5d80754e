import Diagnostics

/// A place in bytes that are read field by field; every number is most significant byte first, as in RFC 9580, section 3.
struct Cursor {
    private let bytes: ArraySlice<UInt8>
    private var position: Int
    /// What is added to a position to get the offset in the file.
    private let base: Int
    private let name: String

    /// Starts at the first byte.
    ///
    /// - Parameters:
    ///   - bytes: All that may be read.
    ///   - offset: Where they start in the file.
    ///   - name: What the file is, for messages.
    init(_ bytes: ArraySlice<UInt8>, offset: Int = 0, name: String) {
        self.bytes = bytes
        position = bytes.startIndex
        base = offset - bytes.startIndex
        self.name = name
    }

    /// Where the next byte lies in the file.
    var offset: Int { base + position }
    /// How many bytes are left.
    var remaining: Int { bytes.endIndex - position }
    /// Whether no byte is left.
    var isAtEnd: Bool { remaining == 0 }

    /// The failure for what is wrong at an offset, where the cursor stands unless another is given.
    func damage(_ what: String, at offset: Int? = nil, expected: String? = nil, found: String? = nil) -> Failure {
        var message = "\(name) has \(what) at byte \(offset ?? self.offset)"
        if let expected { message += ": expected \(expected)" }
        if let found { message += ", found \(found)" }
        return Failure(.integrity, message)
    }

    /// Takes bytes.
    mutating func take(_ count: Int) throws(Failure) -> ArraySlice<UInt8> {
        guard count >= 0, count <= remaining else {
            throw damage("too little", expected: "\(count) bytes", found: "\(remaining)")
        }
        defer { position += count }
        return bytes[position..<position + count]
    }

    /// Takes all that is left.
    mutating func takeRest() -> ArraySlice<UInt8> {
        defer { position = bytes.endIndex }
        return bytes[position...]
    }

    /// Takes one byte.
    mutating func byte() throws(Failure) -> UInt8 {
        guard position < bytes.endIndex else { throw damage("too little", expected: "a byte", found: "none") }
        defer { position += 1 }
        return bytes[position]
    }

    /// Takes a number of up to four bytes.
    mutating func number(bytes count: Int) throws(Failure) -> Int {
        try take(count).reduce(0) { $0 << 8 | Int($1) }
    }

    /// Takes a time in seconds since 1970.
    mutating func time() throws(Failure) -> UInt32 { UInt32(truncatingIfNeeded: try number(bytes: 4)) }

    /// Takes a length of the new format, as packets and subpackets have it; sections 4.2.1 and 5.2.3.7.
    ///
    /// - Parameter isSubpacket: Subpackets have no partial lengths, and two bytes reach further.
    /// - Returns: nil for a partial length.
    mutating func variableLength(ofSubpacket isSubpacket: Bool = false) throws(Failure) -> Int? {
        let first = Int(try byte())
        if first < 192 { return first }
        if first == 255 { return try number(bytes: 4) }
        guard first < 224 || isSubpacket else { return nil }
        return (first - 192) << 8 + Int(try byte()) + 192
    }

    /// Takes a big number; section 3.2.
    ///
    /// - Returns: Its bytes, without leading zeros, and its length in bits.
    mutating func bigNumber() throws(Failure) -> (bytes: ArraySlice<UInt8>, bits: Int) {
        let start = offset
        let bits = try number(bytes: 2)
        let bytes = try take((bits + 7) / 8)
        guard let first = bytes.first else { return (bytes, 0) }
        let found = bytes.count * 8 - first.leadingZeroBitCount
        guard found == bits else {
            throw damage("a number of a wrong length", at: start, expected: "\(bits) bits", found: "\(found)")
        }
        return (bytes, bits)
    }

    /// Checks that nothing is left.
    ///
    /// - Parameter what: What the bytes are.
    func finish(_ what: String) throws(Failure) {
        guard isAtEnd else { throw damage("\(remaining) bytes too many in \(what)") }
    }
}
