/// What becomes of a published index.
public struct IndexChange<Grammar: IndexGrammar>: Sendable {
    /// The keys of records that go; each must be there.
    public var removed: Set<Grammar.Key>
    /// Records that come, in any order; one whose key is there and isn't removed is a mistake.
    public var added: [IndexRecord<Grammar>]

    /// Takes both.
    public init(removed: Set<Grammar.Key> = [], added: [IndexRecord<Grammar>] = []) {
        self.removed = removed
        self.added = added
    }

    /// Whether nothing changes.
    public var isEmpty: Bool { removed.isEmpty && added.isEmpty }
}

/// The changes in the order of their keys, taken one after the other.
struct PendingChanges<Grammar: IndexGrammar> {
    enum Edit {
        case add(IndexRecord<Grammar>)
        case remove
    }

    private var edits: [(key: Grammar.Key, edit: Edit)]

    init(_ change: IndexChange<Grammar>) {
        edits = change.removed.map { ($0, .remove) } + change.added.map { ($0.key, .add($0)) }
        // Last first, and what is removed before what takes its place.
        edits.sort { left, right in
            if left.key != right.key { return left.key > right.key }
            if case .remove = right.edit { return true }
            return false
        }
    }

    /// The next key; nil at the end.
    var next: Grammar.Key? { edits.last?.key }

    mutating func take() -> Edit? { edits.popLast()?.edit }
}
