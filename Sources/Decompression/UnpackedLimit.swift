/// How much a package may unpack to.
public enum UnpackedLimit {
    /// Bytes that a part of a package may have when unpacked: 200 times as many as it has packed and 1 GiB, which only
    /// what was made for it exceeds; at most 1 TiB.
    ///
    /// - Parameter packed: Its bytes in the file.
    public static func bytes(packed: UInt64) -> UInt64 {
        let (product, isOverflow) = packed.multipliedReportingOverflow(by: 200)
        return isOverflow ? 1 << 40 : min(1 << 40, product + (1 << 30))
    }
}
