public import Diagnostics

/// An open file that several readers share; reading moves no position.
public final class SharedFile: Sendable {
    private let descriptor: FileDescriptor

    /// Takes over an open file.
    public init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }

    /// Opens a file for reading.
    ///
    /// - Parameter path: The file.
    public convenience init(path: String) throws(Failure) { self.init(try FileDescriptor.open(path)) }

    /// What the system says of the file.
    public func status() throws(Failure) -> FileStatus { try descriptor.status() }

    /// Takes bytes.
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - offset: Where to start.
    /// - Returns: Exactly `count` bytes.
    public func read(_ count: Int, at offset: UInt64) throws(Failure) -> [UInt8] {
        try descriptor.read(count, at: offset)
    }

    /// The whole file, as large as it is now, as bytes that can be read at any place.
    public func source() throws(Failure) -> ByteSource {
        let size = try descriptor.status().size
        return ByteSource(size: size, name: PathText.display(descriptor.path)) { offset, buffer throws(Failure) in
            try self.descriptor.read(at: offset, into: buffer)
        }
    }
}
