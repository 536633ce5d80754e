public import Diagnostics

/// Something wrong with a published repository, as a suspicious client finds it.
public struct RepositoryFault: Sendable, Hashable {
    /// How bad it is.
    public enum Severity: String, Sendable, Comparable {
        /// Works, and will not always.
        case warning
        /// A client trips on it, or could be deceived.
        case error

        /// Orders by how bad it is.
        public static func < (left: Severity, right: Severity) -> Bool { left == .warning && right == .error }
    }

    /// How bad it is.
    public var severity: Severity
    /// What kind of fault it is, for scripts: words joined by `-`, stable from version to version.
    public var id: String
    /// The file that is wrong, relative to the top of the repository.
    public var path: String
    /// What is wrong: expected and found.
    public var message: String

    /// Makes a fault.
    public init(_ severity: Severity = .error, _ id: String, path: String, _ message: String) {
        self.severity = severity
        self.id = id
        self.path = path
        self.message = message
    }
}

extension RepositoryFault {
    /// Makes a fault of what reading a published file reports.
    ///
    /// - Throws: The failure itself where it says nothing of the file: GnuPG is missing, a server can't be reached.
    public init(_ failure: Failure, _ id: String, path: String) throws(Failure) {
        guard failure.isOfFile else { throw failure }
        self.init(.error, id, path: path, failure.cause.map { "\(failure.message): \($0)" } ?? failure.message)
    }
}

extension Failure {
    /// EPERM, ENOENT, EIO, ENXIO, EACCES, ENOTDIR, EISDIR, ENAMETOOLONG, ELOOP, ESTALE.
    private static let numbersOfFiles: [Int32] = [1, 2, 5, 6, 13, 20, 21, 36, 40, 116]

    /// Whether a file is what is wrong, and not the machine or the way to a server.
    public var isOfFile: Bool {
        code == .integrity || code == .usage || errorNumber.map(Self.numbersOfFiles.contains) ?? false
    }
}
