import DefinitionFiles

/// Sizes as people write and read them: in manifests, on the command line, in reports.
public enum ByteSize {
    /// What `parse` takes, in words that follow "expected".
    public static let expected = TextRule.size.expected

    /// Reads a size with its unit.
    ///
    /// - Parameter text: `5GB`, `512 MiB`.
    /// - Returns: The bytes, or nil.
    public static func parse(_ text: String) -> UInt64? { Scalars.size(text) }

    /// A number of bytes with one decimal, in the largest unit (powers of 1000) that leaves a whole part.
    ///
    /// - Parameter bytes: The number.
    /// - Returns: `27.4 MB`; below 1000, `12 bytes`.
    public static func text(_ bytes: UInt64) -> String {
        guard bytes >= 1000 else { return bytes == 1 ? "1 byte" : "\(bytes) bytes" }
        var unit: UInt64 = 1000
        var names = ["kB", "MB", "GB", "TB", "PB", "EB"][...]
        while names.count > 1, bytes / unit >= 1000 {
            unit *= 1000
            names = names.dropFirst()
        }
        let tenths = bytes / (unit / 10)
        return "\(tenths / 10).\(tenths % 10) \(names[names.startIndex])"
    }
}
