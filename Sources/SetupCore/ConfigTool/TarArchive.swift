import Diagnostics

/// A tar archive of regular files in memory; POSIX.1-1988 ustar.
struct TarArchive {
    private static let recordSize = 512
    private(set) var bytes: [UInt8] = []

    /// Adds a file with mode 0600, owned by root.
    ///
    /// - Parameters:
    ///   - path: Relative, at most 100 bytes.
    ///   - content: The bytes; less than 8 GiB.
    ///   - time: Seconds since 1970.
    mutating func add(_ path: String, _ content: [UInt8], time: Int64) throws(Failure) {
        let name = Array(path.utf8)
        guard !name.isEmpty, name.count <= 100, content.count < 1 << 33, (0..<1 << 33).contains(time) else {
            throw Failure(.failed, "the archive can't hold \(path)")
        }
        var header = [UInt8](repeating: 0, count: Self.recordSize)
        func put(_ field: [UInt8], at offset: Int) {
            header.replaceSubrange(offset..<offset + field.count, with: field)
        }
        put(name, at: 0)
        put(Self.octal(0o600, digits: 7), at: 100)
        put(Self.octal(0, digits: 7), at: 108)
        put(Self.octal(0, digits: 7), at: 116)
        put(Self.octal(content.count, digits: 11), at: 124)
        put(Self.octal(Int(time), digits: 11), at: 136)
        header[156] = UInt8(ascii: "0")
        put(Array("ustar\0".utf8) + Array("00".utf8), at: 257)
        put(Array("root".utf8), at: 265)
        put(Array("root".utf8), at: 297)
        // The sum is taken with blanks in its own place, and ends in NUL and a blank.
        put([UInt8](repeating: UInt8(ascii: " "), count: 8), at: 148)
        let sum = header.reduce(0) { $0 + Int($1) }
        put(Self.octal(sum, digits: 6) + [0], at: 148)
        bytes += header
        bytes += content
        bytes += [UInt8](repeating: 0, count: (Self.recordSize - content.count % Self.recordSize) % Self.recordSize)
    }

    /// Ends the archive with its two empty records.
    ///
    /// - Returns: The whole archive.
    consuming func finish() -> [UInt8] { bytes + [UInt8](repeating: 0, count: 2 * Self.recordSize) }

    private static func octal(_ number: Int, digits: Int) -> [UInt8] {
        let text = String(number, radix: 8)
        return Array((String(repeating: "0", count: max(0, digits - text.utf8.count)) + text).utf8)
    }
}
