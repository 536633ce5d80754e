import Diagnostics
import RepositoryFiles

/// The faults that were found, of each kind only so many that people read them.
struct FaultList {
    private static let mostOfKind = 50

    private var faults: [RepositoryFault] = []
    private var counts: [String: Int] = [:]

    /// Adds what a client trips on.
    mutating func fail(_ id: String, _ path: String, _ message: String) { add(.error, id, path, message) }

    /// Adds what works, and will not always.
    mutating func warn(_ id: String, _ path: String, _ message: String) { add(.warning, id, path, message) }

    private mutating func add(
        _ severity: RepositoryFault.Severity, _ id: String, _ path: String, _ message: String
    ) {
        counts[id, default: 0] += 1
        guard counts[id, default: 0] <= Self.mostOfKind else { return }
        faults.append(RepositoryFault(severity, id, path: path, message))
    }

    /// Adds what a check found, where the bytes are wrong; other failures are no property of the repository.
    ///
    /// - Throws: The failure itself, when it is neither `.integrity` nor `.usage`.
    mutating func add(_ failure: Failure, _ id: String, _ path: String) throws(Failure) {
        guard failure.code == .integrity || failure.code == .usage else { throw failure }
        fail(id, path, failure.cause.map { "\(failure.message): \($0)" } ?? failure.message)
    }

    /// All of them, with the number of those that were left out.
    var all: [RepositoryFault] {
        let rest = counts.filter { $0.value > Self.mostOfKind }.sorted { $0.key < $1.key }
        return faults
            + rest.map { id, count in
                let severity = faults.first { $0.id == id }?.severity ?? .error
                return RepositoryFault(severity, id, path: "", "and \(count - Self.mostOfKind) more like these")
            }
    }
}
