import JSON
public import OpenPGP

extension MatrixReport {
    /// What a system makes of all that was judged, by its kind; nil where nothing of a kind is for it.
    public struct Summary: Sendable, Equatable {
        /// The system.
        public let system: ClientSystem
        /// The worst of packages.
        public let artifacts: Severity?
        /// The worst of keys.
        public let keys: Severity?
        /// The worst of the metadata of repositories.
        public let metadata: Severity?

        fileprivate var columns: [(name: String, severity: Severity?)] {
            [("artifacts", artifacts), ("keys", keys), ("metadata", metadata)]
        }
    }

    /// A summary for each system that something is for, in the matrix's order.
    public var summaries: [Summary] {
        ClientSystem.all.compactMap { system in
            func worst(_ kinds: Set<String>) -> Severity? {
                parts.filter { kinds.contains($0.kind) }.flatMap(\.verdicts).filter { $0.system == system }
                    .map(\.severity).max()
            }
            let summary = Summary(
                system: system, artifacts: worst(["deb", "rpm"]), keys: worst(["key"]), metadata: worst(["apt", "yum"]))
            return summary.columns.contains { $0.severity != nil } ? summary : nil
        }
    }

    /// A table of the summaries; nothing where all that was judged is of one kind.
    var table: [String] {
        let summaries = summaries
        let names = ["artifacts", "keys", "metadata"].enumerated().filter { index, _ in
            summaries.contains { $0.columns[index].severity != nil }
        }
        guard names.count > 1 else { return [] }
        let rows =
            [["system"] + names.map(\.element)]
            + summaries.map { summary in
                [summary.system.name] + names.map { summary.columns[$0.offset].severity?.word ?? "-" }
            }
        let widths = (0...names.count).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return [""]
            + rows.map { row in
                let cells = zip(row, widths).map { cell, width in
                    cell + String(repeating: " ", count: width - cell.count)
                }
                var line = cells.joined(separator: "  ")
                while line.last == " " { line.removeLast() }
                return line
            }
    }
}

extension MatrixReport.Summary {
    /// `{"system": …, "artifacts": "ok", …}`, without a member where nothing is for it.
    var json: JSONValue {
        .object([
            "artifacts": artifacts.map { .string($0.rawValue) },
            "keys": keys.map { .string($0.rawValue) },
            "metadata": metadata.map { .string($0.rawValue) },
            "system": .string(system.id),
            "system_title": .string(system.name),
        ])
    }
}

extension Severity {
    /// `accepts`, `warns` or `refuses`.
    var word: String {
        switch self {
        case .ok: "accepts"
        case .warn: "warns"
        case .refuse: "refuses"
        }
    }
}
