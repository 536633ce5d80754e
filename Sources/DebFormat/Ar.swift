import Diagnostics

/// The ar archive around a package: `!<arch>`, then members, each a header of 60 bytes, its bytes, and a newline where
/// those are odd in number; deb(5), dpkg lib/dpkg/ar.c.
enum Ar {
    /// What the file starts with.
    static let magic = Array("!<arch>\n".utf8)
    /// Bytes of a member's header.
    static let headerSize = 60
    /// What ends a member's header.
    static let headerEnd = Array("`\n".utf8)
    /// What fills a member of odd size.
    static let padding = UInt8(ascii: "\n")
    /// The most bytes of a member: ten digits.
    static let maximumSize: UInt64 = 9_999_999_999
    /// Where a header has the size, and how many digits there are.
    static let sizeField = 48..<58
    /// Where a header has the time.
    static let timeField = 16..<28

    /// A member's header as dpkg-deb writes it: the name without a slash, root's, mode 100644.
    ///
    /// - Parameters:
    ///   - name: At most 15 bytes.
    ///   - size: The member's bytes without padding.
    ///   - time: Seconds since 1970.
    /// - Throws: `.usage` when a number doesn't fit.
    static func header(name: String, size: UInt64, time: Int64) throws(Failure) -> [UInt8] {
        guard time >= 0, time <= 999_999_999_999 else { throw Failure(.usage, "the time \(time) doesn't fit into ar") }
        return field(name, 16) + field(String(time), timeField.count) + field("0", 6) + field("0", 6)
            + field("100644", 8) + (try sizeText(size, of: name)) + headerEnd
    }

    /// A size as the header has it.
    ///
    /// - Throws: `.usage` when it has more than ten digits.
    static func sizeText(_ size: UInt64, of name: String) throws(Failure) -> [UInt8] {
        guard size <= maximumSize else {
            throw Failure(
                .usage, "\(name) has \(size) bytes; a member of a Debian package can have at most \(maximumSize)")
        }
        return field(String(size), sizeField.count)
    }

    private static func field(_ text: String, _ size: Int) -> [UInt8] {
        let bytes = Array(text.utf8)
        return bytes + [UInt8](repeating: 0x20, count: max(0, size - bytes.count))
    }
}
