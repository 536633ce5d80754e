import ByteIO
public import Diagnostics

/// One record of an index.
public struct IndexRecord<Grammar: IndexGrammar>: Sendable {
    /// What orders it.
    public let key: Grammar.Key
    /// Its bytes, as they stand in the index.
    public let bytes: [UInt8]

    /// Takes a record's bytes.
    ///
    /// - Parameter bytes: Exactly one record.
    /// - Throws: `.integrity` for what is no record.
    public init(_ bytes: [UInt8]) throws(Failure) {
        key = try bytes.withRawBytes { text throws(Failure) in
            guard Grammar.end(ofRecordIn: text, from: 0) == text.count else {
                throw Failure(.integrity, "\(text.count) bytes are not exactly one record of an index")
            }
            return try Grammar.key(of: text)
        }
        self.bytes = bytes
    }
}
