/// Numbers of the header format; lib/header.cc of rpm.
enum HeaderFormat {
    /// What every header begins with; `rpm_header_magic`.
    static let magic: [UInt8] = [0x8E, 0xAD, 0xE8, 0x01, 0, 0, 0, 0]
    /// Bytes before the index: magic and two counts.
    static let introSize = 16
    /// Bytes of an entry of the index, and of the region's value.
    static let entrySize = 16
    /// `HEADER_ARRAY_MAX`: the most elements of an array; bytes may be more.
    static let arrayLimit = 0xFFFFF
    /// The most elements of a list of relations that are read.
    static let relationLimit = 1 << 16
    /// Tags below belong to rpm itself; `HEADER_I18NTABLE`.
    static let firstTag: UInt32 = 100
}
