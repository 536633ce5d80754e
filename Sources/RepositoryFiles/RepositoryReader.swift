public import Diagnostics
public import LinuxIO

/// The files of a published repository or site, wherever it is.
///
/// Paths are components joined by `/`, relative to its top, without `.` and `..`.
public protocol RepositoryReader: Sendable {
    /// What it is, for messages: a path or URL.
    var name: String { get }

    /// Opens a file.
    ///
    /// - Returns: Its bytes, which stay readable when the file is replaced meanwhile; nil when it isn't there.
    /// - Throws: What reading or the network reports; `.integrity` for a path that leads out of the repository, and for an
    ///   answer of a server that is no file.
    func open(_ path: String) throws(Failure) -> ByteSource?

    /// The names in a directory, sorted by their bytes.
    ///
    /// - Returns: nil when the directory isn't there, or where directories can't be listed, as over HTTP.
    /// - Throws: What reading reports.
    func entries(_ path: String) throws(Failure) -> [RepositoryEntry]?
}

/// A name in a directory of a repository.
public struct RepositoryEntry: Sendable, Equatable {
    /// The name.
    public var name: String
    /// Whether it is a directory, or a link to one.
    public var isDirectory: Bool
    /// Whether it is a symbolic link.
    public var isLink: Bool
    /// Bytes of a file.
    public var size: UInt64
    /// The lower twelve bits of the mode of what is there; nil where a link leads nowhere.
    public var mode: UInt32?

    /// Makes an entry.
    public init(name: String, isDirectory: Bool, isLink: Bool = false, size: UInt64, mode: UInt32?) {
        self.name = name
        self.isDirectory = isDirectory
        self.isLink = isLink
        self.size = size
        self.mode = mode
    }
}

extension RepositoryReader {
    /// A small file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - limit: The most bytes to accept.
    /// - Returns: Its bytes; nil when it isn't there.
    /// - Throws: `.integrity` for a larger file, or what `open` throws.
    public func read(_ path: String, limit: Int = 16 << 20) throws(Failure) -> [UInt8]? {
        guard let source = try open(path) else { return nil }
        guard source.size <= UInt64(limit) else {
            throw Failure(.integrity, "\(source.name) has \(source.size) bytes; at most \(limit) are expected")
        }
        return try source.read(Int(source.size), at: 0)
    }
}
