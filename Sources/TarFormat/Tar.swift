/// A tar archive as dpkg reads and writes it: headers of 512 bytes, each file's bytes behind its header and filled up to
/// 512, two blocks of zeros at the end.
///
/// The dialect is the one that GNU tar calls `gnu`: dpkg-deb asks for it by `--format=gnu` (dpkg src/deb/build.c), and
/// pax headers, sparse files and whatever else dpkg refuses don't exist in it (dpkg lib/dpkg/tarfn.c).
public enum Tar {
    /// Bytes of a header, and what everything is filled up to.
    public static let blockSize = 512

    /// The most bytes that a file may have: 11 octal digits.
    ///
    /// The binary numbers that GNU tar has for more are known to dpkg since 1.18.24 only.
    public static let maximumSize: UInt64 = 0o777_7777_7777

    /// The zeros behind a file's bytes.
    ///
    /// - Parameter size: The file's bytes.
    /// - Returns: 0 to 511.
    public static func padding(after size: UInt64) -> Int { Int((512 - size % 512) % 512) }

    /// What ends an archive.
    public static let end = [UInt8](repeating: 0, count: 2 * blockSize)
}
