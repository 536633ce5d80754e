/// How something is known of a client.
public enum Evidence: Sendable, Equatable {
    /// A test of ours had the client before it.
    ///
    /// - client: The client and its version: `dpkg 1.20.13`.
    /// - systems: The systems, by their IDs, that have this version; the statement is proven for them.
    /// - test: Module, class and method of the end-to-end tests.
    case tested(client: String, systems: [String], test: String)
    /// Upstream or a report says so: a file and version, a commit, or a public thread.
    case cited(String)

    /// The evidence on one line.
    public var text: String {
        switch self {
        case .tested(let client, _, let test): "tested with \(client): \(test)"
        case .cited(let source): source
        }
    }

    /// Whether it says something of a system.
    func concerns(_ system: ClientSystem) -> Bool {
        switch self {
        case .tested(_, let systems, _): systems.contains(system.id)
        case .cited: true
        }
    }
}
