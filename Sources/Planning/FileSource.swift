public import Diagnostics
import LinuxIO

/// Where the bytes of a planned file are.
public enum FileSource: Sendable {
    /// A file of the source tree, as it was when it was planned.
    case file(path: String, identity: SourceIdentity)
    /// An archive's member, unpacked into a spool.
    case spooled(Spool, offset: UInt64, size: UInt64, name: String)

    /// The file's name for messages, escaped where a terminal needs it.
    public var displayName: String {
        switch self {
        case .file(let path, _): PathText.display(path)
        case .spooled(_, _, _, let name): name
        }
    }

    /// Opens the file for reading.
    ///
    /// - Returns: The open file.
    /// - Throws: `.failed` when it can't be opened or isn't the file that was planned.
    public func open() throws(Failure) -> OpenSource {
        switch self {
        case .file(let path, let identity):
            // Without waiting: a pipe may have taken the file's place.
            let descriptor = try FileDescriptor.open(path, [.read, .nonBlocking])
            try Self.check(descriptor, identity)
            return OpenSource(descriptor: descriptor, identity: identity)
        case .spooled(let spool, let offset, _, _):
            return OpenSource(descriptor: try spool.descriptor(), start: offset)
        }
    }

    fileprivate static func check(
        _ descriptor: borrowing FileDescriptor, _ identity: SourceIdentity
    ) throws(Failure) {
        guard SourceIdentity(try descriptor.status()) == identity else {
            throw Failure(
                .failed, "\(PathText.display(descriptor.path)) changed while it was being packed",
                hints: ["Wait until whatever writes into the source tree is done, then run the command again."])
        }
    }
}

/// A planned file that is open for reading.
public struct OpenSource: ~Copyable {
    private let descriptor: FileDescriptor
    private let identity: SourceIdentity?
    private let start: UInt64

    fileprivate init(descriptor: consuming FileDescriptor, identity: SourceIdentity? = nil, start: UInt64 = 0) {
        self.descriptor = descriptor
        self.identity = identity
        self.start = start
    }

    /// Fills `buffer` from `offset`.
    ///
    /// - Throws: `.failed` naming the file when it changed since it was planned, before or during the reading.
    public func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws(Failure) {
        do throws(Failure) {
            try descriptor.read(at: start + offset, into: buffer)
        } catch {
            // A file that became shorter is better called changed than cut off.
            try check()
            throw error
        }
        try check()
    }

    private func check() throws(Failure) {
        if let identity { try FileSource.check(descriptor, identity) }
    }
}
