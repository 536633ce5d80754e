import Diagnostics
import Testing
import XZ

@Suite struct StreamReaderTests {
    /// Decodes a stream in pieces of `piece` bytes.
    private func decode(_ stream: [UInt8], piece: Int = 777, isConcatenated: Bool = false) throws -> [UInt8] {
        let reader = try XZStreamReader(
            size: UInt64(stream.count), isConcatenated: isConcatenated
        ) { offset, buffer in
            buffer.copyBytes(from: stream[Int(offset)..<Int(offset) + buffer.count])
        }
        var content: [UInt8] = []
        var room = [UInt8](repeating: 0, count: piece)
        while true {
            let count = try room.withUnsafeMutableBytes { try reader.read(into: $0) }
            if count == 0 { break }
            content += room[..<count]
        }
        #expect(reader.consumed == UInt64(stream.count))
        #expect(reader.produced == UInt64(content.count))
        return content
    }

    private func layout(_ stream: [UInt8]) throws -> XZStreamLayout {
        try XZStreamLayout(size: UInt64(stream.count)) { count, offset in
            Array(stream[Int(offset)..<Int(offset) + count])
        }
    }

    @Test(
        arguments: [
            ["-c"], ["-c", "--check=crc32"], ["-c", "--check=none"], ["-c", "--check=sha256", "--block-size=9000"],
            ["-c", "--x86", "--lzma2=preset=1"], ["-c", "-T2", "--block-size=20000"], ["-c", "-9"],
        ])
    func `streams of the xz command decode`(options: [String]) throws {
        for size in [0, 1, 65_536, 200_000] {
            let content = TestContent.text(size)
            let stream = try XZCommand.run(options, on: content).output
            #expect(try decode(stream) == content)
            #expect(try layout(stream).contentSize == UInt64(size))
        }
    }

    @Test func `several streams with padding are one text, where they may be`() throws {
        let parts = [TestContent.text(70_000), [], TestContent.text(3)]
        let streams = try parts.map { try XZ.compress($0.span.bytes) }
        // apt-ftparchive ends its files with an empty stream; padding is a multiple of four bytes.
        let whole = streams[0] + streams[1] + [0, 0, 0, 0] + streams[2] + [UInt8](repeating: 0, count: 8)
        #expect(try decode(whole, isConcatenated: true) == parts[0] + parts[2])
        #expect(throws: Failure.self) { try decode(whole) }
        for wrong in [whole + [0], whole + [1, 2, 3, 4], Array(whole.dropLast(12)), streams[0] + [0, 0] + streams[2]] {
            let failure = #expect(throws: Failure.self) { try decode(wrong, isConcatenated: true) }
            #expect(failure?.code == .integrity)
        }
    }

    @Test func `the layout lists blocks and check`() throws {
        let stream = try XZCommand.run(
            ["-c", "--check=sha256", "--block-size=9000"], on: TestContent.text(20_000)
        ).output
        let layout = try layout(stream)
        #expect(layout.blocks.map(\.contentSize) == [9000, 9000, 2000])
        #expect(layout.check == "SHA-256")
        #expect(try self.layout(XZ.compress(TestContent.text(5).span.bytes)).check == "CRC64")
    }

    @Test func `damage, missing and extra bytes are noticed with their offset`() throws {
        let content = TestContent.text(500)
        let stream = try XZ.compress(content.span.bytes)
        for position in stream.indices {
            var damaged = stream
            damaged[position] ^= 0x10
            for wrong in [damaged, Array(stream.prefix(position))] {
                let failure = #expect(throws: Failure.self, "byte \(position)") { try decode(wrong) }
                #expect(failure?.code == .integrity)
                #expect(failure?.message.contains("byte ") == true)
            }
        }
        for wrong in [stream + [0, 0, 0, 0], stream + stream, [0] + stream] {
            let failure = #expect(throws: Failure.self) { try decode(wrong) }
            #expect(failure?.message.contains("byte ") == true)
        }
    }

    @Test func `a damaged end has no layout`() throws {
        let stream = try XZ.compress(TestContent.text(500).span.bytes)
        let index = stream.count - 12 - 8
        for position in index..<stream.count {
            var damaged = stream
            damaged[position] ^= 0x10
            let failure = #expect(throws: Failure.self, "byte \(position)") { try layout(damaged) }
            #expect(failure?.message.contains("byte ") == true)
        }
        for count in [0, 12, 31, stream.count - 4] {
            #expect(throws: Failure.self) { try layout(Array(stream.prefix(count))) }
        }
        #expect(throws: Failure.self) { try layout([0, 0, 0, 0] + stream) }
    }

    @Test func `a dictionary beyond the limit is refused`() throws {
        let stream = try XZCommand.run(["-c", "--lzma2=preset=0,dict=128MiB"], on: TestContent.text(500)).output
        let failure = #expect(throws: Failure.self) { try decode(stream) }
        #expect(failure?.cause == "more memory is needed than is allowed")
    }
}
