import ByteIO
public import Diagnostics
import Digests
public import LinuxIO
import SetupPlan
import XZ

extension VerifiedBinFile {
    /// Decodes every block and checks that the plan says the truth: each file's SHA-256, and the stream's index.
    ///
    /// `verified` proves that no byte changed since the file was written; this proves that it was written right. Memory
    /// doesn't grow with the payload: blocks that one file connects are decoded by one thread, one after the other.
    ///
    /// - Parameters:
    ///   - threads: How many threads decode.
    ///   - progress: Called from any of them, one at a time, with the plain bytes done so far.
    /// - Throws: `.integrity`, naming a file or block that isn't what the plan says.
    public func checkContents(
        threads: Int = Threads.processorCount, progress: @Sendable @escaping (UInt64) -> Void = { _ in }
    ) throws(Failure) {
        let checks = ContentChecks(file.plan)
        if let path = checks.wrongEmptyFile { throw Self.mismatch(path) }
        guard !file.isConfigTool else { return }
        let blocks = file.plan.blocks
        let index = try frame().blocks
        guard index.count == blocks.count else {
            throw Failure(.integrity, "the payload's index lists \(index.count) blocks; the plan lists \(blocks.count)")
        }
        let offsets = file.blockOffsets()
        let source = (number: file.descriptor.number, path: file.descriptor.path)
        let next = Monitor((run: 0, done: UInt64(0)))
        let room = Int(blocks.map(\.contentSize).max() ?? 0)
        try Threads.run(max(1, min(threads, checks.runs.count))) { _ throws(Failure) in
            let input = FileDescriptor(adopting: source.number, path: source.path, closing: false)
            var decoder = XZBlockDecoder()
            var buffer = [UInt8](repeating: 0, count: room)
            while true {
                let run = next.with { state in
                    defer { state.run += 1 }
                    return state.run
                }
                guard run < checks.runs.count else { return }
                var open: [OpenContent] = []
                for block in checks.runs[run] {
                    let stored = try input.read(Int(blocks[block].storedSize), at: offsets[block])
                    guard SHA256.digest(stored) == blocks[block].digest else {
                        throw Failure(.integrity, "block \(block + 1) of the payload changed since it was checked")
                    }
                    open += checks.starting[block].map(OpenContent.init)
                    try buffer.withMutableRawBytes { bytes throws(Failure) in
                        let plain = UnsafeMutableRawBufferPointer(rebasing: bytes[..<Int(blocks[block].contentSize)])
                        guard try decoder.decode(stored.span.bytes, into: plain) == index[block] else {
                            throw Failure(.integrity, "the payload's index has other sizes for block \(block + 1)")
                        }
                        for content in open { content.take(from: UnsafeRawBufferPointer(plain)) }
                    }
                    for content in open where content.remaining == 0 && !content.finish() {
                        throw Self.mismatch(content.path)
                    }
                    open.removeAll { $0.remaining == 0 }
                    next.with { state in
                        state.done += blocks[block].contentSize
                        progress(state.done)
                    }
                }
            }
        }
    }

    /// A file that is being hashed, block after block.
    private final class OpenContent {
        let path: String
        private let expected: SHA256Digest
        private var digest: SHA256? = SHA256()
        private(set) var remaining: UInt64
        /// Where it goes on in the next block.
        private var offset: UInt64

        init(_ content: ContentChecks.Content) {
            path = content.path
            expected = content.digest
            remaining = content.size
            offset = content.offset
        }

        /// Whether what was seen, all of it, is what the plan says.
        func finish() -> Bool { digest.take()?.finish() == expected }

        func take(from plain: UnsafeRawBufferPointer) {
            let count = min(remaining, UInt64(plain.count) - offset)
            digest?.update(UnsafeRawBufferPointer(rebasing: plain[Int(offset)..<Int(offset + count)]))
            remaining -= count
            offset = 0
        }
    }

    private func frame() throws(Failure) -> XZFrame {
        let trailer = file.trailer
        let header = try file.descriptor.read(XZFrame.headerSize, at: trailer.headLength)
        let end = file.offset(ofBlock: file.plan.blocks.count)
        let tail = try file.descriptor.read(Int(trailer.headLength + trailer.payloadLength - end), at: end)
        return try XZFrame(
            header: header.span.bytes, tail: tail.span.bytes, maximumCount: file.plan.blocks.count)
    }

    private static func mismatch(_ path: String) -> Failure {
        Failure(
            .integrity, "the payload's content of \(PathText.display(path)) has another SHA-256 than the plan states",
            hints: ["The file is as its maker wrote it, but it was made wrong: get another one."])
    }
}
