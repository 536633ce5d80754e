import ByteIO
import Diagnostics
import Digests
import LinuxIO
import XZ

/// The files of an index while it is written.
struct SegmentOutput: ~Copyable {
    private var plain: NewFile?
    private var gzip: NewFile
    private var xz: NewFile?
    private var blocks: [XZBlockSize] = []
    private var isEmpty = true
    /// What the text is where it isn't written as a file, which has a digest of its own.
    private let text = SHA256()
    private var textSize: UInt64 = 0
    private let encoders: [Encoder]

    /// An encoder and its memory, some 95 MiB, for one thread at a time.
    private final class Encoder {
        private var encoder: XZBlockEncoder?

        func encode(_ text: [UInt8]) throws(Failure) -> XZEncodedBlock {
            if encoder == nil { encoder = try XZBlockEncoder() }
            guard let block = try encoder?.encode(text.span.bytes, chain: .lzma2) else {
                throw Failure(.failed, "no encoder")
            }
            return block
        }
    }

    /// A segment in its compressed forms.
    private struct Compressed {
        var gzip: [UInt8]
        var xz: XZEncodedBlock?
    }

    init(_ names: IndexFileNames, in directory: borrowing Directory, threads: Int) throws(Failure) {
        let gzip = try NewFile(names.gzip, in: directory)
        let plain: NewFile? = if let name = names.plain { try NewFile(name, in: directory) } else { nil }
        var xz: NewFile? = if let name = names.xz { try NewFile(name, in: directory) } else { nil }
        try xz?.write(try XZFrame(blocks: []).header)
        self.gzip = gzip
        self.plain = plain
        self.xz = xz
        encoders = (0..<max(1, threads)).map { _ in Encoder() }
    }

    /// Appends segments.
    ///
    /// - Parameters:
    ///   - segments: The segments.
    ///   - old: The files that kept ones are copied from.
    mutating func write(
        _ segments: [SegmentAssembler<some IndexGrammar>.Outgoing], from old: PublishedForms?
    ) throws(Failure) {
        let texts = segments.map { $0.kept == nil || old == nil ? $0.text : nil }
        let made = try compress(texts)
        for (index, segment) in segments.enumerated() {
            isEmpty = false
            if plain == nil {
                text.update(segment.text)
                textSize += UInt64(segment.text.count)
            } else {
                try plain?.write(segment.text)
            }
            if let compressed = made[index] {
                try append(compressed)
            } else if let old, let kept = segment.kept {
                try copy(kept, from: old)
            }
        }
    }

    private mutating func append(_ compressed: Compressed) throws(Failure) {
        try gzip.write(compressed.gzip)
        guard let block = compressed.xz else { return }
        try xz?.write(block.bytes)
        blocks.append(block.size)
    }

    private mutating func copy(_ kept: SegmentTable.Segment, from old: PublishedForms) throws(Failure) {
        let place = kept.gzip
        try gzip.write(try old.gzip.read(Int(place.upperBound - place.lowerBound), at: place.lowerBound))
        guard xz != nil, let source = old.xz, let block = kept.xz else { return }
        try xz?.write(try source.read(Int(block.size.storedSize), at: block.bytes.lowerBound))
        blocks.append(block.size)
    }

    /// Compresses texts, several at once.
    ///
    /// - Parameter texts: The texts; nil where nothing is to be done.
    private func compress(_ texts: [[UInt8]?]) throws(Failure) -> [Compressed?] {
        let indexes = texts.indices.filter { texts[$0] != nil }
        var results = [Compressed?](repeating: nil, count: texts.count)
        guard !indexes.isEmpty else { return results }
        let isXZ = xz != nil
        let idle = Monitor(encoders)
        let made = try SegmentWork.run(indexes.count, threads: encoders.count) { index throws(Failure) in
            let text = texts[indexes[index]] ?? []
            var compressed = Compressed(gzip: try GzipMember.encode(text), xz: nil)
            if isXZ {
                let encoder = idle.wait { $0.popLast() }
                defer { idle.with { $0.append(encoder) } }
                compressed.xz = try encoder.encode(text)
            }
            return compressed
        }
        for (index, compressed) in zip(indexes, made) { results[index] = compressed }
        return results
    }

    /// Ends all files.
    consuming func finish() throws(Failure) -> WrittenIndex {
        // A gzip file has at least one member.
        if isEmpty { try gzip.write(try GzipMember.encode([])) }
        var digest = FileDigest(size: textSize, sha256: text.finish())
        let frame = try XZFrame(blocks: blocks)
        let gzip = try gzip.finish()
        if let plain = consume plain { digest = try plain.finish() }
        var xzDigest: FileDigest?
        if var xz = consume xz {
            try xz.write(frame.index + frame.footer)
            xzDigest = try xz.finish()
        }
        return WrittenIndex(text: digest, gzip: gzip, xz: xzDigest)
    }
}
