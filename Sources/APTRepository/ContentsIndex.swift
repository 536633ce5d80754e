public import Diagnostics
public import IndexFiles

/// The form of a `Contents-ARCH` index: which packages have a file, a line a path; what apt-file reads.
///
/// Lines are in the order of their paths' bytes, so that those of one more package change few places.
public enum ContentsIndex: IndexGrammar {
    /// What orders the lines.
    public typealias Key = ContentsKey

    /// Where a line ends: behind its newline.
    ///
    /// - Parameters:
    ///   - text: Some bytes of the index.
    ///   - start: Where in them the line starts.
    /// - Returns: nil when the newline isn't in these bytes.
    public static func end(ofRecordIn text: UnsafeRawBufferPointer, from start: Int) -> Int? {
        let end = Lines.end(in: text, from: start)
        return end < text.count ? end + 1 : nil
    }

    /// The key of a line: its path.
    ///
    /// - Parameter record: The line's bytes.
    /// - Throws: `.integrity` for a line without path or packages.
    public static func key(of record: UnsafeRawBufferPointer) throws(Failure) -> ContentsKey {
        ContentsKey(path: Array(record[..<(try ContentsLine.places(in: record).pathEnd)]))
    }
}

/// What orders the lines of a Contents index and tells them apart: the path.
public struct ContentsKey: Sendable, Hashable, Comparable {
    /// The path's bytes, without a slash before them.
    public let path: [UInt8]

    /// By the paths' bytes.
    public static func < (left: ContentsKey, right: ContentsKey) -> Bool {
        left.path.lexicographicallyPrecedes(right.path)
    }
}
