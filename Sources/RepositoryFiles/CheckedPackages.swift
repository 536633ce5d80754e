import LinuxIO

/// Packages that were looked at already: archives that share a pool list the same files.
public final class CheckedPackages: Sendable {
    private struct Entry: Hashable {
        var path: String
        var record: Int
    }

    private let entries = Monitor<Set<Entry>>([])

    /// Begins with none.
    public init() {}

    /// Notes a package.
    ///
    /// - Parameters:
    ///   - path: Where it is in the pool.
    ///   - record: A hash of all that an index says of it.
    /// - Returns: Whether it wasn't there before.
    public func insert(_ path: String, _ record: Int) -> Bool {
        entries.with { $0.insert(Entry(path: path, record: record)).inserted }
    }
}
