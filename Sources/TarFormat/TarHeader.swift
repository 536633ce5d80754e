/// A field of a header: where it is.
struct TarField {
    let offset: Int
    let size: Int
    /// The field's name, for messages.
    let label: String

    private init(_ offset: Int, _ size: Int, _ label: String) {
        self.offset = offset
        self.size = size
        self.label = label
    }

    static let name = TarField(0, 100, "name")
    static let mode = TarField(100, 8, "mode")
    static let user = TarField(108, 8, "user ID")
    static let group = TarField(116, 8, "group ID")
    static let size = TarField(124, 12, "size")
    static let time = TarField(136, 12, "time")
    static let checksum = TarField(148, 8, "check sum")
    static let type = TarField(156, 1, "type")
    static let link = TarField(157, 100, "link target")
    static let magic = TarField(257, 8, "magic")
    static let userName = TarField(265, 32, "user name")
    static let groupName = TarField(297, 32, "group name")
    static let deviceMajor = TarField(329, 8, "major device number")
    static let deviceMinor = TarField(337, 8, "minor device number")
    static let prefix = TarField(345, 155, "name prefix")

    /// The bytes' places in a header.
    var range: Range<Int> { offset..<offset + size }
}

/// The bytes of one header while they are filled in.
struct TarHeader {
    /// GNU's magic and version in one, `ustar`, two blanks, NUL.
    static let gnuMagic = Array("ustar  \0".utf8)
    /// POSIX's magic, before the version.
    static let posixMagic = Array("ustar\0".utf8)

    private var bytes = [UInt8](repeating: 0, count: Tar.blockSize)

    /// Puts in what every header has.
    init(name: [UInt8], mode: UInt32, size: UInt64, time: UInt64, type: UInt8, link: [UInt8]) {
        put(text: name, .name)
        put(octal: UInt64(mode), .mode)
        put(octal: size, .size)
        put(octal: time, .time)
        bytes[TarField.type.offset] = type
        put(text: link, .link)
        put(text: Self.gnuMagic, .magic)
    }

    /// Puts as much of a text as fits.
    mutating func put(text: [UInt8], _ field: TarField) {
        for (index, byte) in text.prefix(field.size).enumerated() { bytes[field.offset + index] = byte }
    }

    /// Puts digits that fill the field but for a NUL; the number fits.
    mutating func put(octal value: UInt64, _ field: TarField) { put(octal: value, field, digits: field.size - 1) }

    private mutating func put(octal value: UInt64, _ field: TarField, digits: Int) {
        for index in 0..<digits {
            bytes[field.offset + index] = UInt8(ascii: "0") + UInt8(value >> UInt64(3 * (digits - 1 - index)) & 7)
        }
    }

    /// Adds the check sum.
    ///
    /// - Returns: The 512 bytes.
    consuming func finish() -> [UInt8] {
        put(octal: Self.checksum(bytes), .checksum, digits: 6)
        bytes[TarField.checksum.offset + 7] = UInt8(ascii: " ")
        return bytes
    }

    /// The sum of a header's bytes, those of the sum itself taken as blanks.
    static func checksum(_ bytes: some Collection<UInt8>) -> UInt64 {
        var sum: UInt64 = 0
        for (index, byte) in bytes.enumerated() {
            sum += TarField.checksum.range.contains(index) ? 0x20 : UInt64(byte)
        }
        return sum
    }
}
