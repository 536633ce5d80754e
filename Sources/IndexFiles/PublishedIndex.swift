import ByteIO
import Decompression
public import Diagnostics
public import LinuxIO

/// An index as it is published: its text, and its compressed forms.
///
/// What it says is believed: who opens it has compared the files with the digests that something signed states.
public struct PublishedIndex<Grammar: IndexGrammar> {
    let plain: ByteSource?
    let gzip: ByteSource
    let xz: ByteSource?
    let table: SegmentTable?
    /// What looking records up has found out.
    let memo = LookupMemo<Grammar.Key>()

    /// Opens an index.
    ///
    /// - Parameters:
    ///   - plain: Its text, where that is published, too.
    ///   - gzip: The text compressed with gzip.
    ///   - xz: The text compressed with xz, where that is published, too.
    /// - Throws: What reading throws; `.integrity` for damage.
    public init(plain: ByteSource?, gzip: ByteSource, xz: ByteSource?) throws(Failure) {
        self.plain = plain
        self.gzip = gzip
        self.xz = xz
        let table = try SegmentTable(gzip: gzip, xz: xz)
        self.table = plain.map { $0.size == table?.textSize } ?? true ? table : nil
    }

    /// The text of a segment, for looking up: often the next record is in the same one.
    func text(at index: Int, of segments: [SegmentTable.Segment]) throws(Failure) -> [UInt8] {
        if let last = memo.last, last.index == index { return last.text }
        let text = try text(of: segments[index])
        memo.last = (index, text)
        return text
    }

    /// The text of a segment.
    func text(of segment: SegmentTable.Segment) throws(Failure) -> [UInt8] {
        let count = Int(segment.text.upperBound - segment.text.lowerBound)
        if let plain { return try plain.read(count, at: segment.text.lowerBound) }
        let member = try gzip.read(
            Int(segment.gzip.upperBound - segment.gzip.lowerBound), at: segment.gzip.lowerBound)
        return try GzipMember.decode(member, contentSize: count, name: gzip.name)
    }

    /// The segments that hold records: all but those of head and foot.
    var recordSegments: [SegmentTable.Segment] {
        guard let table else { return [] }
        var segments = table.segments[...]
        if !Grammar.head(count: 0).isEmpty { segments = segments.dropFirst() }
        if !Grammar.foot.isEmpty { segments = segments.dropLast() }
        return segments.filter { !$0.text.isEmpty }
    }

    /// The first record of a segment's text.
    func firstRecord(_ text: UnsafeRawBufferPointer) throws(Failure) -> UnsafeRawBufferPointer {
        guard let end = Grammar.end(ofRecordIn: text, from: 0) else { throw damaged("a record without an end") }
        return UnsafeRawBufferPointer(rebasing: text[..<end])
    }

    func damaged(_ what: String) -> Failure { Failure(.integrity, "\(gzip.name) has \(what)") }
}

/// What looking records up in an index has found out; looking up is for one thread at a time.
final class LookupMemo<Key> {
    /// The first key of a segment, by the segment's number.
    var firstKeys: [Int: Key] = [:]
    /// The segment that was decoded last.
    var last: (index: Int, text: [UInt8])?
}
