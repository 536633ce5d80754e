import BinFormat
import ByteIO
import Diagnostics
import Digests
import LinuxIO
import SetupPlan
import TestSupport
import Testing
import XZ

@Suite struct ContentsTests {
    /// Writes an installer whose files run on from block to block, as the plan of `SampleInstaller` with these entries.
    private func installer(
        _ scratch: borrowing Directory, blocks: [[UInt8]], entries: [Entry]
    ) throws(Failure) -> VerifiedBinFile {
        var sample = SampleInstaller(files: [])
        sample.plan.entries = entries
        _ = try sample.build("first", in: scratch)
        var writer = try BinWriter(path: PathText.join(scratch.path, "second"), runtime: try scratch.file("head"))
        var encoder = try XZBlockEncoder()
        for content in blocks {
            let block = try encoder.encode(content.span.bytes, chain: .lzma2)
            try writer.append(block.bytes, size: block.size)
        }
        try writer.finish(plan: sample.plan)
        return try BinFile(reading: try scratch.file("second")).verified(threads: 1)
    }

    private func entry(_ path: String, _ content: [UInt8], block: Int, offset: UInt64) -> Entry {
        Entry(
            path: path,
            content: .file(
                size: UInt64(content.count), digest: SHA256.digest(content), block: block, offset: offset),
            mode: 0o644)
    }

    private let blocks = [Array("0123456789".utf8), Array("abcdefghij".utf8), Array("KLMNOPQRST".utf8)]

    @Test(arguments: [1, 3]) func `files that run on through blocks are checked`(threads: Int) throws {
        try withScratch { scratch in
            let file = try installer(
                scratch, blocks: blocks,
                entries: [
                    entry("a", Array("89abc".utf8), block: 0, offset: 8), entry("b", [], block: 0, offset: 0),
                    entry("c", Array("hijKLMNOPQRST".utf8), block: 1, offset: 7),
                    entry("d", Array("0123456789abcdefghijKLMNOPQRST".utf8), block: 0, offset: 0),
                ])
            let done = Monitor(UInt64(0))
            try file.checkContents(threads: threads) { count in done.with { $0 = count } }
            #expect(done.with { $0 } == 30)
        }
    }

    @Test(arguments: [0, 1, 2]) func `a file with another digest than the plan's is named`(wrong: Int) throws {
        try withScratch { scratch in
            var entries = [
                entry("a", Array("89abc".utf8), block: 0, offset: 8), entry("b", [], block: 0, offset: 0),
                entry("c", Array("KLM".utf8), block: 2, offset: 0),
            ]
            guard case .file(let size, _, let block, let offset) = entries[wrong].content else { return }
            entries[wrong].content = .file(size: size, digest: SHA256.digest([1]), block: block, offset: offset)
            let file = try installer(scratch, blocks: blocks, entries: entries)
            // A noncopyable value can't be captured by the macro's closure.
            do throws(Failure) {
                try file.checkContents(threads: 2)
                Issue.record("nothing was noticed")
            } catch {
                #expect(error.code == .integrity)
                #expect(error.message.contains("content of \(entries[wrong].path) has another SHA-256"))
            }
        }
    }
}
