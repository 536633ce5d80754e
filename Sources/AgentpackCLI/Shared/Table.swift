import LinuxIO

/// Names and values in two columns.
enum Table {
    /// A name with its value, or with several that stand below each other.
    struct Row {
        let name: String
        let values: [String]

        /// A row of one value.
        init(_ name: String, _ value: String) { self.init(name, [value]) }

        /// A row of several values; none make no row.
        init(_ name: String, _ values: [String]) {
            self.name = name
            self.values = values
        }
    }

    /// The lines, safe for a terminal.
    ///
    /// - Parameter rows: The rows; a long name pushes its own value only.
    static func lines(_ rows: [Row]) -> [String] {
        let names = rows.filter { !$0.values.isEmpty }.map { PathText.display($0.name) }
        let width = max(13, min(20, (names.map(\.count).max() ?? 0) + 2))
        return rows.flatMap { row in
            row.values.enumerated().map { index, value in
                let name = index == 0 ? PathText.display(row.name) : ""
                return name + String(repeating: " ", count: max(index == 0 ? 1 : 0, width - name.count))
                    + PathText.display(value)
            }
        }
    }

    /// The first values of a list, and how many more there are.
    ///
    /// - Parameters:
    ///   - values: The list.
    ///   - limit: How many to show.
    ///   - where: What shows all.
    static func shortened(_ values: [String], to limit: Int, where place: String = "--json") -> [String] {
        values.count <= limit + 1 ? values : values.prefix(limit) + ["… and \(values.count - limit) more: \(place)"]
    }
}
