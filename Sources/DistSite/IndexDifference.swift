import Diagnostics
import IndexFiles

/// What makes one index of another.
enum IndexDifference {
    /// Compares two indexes, record by record.
    ///
    /// - Parameters:
    ///   - old: The index that is; nil for one without records.
    ///   - new: The index that is to be; nil for one without records.
    static func between<Grammar: IndexGrammar>(
        _ old: PublishedIndex<Grammar>?, _ new: PublishedIndex<Grammar>?
    ) throws(Failure) -> IndexChange<Grammar> {
        var there: [Grammar.Key: Int] = [:]
        try old?.forEachRecord { key, record in
            there[key] = hash(record)
            return true
        }
        var change = IndexChange<Grammar>()
        try new?.forEachRecord { key, record throws(Failure) in
            if let known = there.removeValue(forKey: key) {
                if known == hash(record) { return true }
                change.removed.insert(key)
            }
            change.added.append(try IndexRecord(Array(record)))
            return true
        }
        change.removed.formUnion(there.keys)
        return change
    }

    private static func hash(_ record: UnsafeRawBufferPointer) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: record)
        return hasher.finalize()
    }
}
