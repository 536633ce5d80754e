import Diagnostics
import Testing
import XZ

@Suite struct StreamTests {
    @Test(arguments: [0, 1, 1000, 200_000]) func `a stream decompresses to its content`(size: Int) throws {
        let content = TestContent.text(size)
        let stream = try XZ.compress(content.span.bytes)
        #expect(try XZ.decompress(stream: stream.span.bytes, limit: size) == content)
        #expect(try XZCommand.run(["-dc"], on: stream).output == content)
        #expect(try XZ.compress(content.span.bytes) == stream)
    }

    @Test func `a stream of several blocks decompresses`() throws {
        let blocks = try [TestContent.text(1000).block(), TestContent.random(1000).block(.stored)]
        let frame = try XZFrame(blocks: blocks.map(\.size))
        let stream = frame.header + blocks.flatMap(\.bytes) + frame.index + frame.footer
        let content = try XZ.decompress(stream: stream.span.bytes, limit: 2000)
        #expect(content == TestContent.text(1000) + TestContent.random(1000))
    }

    @Test func `a stream with more content than allowed is refused`() throws {
        let stream = try XZ.compress(TestContent.text(1001).span.bytes)
        let failure = #expect(throws: Failure.self) { try XZ.decompress(stream: stream.span.bytes, limit: 1000) }
        #expect(failure?.message.contains("1001") == true)
    }

    @Test func `damage, missing and extra bytes are noticed`() throws {
        let stream = try XZ.compress(TestContent.text(500).span.bytes)
        for position in stream.indices {
            var damaged = stream
            damaged[position] ^= 0x10
            let failure = #expect(throws: Failure.self, "byte \(position)") {
                try XZ.decompress(stream: damaged.span.bytes, limit: 500)
            }
            #expect(failure?.code == .integrity)
            #expect(throws: Failure.self, "cut to \(position)") {
                try XZ.decompress(stream: Array(stream.prefix(position)).span.bytes, limit: 500)
            }
        }
        for wrong in [stream + [0, 0, 0, 0], [0, 0, 0, 0] + stream, stream + stream] {
            #expect(throws: Failure.self) { try XZ.decompress(stream: wrong.span.bytes, limit: 5000) }
        }
    }

    @Test func `a stream with another check is refused`() throws {
        let foreign = try XZCommand.run(["-c", "--check=crc32"], on: TestContent.text(500)).output
        #expect(throws: Failure.self) { try XZ.decompress(stream: foreign.span.bytes, limit: 500) }
    }

    @Test func `the library has a version`() {
        #expect(XZ.libraryVersion.hasPrefix("5."))
    }
}
