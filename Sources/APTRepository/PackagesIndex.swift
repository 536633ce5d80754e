public import Diagnostics
public import IndexFiles

/// The form of a `Packages` index: stanzas, each with an empty line behind it, nothing before the first or behind the last.
public enum PackagesIndex: IndexGrammar {
    /// What orders the stanzas.
    public typealias Key = PackagesKey

    /// Where a stanza ends: behind its empty line.
    ///
    /// - Parameters:
    ///   - text: Some bytes of the index.
    ///   - start: Where in them the stanza starts.
    /// - Returns: nil when the empty line isn't in these bytes.
    public static func end(ofRecordIn text: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var place = start
        while true {
            let end = Lines.end(in: text, from: place)
            guard end + 1 < text.count else { return nil }
            if text[end + 1] == 0x0A { return end + 2 }
            place = end + 1
        }
    }

    /// The key of a stanza.
    ///
    /// What stands behind the three fields isn't looked at: they come first in every index, and hundreds of thousands of
    /// stanzas are searched by them.
    ///
    /// - Parameter record: The stanza's bytes.
    /// - Throws: `.integrity` for what is no stanza.
    public static func key(of record: UnsafeRawBufferPointer) throws(Failure) -> PackagesKey {
        try PackagesStanza(record, upTo: [.package, .version, .architecture]).key()
    }
}
