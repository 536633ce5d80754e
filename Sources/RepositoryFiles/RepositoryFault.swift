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
