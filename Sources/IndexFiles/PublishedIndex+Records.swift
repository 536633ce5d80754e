import ByteIO
import Decompression
public import Diagnostics
import LinuxIO

extension PublishedIndex {
    /// Takes records in their order.
    ///
    /// - Parameters:
    ///   - key: The first key that is of interest; nil for all. Of an index that agentpack wrote only what is needed is
    ///     read.
    ///   - body: Gets each record with a key that isn't before that one, until it returns false; must not keep the bytes.
    /// - Throws: `.integrity` for what is no index, or what `body` throws.
    public func forEachRecord(
        from key: Grammar.Key? = nil,
        _ body: (Grammar.Key, UnsafeRawBufferPointer) throws(Failure) -> Bool
    ) throws(Failure) {
        guard table != nil else {
            return try forEachUnsegmented { record throws(Failure) in try Self.give(record, from: key, to: body) }
        }
        let segments = recordSegments
        var index = 0
        if let key { index = try segment(of: key, in: segments) }
        while index < segments.count {
            let text = try text(at: index, of: segments)
            let goesOn = try text.withRawBytes { text throws(Failure) in
                try forEach(in: text) { record throws(Failure) in try Self.give(record, from: key, to: body) }
            }
            if !goesOn { return }
            index += 1
        }
    }

    private static func give(
        _ record: UnsafeRawBufferPointer, from key: Grammar.Key?,
        to body: (Grammar.Key, UnsafeRawBufferPointer) throws(Failure) -> Bool
    ) throws(Failure) -> Bool {
        let found = try Grammar.key(of: record)
        if let key, found < key { return true }
        return try body(found, record)
    }

    /// A record by its key.
    ///
    /// - Returns: Its bytes, or nil when there is none.
    /// - Throws: `.integrity` for what is no index.
    public func record(_ key: Grammar.Key) throws(Failure) -> [UInt8]? {
        var found: [UInt8]?
        try forEachRecord(from: key) { other, record in
            if other == key { found = Array(record) }
            return other < key
        }
        return found
    }

    /// The last of some segments whose first record isn't behind a key; the first where there is none.
    private func segment(of key: Grammar.Key, in segments: [SegmentTable.Segment]) throws(Failure) -> Int {
        var low = 0
        var high = segments.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if try key < firstKey(of: middle, in: segments) { high = middle } else { low = middle }
        }
        return low
    }

    private func firstKey(of index: Int, in segments: [SegmentTable.Segment]) throws(Failure) -> Grammar.Key {
        if let known = memo.firstKeys[index] { return known }
        let key = try text(at: index, of: segments).withRawBytes { text throws(Failure) in
            try Grammar.key(of: firstRecord(text))
        }
        memo.firstKeys[index] = key
        return key
    }

    /// Takes each record of a text that holds whole ones alone.
    ///
    /// - Returns: Whether to go on.
    func forEach(
        in text: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Bool
    ) throws(Failure) -> Bool {
        var start = 0
        while start < text.count {
            guard let end = Grammar.end(ofRecordIn: text, from: start), end > start else {
                throw damaged("a record without an end")
            }
            if try !body(UnsafeRawBufferPointer(rebasing: text[start..<end])) { return false }
            start = end
        }
        return true
    }

    /// Takes each record of an index that somebody else wrote, decoding it from the start in pieces.
    private func forEachUnsegmented(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Bool
    ) throws(Failure) {
        let source = plain ?? gzip
        let decoder = try Decompressor(
            source, compression: plain == nil ? .gzip : .none, limit: UnpackedLimit.bytes(packed: source.size))
        var records = RecordStream<Grammar>(name: gzip.name) { buffer throws(Failure) in try decoder.read(into: buffer)
        }
        while try records.next(body) {}
    }
}
