import Diagnostics
import Testing
import XZ

@Suite struct FrameTests {
    private let content = [TestContent.text(300_000), TestContent.random(70_000), [], TestContent.text(1)]

    private func blocks() throws -> [XZEncodedBlock] {
        try zip(content, [XZFilterChain.lzma2, .stored, .lzma2, .x86ThenLZMA2]).map { try $0.block($1) }
    }

    private func stream(_ blocks: [XZEncodedBlock]) throws -> [UInt8] {
        let frame = try XZFrame(blocks: blocks.map(\.size))
        return frame.header + blocks.flatMap(\.bytes) + frame.index + frame.footer
    }

    @Test func `xz accepts a stream of blocks and gives back the content`() throws {
        let program = try TestContent.program()
        let stream = try stream(blocks() + [program.block(.x86ThenLZMA2), program.block(.stored)])
        #expect(try XZCommand.run(["-t"], on: stream).status == 0)
        let plain = try XZCommand.run(["-dc"], on: stream)
        #expect(plain.status == 0)
        #expect(plain.output == content.flatMap { $0 } + program + program)
    }

    @Test func `xz accepts a stream without blocks`() throws {
        #expect(try XZCommand.run(["-t"], on: stream([])).status == 0)
    }

    @Test func `xz refuses a damaged stream`() throws {
        var stream = try stream(blocks())
        stream[stream.count / 2] ^= 1
        #expect(try XZCommand.run(["-qt"], on: stream).status != 0)
    }

    @Test func `a frame reads back`() throws {
        let frame = try XZFrame(blocks: blocks().map(\.size))
        let tail = frame.index + frame.footer
        #expect(frame.header.count == XZFrame.headerSize && frame.footer.count == XZFrame.footerSize)
        #expect(try XZFrame.indexSize(footer: frame.footer.span.bytes) == UInt64(frame.index.count))
        let read = try XZFrame(header: frame.header.span.bytes, tail: tail.span.bytes, maximumCount: 4)
        #expect(read == frame)
        let failure = #expect(throws: Failure.self) {
            try XZFrame(header: frame.header.span.bytes, tail: tail.span.bytes, maximumCount: 3)
        }
        #expect(failure?.code == .integrity)
    }

    @Test func `every flipped bit of a frame is noticed`() throws {
        let frame = try XZFrame(blocks: blocks().map(\.size))
        let bytes = frame.header + frame.index + frame.footer
        for position in bytes.indices {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[position] ^= 1 << bit
                let header = Array(damaged.prefix(XZFrame.headerSize))
                let tail = Array(damaged.dropFirst(XZFrame.headerSize))
                #expect(throws: Failure.self, "byte \(position), bit \(bit)") {
                    try XZFrame(header: header.span.bytes, tail: tail.span.bytes, maximumCount: 100)
                }
            }
        }
    }

    @Test func `bytes behind or missing from a frame are noticed`() throws {
        let frame = try XZFrame(blocks: blocks().map(\.size))
        let tail = frame.index + frame.footer
        for count in 0..<tail.count {
            let short = Array(tail.prefix(count))
            #expect(throws: Failure.self) {
                try XZFrame(header: frame.header.span.bytes, tail: short.span.bytes, maximumCount: 100)
            }
        }
        let long = tail + [0, 0, 0, 0]
        #expect(throws: Failure.self) {
            try XZFrame(header: frame.header.span.bytes, tail: long.span.bytes, maximumCount: 100)
        }
    }
}
