import Diagnostics
import LinuxIO
import RepositoryFiles

/// The faults that were found, of each kind only so many that people read them.
struct FaultList: Sendable {
    private static let mostOfKind = 50

    private var faults: [RepositoryFault] = []
    private var counts: [String: Int] = [:]

    /// Adds what a client trips on.
    mutating func fail(_ id: String, _ path: String, _ message: String) { add(.error, id, path, message) }

    /// Adds what works, and will not always.
    mutating func warn(_ id: String, _ path: String, _ message: String) { add(.warning, id, path, message) }

    /// Adds a fault.
    mutating func add(_ fault: RepositoryFault) { add(fault.severity, fault.id, fault.path, fault.message) }

    private mutating func add(
        _ severity: RepositoryFault.Severity, _ id: String, _ path: String, _ message: String
    ) {
        counts[id, default: 0] += 1
        guard counts[id, default: 0] <= Self.mostOfKind else { return }
        faults.append(RepositoryFault(severity, id, path: path, message))
    }

    /// Adds what a check found, where the bytes are wrong; other failures are no property of the repository.
    ///
    /// - Throws: The failure itself, when it says nothing of the file.
    mutating func add(_ failure: Failure, _ id: String, _ path: String) throws(Failure) {
        add(try RepositoryFault(failure, id, path: path))
    }

    /// Does the same for several numbers on some threads, each with a list of its own.
    ///
    /// - Parameters:
    ///   - count: The numbers are 0 to count-1.
    ///   - threads: How many threads.
    ///   - body: Adds what it finds.
    /// - Throws: The failure of one of them.
    mutating func gather(
        _ count: Int, threads: Int, _ body: @Sendable (Int, inout FaultList) throws(Failure) -> Void
    ) throws(Failure) {
        let threads = max(1, min(threads, count))
        let lists = Monitor<[Int: FaultList]>([:])
        try Threads.run(threads) { thread throws(Failure) in
            for index in stride(from: thread, to: count, by: threads) {
                var list = FaultList()
                try body(index, &list)
                if !list.faults.isEmpty { lists.with { $0[index] = list } }
            }
        }
        for (_, list) in lists.with({ $0 }).sorted(by: { $0.key < $1.key }) {
            for fault in list.faults { add(fault.severity, fault.id, fault.path, fault.message) }
            for (id, count) in list.counts where count > Self.mostOfKind {
                counts[id, default: 0] += count - Self.mostOfKind
            }
        }
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
