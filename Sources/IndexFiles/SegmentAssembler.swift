import Diagnostics

/// Makes segments of records and of segments that were published before.
struct SegmentAssembler<Grammar: IndexGrammar> {
    /// A segment on its way out.
    struct Outgoing: Sendable {
        var text: [UInt8]
        /// The segment that already has this text; nil where it must be compressed.
        var kept: SegmentTable.Segment?
    }

    private var pending: Outgoing?
    /// Segments that nothing changes any more.
    private(set) var ready: [Outgoing] = []

    /// Appends a published segment.
    ///
    /// - Parameters:
    ///   - text: Its text.
    ///   - firstRecord: The first record in it.
    ///   - kept: Where it is.
    mutating func append(_ text: [UInt8], startsSegment: Bool, kept: SegmentTable.Segment) {
        if startsSegment || pending == nil {
            close()
            pending = Outgoing(text: text, kept: kept)
        } else {
            pending?.text += text
            pending?.kept = nil
        }
    }

    /// Appends one record.
    mutating func append(_ record: UnsafeRawBufferPointer) {
        if pending == nil || SegmentRule.begins(at: record) {
            close()
            pending = Outgoing(text: Array(record), kept: nil)
        } else {
            pending?.text.append(contentsOf: record)
            pending?.kept = nil
        }
    }

    /// Appends what is no record, as a segment of its own.
    mutating func append(frame: [UInt8]) {
        close()
        ready.append(Outgoing(text: frame, kept: nil))
    }

    /// Ends the last segment.
    mutating func close() {
        if let pending { ready.append(pending) }
        pending = nil
    }

    /// Takes the segments that are ready.
    mutating func takeReady() -> [Outgoing] {
        defer { ready = [] }
        return ready
    }
}
