public import Digests

/// A part of the stream that a package's payload is, before it is cut into blocks.
public enum StreamPart: Sendable {
    /// Headers, padding and small files: they share blocks with their neighbours.
    case shared(BlockSegment)
    /// A large file's content: blocks of its own, the same in every format and every release.
    ///
    /// `digest` is the SHA-256 of all of it.
    case own(BlockSegment, digest: SHA256Digest, isX86: Bool)

    /// The bytes in it.
    public var count: Int {
        switch self {
        case .shared(let segment), .own(let segment, _, _): segment.count
        }
    }

    /// The content of a planned file.
    ///
    /// - Parameters:
    ///   - file: The file.
    ///   - x86Filter: Whether x86 executables take a filter chain of their own.
    ///   - limits: From which size on a file gets blocks of its own.
    public init(
        _ file: PlannedFile, x86Filter: Bool, limits: BlockLayout.Limits = BlockLayout.Limits()
    ) {
        let segment = BlockSegment(of: file.source, offset: 0, count: Int(file.size))
        self =
            file.size >= limits.largeFile
            ? .own(segment, digest: file.digest, isX86: x86Filter && file.isX86ELF) : .shared(segment)
    }
}
