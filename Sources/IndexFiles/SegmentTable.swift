import Diagnostics
import LinuxIO
import XZ

/// Where the segments of a published index are, in each of its forms.
struct SegmentTable: Sendable {
    struct Segment: Sendable {
        /// The bytes of the text.
        var text: Range<UInt64>
        /// The bytes of the gzip file.
        var gzip: Range<UInt64>
        /// The bytes of the xz file, and the block's sizes; nil where there is no such file.
        var xz: (bytes: Range<UInt64>, size: XZBlockSize)?
    }

    /// The most content of a segment that is taken into memory.
    private static let largestContent = 256 << 20

    var segments: [Segment]
    /// Bytes of the text.
    var textSize: UInt64 { segments.last?.text.upperBound ?? 0 }

    /// Finds the segments of an index that agentpack wrote.
    ///
    /// - Returns: nil for an index of somebody else, whose members don't say where they end.
    /// - Throws: What reading throws.
    init?(gzip: ByteSource, xz: ByteSource?) throws(Failure) {
        var segments: [Segment] = []
        var place: UInt64 = 0
        var text: UInt64 = 0
        while place < gzip.size {
            let headerSize = UInt64(GzipMember.headerSize)
            guard gzip.size - place >= headerSize,
                let size = GzipMember.size(try gzip.read(GzipMember.headerSize, at: place)), size <= gzip.size - place
            else { return nil }
            let trailer = try gzip.read(GzipMember.trailerSize, at: place + size - UInt64(GzipMember.trailerSize))
            let content = GzipMember.contentSize(trailer)
            guard content <= Self.largestContent else { return nil }
            segments.append(
                Segment(text: text..<text + UInt64(content), gzip: place..<place + size, xz: nil))
            place += size
            text += UInt64(content)
        }
        if let xz {
            // Blocks of an empty index: none, where gzip has a member without content.
            let blocks = try XZStreamLayout(size: xz.size) { count, offset throws(Failure) in
                try xz.read(count, at: offset)
            }.blocks
            let filled = segments.indices.filter { !segments[$0].text.isEmpty }
            guard blocks.count == filled.count else { return nil }
            var start = UInt64(XZFrame.headerSize)
            for (index, block) in zip(filled, blocks) {
                guard block.contentSize == UInt64(segments[index].text.count) else { return nil }
                segments[index].xz = (start..<start + block.storedSize, block)
                start += block.storedSize
            }
        }
        self.segments = segments
    }
}
