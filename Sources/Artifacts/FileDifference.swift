public import Diagnostics
public import LinuxIO

extension ArtifactComparison {
    /// Compares two files of any formats.
    ///
    /// - Parameters:
    ///   - left: The path of the first.
    ///   - right: The path of the second.
    /// - Returns: The comparison, with both descriptions.
    /// - Throws: `.integrity` for a damaged file, `.failed` for one that can't be read.
    public static func compare(
        _ left: String, _ right: String
    ) throws(Failure) -> (left: Artifact, right: Artifact, comparison: ArtifactComparison) {
        let first = try OpenArtifact(left)
        let second = try OpenArtifact(right)
        let before = try first.description()
        let after = try second.description()
        let byte = before.format == after.format ? try firstDifference(first.source, second.source) : nil
        return (before, after, ArtifactComparison(before, after, firstDifferentByte: byte))
    }

    /// Where two sources first differ; nil for equal ones.
    public static func firstDifference(_ left: ByteSource, _ right: ByteSource) throws(Failure) -> UInt64? {
        let common = min(left.size, right.size)
        var offset: UInt64 = 0
        while offset < common {
            let count = Int(min(1 << 18, common - offset))
            let before = try left.read(count, at: offset)
            let after = try right.read(count, at: offset)
            if before != after {
                return offset + UInt64(zip(before, after).enumerated().first { $1.0 != $1.1 }?.offset ?? 0)
            }
            offset += UInt64(count)
        }
        return left.size == right.size ? nil : common
    }
}
