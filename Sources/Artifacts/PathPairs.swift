import ByteIO

/// The paths of two lists, each with what either has there, in the order of their bytes.
///
/// Nothing is copied but places, so that lists of hundreds of thousands can be compared; of a path that a list has twice
/// the first counts.
struct PathPairs: Sequence, IteratorProtocol {
    private let left: [ArtifactEntry]
    private let right: [ArtifactEntry]
    private var leftOrder: ArraySlice<Int32>
    private var rightOrder: ArraySlice<Int32>

    init(_ left: [ArtifactEntry], _ right: [ArtifactEntry]) {
        self.left = left
        self.right = right
        leftOrder = Self.order(left)[...]
        rightOrder = Self.order(right)[...]
    }

    /// Readers refuse more than 2¹⁸ paths.
    private static func order(_ entries: [ArtifactEntry]) -> [Int32] {
        (0..<Int32(entries.count)).sorted { first, second in
            let (before, after) = (entries[Int(first)].path, entries[Int(second)].path)
            return before.hasBytes(of: after) ? first < second : before.bytesPrecede(after)
        }
    }

    mutating func next() -> (left: ArtifactEntry?, right: ArtifactEntry?)? {
        let before = leftOrder.first.map { left[Int($0)] }
        let after = rightOrder.first.map { right[Int($0)] }
        guard let path = Self.first(before?.path, after?.path) else { return nil }
        return (
            Self.take(path, before, from: left, &leftOrder), Self.take(path, after, from: right, &rightOrder)
        )
    }

    private static func first(_ left: String?, _ right: String?) -> String? {
        guard let left, let right else { return left ?? right }
        return right.bytesPrecede(left) ? right : left
    }

    private static func take(
        _ path: String, _ entry: ArtifactEntry?, from entries: [ArtifactEntry], _ order: inout ArraySlice<Int32>
    ) -> ArtifactEntry? {
        guard let entry, entry.path.hasBytes(of: path) else { return nil }
        while let next = order.first, entries[Int(next)].path.hasBytes(of: path) { order.removeFirst() }
        return entry
    }
}
