import LinuxIO
import RepositoryFiles

/// Gathers what several threads find.
final class FaultList: Sendable {
    /// The most faults of a kind that one file gets.
    private static let limit = 100

    private struct State {
        var faults: [RepositoryFault] = []
        var counts: [String: Int] = [:]
    }

    private let state = Monitor(State())

    /// Adds an error.
    func add(_ id: String, _ path: String, _ message: String) { add(.error, id, path, message) }

    /// Adds a fault.
    func add(_ severity: RepositoryFault.Severity, _ id: String, _ path: String, _ message: String) {
        state.with { state in
            let count = state.counts["\(id) \(path)", default: 0] + 1
            state.counts["\(id) \(path)"] = count
            if count <= Self.limit { state.faults.append(RepositoryFault(severity, id, path: path, message)) }
        }
    }

    /// All, by path, kind and words; where a file had more of a kind than are kept, one of them says how many.
    var sorted: [RepositoryFault] {
        state.with { state in
            var faults = state.faults
            for (index, fault) in faults.enumerated() {
                guard let count = state.counts["\(fault.id) \(fault.path)"], count > Self.limit else { continue }
                state.counts["\(fault.id) \(fault.path)"] = nil
                faults[index].message += " (and \(count - 1) more of this kind)"
            }
            // Two threads can meet the same.
            return Set(faults).sorted { left, right in
                if !left.path.utf8.elementsEqual(right.path.utf8) {
                    return left.path.utf8.lexicographicallyPrecedes(right.path.utf8)
                }
                return (left.id, left.message) < (right.id, right.message)
            }
        }
    }
}

/// Gathers the packages that indexes list.
final class PackageList: Sendable {
    /// What is known of a package.
    struct Package {
        let size: UInt64
        /// The strongest digest that its stanza has.
        let digest: [UInt8]
        /// The hash of its stanza: indexes that say the same of a package need one look at it.
        let stanza: Int
    }

    private struct State {
        var packages: [String: Package] = [:]
        var stanzas = 0
        /// Indexes of which not all is known.
        var unread = 0
    }

    private let state = Monitor(State())

    /// Adds a package.
    ///
    /// - Returns: What the path stood for before; nil the first time.
    func add(_ filename: String, _ package: Package) -> Package? {
        state.with { state in
            state.stanzas += 1
            if let other = state.packages[filename] { return other }
            state.packages[filename] = package
            return nil
        }
    }

    /// Notes that an index is there of which nothing is known yet.
    func begin() { state.with { $0.unread += 1 } }
    /// Notes that such an index was read.
    func end() { state.with { $0.unread -= 1 } }
    /// Whether all that indexes list is known.
    var isComplete: Bool { state.with { $0.unread == 0 } }

    /// The number of stanzas.
    var stanzas: Int { state.with { $0.stanzas } }
    /// The paths.
    var filenames: Set<String> { state.with { Set($0.packages.keys) } }
    /// Whether an index lists a path.
    func contains(_ filename: String) -> Bool { state.with { $0.packages[filename] != nil } }
}
