public import Diagnostics

/// How a text index is made of records: what stands before them, between them and behind them.
public protocol IndexGrammar: Sendable {
    /// What orders the records, and tells them apart.
    associatedtype Key: Comparable & Hashable & Sendable

    /// What stands before the first record; no bytes where nothing does.
    ///
    /// - Parameter count: The number of records.
    static func head(count: Int) -> [UInt8]

    /// The number of records that a head states; nil where it states none.
    ///
    /// - Parameter head: The bytes before the first record.
    static func count(inHead head: [UInt8]) -> Int?

    /// Where the first record starts.
    ///
    /// - Parameter text: The index from its first byte on, at least its first few kilobytes.
    /// - Returns: nil when no record starts in these bytes.
    static func start(ofRecordsIn text: UnsafeRawBufferPointer) -> Int?

    /// What stands behind the last record; no bytes where nothing does.
    static var foot: [UInt8] { get }

    /// Where a record ends, and the next one or the foot starts.
    ///
    /// - Parameters:
    ///   - text: Some bytes of the index.
    ///   - start: Where in them the record starts.
    /// - Returns: nil when the record doesn't end in these bytes.
    static func end(ofRecordIn text: UnsafeRawBufferPointer, from start: Int) -> Int?

    /// The key of a record.
    ///
    /// - Parameter record: The record's bytes.
    /// - Throws: `.integrity` for what is no record.
    static func key(of record: UnsafeRawBufferPointer) throws(Failure) -> Key
}

extension IndexGrammar {
    /// No head.
    public static func head(count: Int) -> [UInt8] { [] }
    /// No head states a number.
    public static func count(inHead head: [UInt8]) -> Int? { nil }
    /// The first byte.
    public static func start(ofRecordsIn text: UnsafeRawBufferPointer) -> Int? { text.isEmpty ? nil : 0 }
    /// No foot.
    public static var foot: [UInt8] { [] }
}
