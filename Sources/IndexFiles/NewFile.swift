public import Diagnostics
public import Digests
public import LinuxIO

/// What a file holds, as indexes and lists of files state it.
public struct FileDigest: Sendable, Hashable {
    /// Bytes.
    public var size: UInt64
    /// Their SHA-256.
    public var sha256: SHA256Digest

    /// Takes both.
    public init(size: UInt64, sha256: SHA256Digest) {
        self.size = size
        self.sha256 = sha256
    }

    /// Those of bytes at hand.
    public init(of bytes: [UInt8]) { self.init(size: UInt64(bytes.count), sha256: SHA256.digest(bytes)) }
}

/// A file that is written where nobody looks yet, digested on the way; everybody may read it, whatever the umask.
public struct NewFile: ~Copyable {
    private static let pieceSize = 1 << 20

    private let descriptor: FileDescriptor
    private let digest = SHA256()
    private var size: UInt64 = 0
    private var buffer: [UInt8] = []

    /// Makes the file.
    ///
    /// - Parameters:
    ///   - path: Components joined by `/`, reached without following links; must not be there.
    ///   - directory: The directory that it is relative to.
    public init(_ path: String, in directory: borrowing Directory) throws(Failure) {
        let descriptor = try directory.file(path, [.readWrite, .create, .exclusive], mode: 0o644)
        if try descriptor.status().mode != 0o644 { try descriptor.setMode(0o644) }
        self.descriptor = descriptor
    }

    /// Appends bytes.
    public mutating func write(_ bytes: [UInt8]) throws(Failure) {
        digest.update(bytes)
        size += UInt64(bytes.count)
        if bytes.count >= Self.pieceSize {
            try flush()
            try descriptor.write(bytes)
        } else {
            buffer += bytes
            if buffer.count >= Self.pieceSize { try flush() }
        }
    }

    private mutating func flush() throws(Failure) {
        guard !buffer.isEmpty else { return }
        try descriptor.write(buffer)
        buffer.removeAll(keepingCapacity: true)
    }

    /// Ends the file.
    ///
    /// - Parameter isDurable: Whether its content is made so; else that is for the caller to do.
    /// - Returns: What the file holds.
    public consuming func finish(isDurable: Bool = true) throws(Failure) -> FileDigest {
        try flush()
        if isDurable { try descriptor.sync() }
        let size = size
        return FileDigest(size: size, sha256: digest.finish())
    }

    /// Writes a whole file.
    ///
    /// - Parameters:
    ///   - bytes: Its content.
    ///   - path: As for `init`.
    ///   - directory: As for `init`.
    @discardableResult
    public static func write(
        _ bytes: [UInt8], to path: String, in directory: borrowing Directory
    ) throws(Failure) -> FileDigest {
        var file = try NewFile(path, in: directory)
        try file.write(bytes)
        return try file.finish()
    }
}
