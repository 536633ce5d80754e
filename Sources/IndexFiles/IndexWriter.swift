import ByteIO
public import Diagnostics
public import LinuxIO

/// The files of an index that was written.
public struct WrittenIndex: Sendable, Equatable {
    /// The text, whether it was written or not.
    public var text: FileDigest
    /// The text compressed with gzip.
    public var gzip: FileDigest
    /// The text compressed with xz; nil where that wasn't asked for.
    public var xz: FileDigest?
}

/// The files of an index to write; they must not be there.
public struct IndexFileNames: Sendable {
    /// The text; nil for none.
    public var plain: String?
    /// The text compressed with gzip.
    public var gzip: String
    /// The text compressed with xz; nil for none.
    public var xz: String?

    /// Takes names, components joined by `/`.
    public init(plain: String?, gzip: String, xz: String?) {
        self.plain = plain
        self.gzip = gzip
        self.xz = xz
    }
}

/// Writes indexes: what doesn't change is taken over as it was compressed, segment by segment.
///
/// The bytes depend on the records alone, not on the index that was there before or on the number of threads. Memory
/// holds some segments, whatever the size of the index.
public struct IndexWriter<Grammar: IndexGrammar> {
    /// Segments that are decoded or compressed at once.
    private static var batch: Int { 16 }

    private let names: IndexFileNames
    private let threads: Int

    /// Makes a writer.
    ///
    /// - Parameters:
    ///   - names: The files.
    ///   - threads: How many threads decode and compress; files are written by the caller's alone.
    public init(_ names: IndexFileNames, threads: Int = Threads.processorCount) {
        self.names = names
        self.threads = threads
    }

    /// Writes an index.
    ///
    /// - Parameters:
    ///   - change: What is different.
    ///   - old: The index that it changes; nil for one without records.
    ///   - directory: Where the files go.
    /// - Returns: The files.
    /// - Throws: `.integrity` for an old index that is damaged or doesn't hold what is removed, `.failed` for a record that
    ///   is there already, or what writing throws.
    public func write(
        _ change: IndexChange<Grammar>, to old: PublishedIndex<Grammar>?, in directory: borrowing Directory
    ) throws(Failure) -> WrittenIndex {
        var output = try SegmentOutput(names, in: directory, threads: threads)
        var assembler = SegmentAssembler<Grammar>()
        if !Grammar.head(count: 0).isEmpty {
            let count = try old?.count() ?? 0
            assembler.append(frame: Grammar.head(count: count + change.added.count - change.removed.count))
        }
        var changes = PendingChanges(change)
        if let old, old.isSegmented(for: names) {
            try merge(&changes, old: old, into: &assembler, &output)
        } else if let old {
            try rewrite(&changes, old: old, into: &assembler, &output)
        }
        // In parts, so that a new index isn't held in memory as a whole.
        while changes.next != nil {
            try addAll(&changes, before: nil, into: &assembler, atMost: Self.batch)
            try output.write(assembler.takeReady(), from: old.map(\.files))
        }
        assembler.close()
        if !Grammar.foot.isEmpty { assembler.append(frame: Grammar.foot) }
        try output.write(assembler.takeReady(), from: old.map(\.files))
        return try output.finish()
    }

    /// Goes through an old index segment by segment.
    private func merge(
        _ changes: inout PendingChanges<Grammar>, old: PublishedIndex<Grammar>,
        into assembler: inout SegmentAssembler<Grammar>, _ output: inout SegmentOutput
    ) throws(Failure) {
        let segments = old.recordSegments
        var texts: [[UInt8]] = []
        for start in stride(from: 0, to: segments.count, by: Self.batch) {
            let part = Array(segments[start..<min(start + Self.batch, segments.count)])
            let more = try SegmentWork.run(part.count, threads: old.plain == nil ? threads : 1) {
                index throws(Failure) in try old.text(of: part[index])
            }
            // The last text of the batch before is still to be done: it had to wait for the key behind it.
            texts += more
            let isLast = start + part.count == segments.count
            let done = isLast ? texts.count : texts.count - 1
            let first = start + part.count - texts.count
            for index in 0..<done {
                let next: Grammar.Key? =
                    index + 1 < texts.count
                    ? try texts[index + 1].withRawBytes { text throws(Failure) in
                        try Grammar.key(of: old.firstRecord(text))
                    } : nil
                try merge(
                    &changes, old: old, segment: segments[first + index], text: texts[index], before: next,
                    into: &assembler)
            }
            texts.removeFirst(done)
            try output.write(assembler.takeReady(), from: old.files)
        }
    }

    private func merge(
        _ changes: inout PendingChanges<Grammar>, old: PublishedIndex<Grammar>, segment: SegmentTable.Segment,
        text: [UInt8], before next: Grammar.Key?, into assembler: inout SegmentAssembler<Grammar>
    ) throws(Failure) {
        let isTouched =
            if let key = changes.next { next.map { key < $0 } ?? true } else { false }
        guard isTouched else {
            let startsSegment = try text.withRawBytes { text throws(Failure) in
                SegmentRule.begins(at: try old.firstRecord(text))
            }
            return assembler.append(text, startsSegment: startsSegment, kept: segment)
        }
        try text.withRawBytes { text throws(Failure) in
            _ = try old.forEach(in: text) { record throws(Failure) in
                try take(record, &changes, into: &assembler)
                return true
            }
        }
        if let next { try addAll(&changes, before: next, into: &assembler) }
    }

    /// Goes through an index that somebody else wrote, or whose forms disagree, record by record.
    private func rewrite(
        _ changes: inout PendingChanges<Grammar>, old: PublishedIndex<Grammar>,
        into assembler: inout SegmentAssembler<Grammar>, _ output: inout SegmentOutput
    ) throws(Failure) {
        try old.forEachRecord { _, record throws(Failure) in
            try take(record, &changes, into: &assembler)
            if assembler.ready.count >= Self.batch { try output.write(assembler.takeReady(), from: nil) }
            return true
        }
    }

    /// Takes an old record over, unless it is removed, behind the new ones that come before it.
    private func take(
        _ record: UnsafeRawBufferPointer, _ changes: inout PendingChanges<Grammar>,
        into assembler: inout SegmentAssembler<Grammar>
    ) throws(Failure) {
        guard changes.next != nil else { return assembler.append(record) }
        let key = try Grammar.key(of: record)
        try addAll(&changes, before: key, into: &assembler)
        guard changes.next == key else { return assembler.append(record) }
        guard case .remove = changes.take() else {
            throw Failure(.failed, "the index has a record already that is to be added: \(key)")
        }
    }

    /// Adds the new records before a key, or all that are left; stops early when so many segments are ready.
    private func addAll(
        _ changes: inout PendingChanges<Grammar>, before key: Grammar.Key?,
        into assembler: inout SegmentAssembler<Grammar>, atMost limit: Int = .max
    ) throws(Failure) {
        while let next = changes.next, key.map({ next < $0 }) ?? true, assembler.ready.count < limit {
            guard case .add(let record) = changes.take() else {
                throw Failure(.integrity, "the index has no record to remove: \(next)")
            }
            record.bytes.withUnsafeBytes { assembler.append($0) }
        }
    }
}
