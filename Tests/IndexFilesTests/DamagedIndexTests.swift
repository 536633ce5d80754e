import Diagnostics
import IndexFiles
import LinuxIO
import TestSupport
import Testing

@Suite struct DamagedIndexTests {
    private func gzip(_ text: String) throws -> ByteSource {
        let bytes = try Subprocess.run(["/usr/bin/gzip", "-nc"], input: Array(text.utf8), limit: 1 << 20).output
        return ByteSource(bytes, name: "index.gz")
    }

    @Test(arguments: [
        "<list count=\"1\">\n<i 1 x/>\n<i 2 x/>", "<list count=\"1\">\n<i 1 x/>\n</list>\nmore",
        "<list count=\"1\">\n<i x",
        "nothing of this kind", "<list count=\"1\">\n<i 1 x/>\n",
    ])
    func `text that isn't one whole index is refused`(text: String) throws {
        let index = try PublishedIndex<Elements>(plain: nil, gzip: try gzip(text), xz: nil)
        #expect {
            try index.forEachRecord { _, _ in true }
        } throws: { error in
            (error as? Failure)?.code == .integrity
        }
    }

    @Test func `a damaged member is refused`() throws {
        try withScratch { scratch in
            let records = try (0..<3000).map { try Elements.record($0) }
            let names = IndexFileNames(plain: nil, gzip: "gz", xz: nil)
            _ = try IndexWriter<Elements>(names).write(IndexChange(added: records), to: nil, in: scratch)
            var bytes = try readFile(PathText.join(scratch.path, "gz"))
            for place in stride(from: 30, to: bytes.count, by: bytes.count / 37) {
                bytes[place] ^= 0x10
                defer { bytes[place] ^= 0x10 }
                #expect {
                    let index = try PublishedIndex<Elements>(
                        plain: nil, gzip: ByteSource(bytes, name: "index.gz"), xz: nil)
                    var text: [UInt8] = []
                    try index.forEachRecord { _, record in
                        text += Array(record)
                        return true
                    }
                    // Header bytes that decide nothing may change.
                    if text == records.flatMap(\.bytes) { throw Failure(.integrity, "unchanged") }
                } throws: { error in
                    (error as? Failure)?.code == .integrity
                }
            }
        }
    }
}
