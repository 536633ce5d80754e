/// The tables of one kind of file, from the top down.
package struct Vocabulary: Sendable {
    /// The table of the mapping that the file is; its name is the kind's.
    package var root: KeyTable
    /// Every mapping's table, the file's first.
    package let tables: [KeyTable]
    /// Keys at the top that a later version will know: their error says so.
    package var later: [String]
    /// What to say, in a sentence, of keys that no table has and that people try.
    package var hints: [String: String]

    /// Finds every table that can be reached from one.
    package init(root: KeyTable, later: [String] = [], hints: [String: String] = [:]) {
        var found = [root]
        var position = 0
        while position < found.count {
            for key in found[position].keys {
                found += Self.tables(in: key.type).filter { table in !found.contains { $0.name == table.name } }
            }
            position += 1
        }
        self.root = root
        tables = found
        self.later = later
        self.hints = hints
    }

    /// The mapping in which a key stands, when there is exactly one.
    func home(of key: String) -> KeyTable? {
        let homes = tables.filter { $0[key] != nil }
        return homes.count == 1 ? homes[0] : nil
    }

    private static func tables(in type: ValueType) -> [KeyTable] {
        switch type {
        case .list(let item, _): tables(in: item)
        case .mapping(let table), .textOrMapping(_, let table): [table]
        case .listOrMapping(let list, let table): tables(in: list) + [table]
        case .variants(_, let present, let absent): [absent, present]
        case .text, .word, .boolean, .integer, .dictionary: []
        }
    }
}
