import Diagnostics
import Testing
import XZ

@Suite struct BlockTests {
    @Test(arguments: XZFilterChain.allCases, [0, 1, 3, 4, 65_535, 65_536, 65_537, 300_000])
    func `a block decodes to its content`(chain: XZFilterChain, size: Int) throws {
        for content in [TestContent.text(size), TestContent.random(size)] {
            let block = try content.block(chain)
            #expect(block.size.contentSize == UInt64(size))
            #expect(block.size.storedSize == UInt64(block.bytes.count))
            #expect(try block.bytes.decoded(contentSize: size) == content)
            #expect(try block.bytes.decodedSize(contentSize: size) == block.size)
        }
    }

    @Test func `what was encoded before doesn't show in a block`() throws {
        let contents = [TestContent.text(200_000), TestContent.random(100_000), try TestContent.program()]
        var encoder = try XZBlockEncoder()
        for content in contents + contents.reversed() {
            for chain in XZFilterChain.allCases {
                let reused = try encoder.encode(content.span.bytes, chain: chain)
                let fresh = try content.block(chain)
                #expect(reused.bytes == fresh.bytes && reused.size == fresh.size)
            }
        }
    }

    @Test func `one decoder decodes blocks of all chains in turn`() throws {
        var decoder = XZBlockDecoder()
        let program = try TestContent.program()
        for chain in XZFilterChain.allCases + XZFilterChain.allCases.reversed() {
            let block = try program.block(chain)
            var content = [UInt8](repeating: 0, count: program.count)
            _ = try content.withUnsafeMutableBytes { room in try decoder.decode(block.bytes.span.bytes, into: room) }
            #expect(content == program)
        }
    }

    @Test func `the x86 filter makes machine code smaller`() throws {
        let program = try TestContent.program()
        #expect(try program.block(.x86ThenLZMA2).bytes.count < program.block(.lzma2).bytes.count * 97 / 100)
    }

    @Test(arguments: XZFilterChain.allCases) func `every flipped bit is noticed`(chain: XZFilterChain) throws {
        let content = TestContent.text(300)
        let block = try content.block(chain)
        for position in block.bytes.indices {
            for bit in 0..<8 {
                var damaged = block.bytes
                damaged[position] ^= 1 << bit
                let failure = #expect(throws: Failure.self) { try damaged.decoded(contentSize: content.count) }
                #expect(failure?.code == .integrity, "byte \(position), bit \(bit)")
            }
        }
    }

    @Test func `a block must have exactly its bytes`() throws {
        let content = TestContent.text(5000)
        let block = try content.block().bytes
        for count in 0..<block.count {
            #expect(throws: Failure.self, "cut to \(count)") {
                try Array(block.prefix(count)).decoded(contentSize: content.count)
            }
        }
        for extra in 1...8 {
            #expect(throws: Failure.self) {
                try (block + [UInt8](repeating: 0, count: extra)).decoded(contentSize: content.count)
            }
        }
    }

    @Test func `a block must have exactly the expected content`() throws {
        let block = try TestContent.text(5000).block().bytes
        for size in [0, 1, 4999, 5001, 10_000] {
            let failure = #expect(throws: Failure.self) { try block.decoded(contentSize: size) }
            #expect(failure?.code == .integrity)
        }
        #expect(throws: Failure.self) { try [UInt8]().decoded(contentSize: 0) }
    }

    @Test func `a block that asks for much memory is refused`() throws {
        // The dictionary size of the LZMA2 filter, 8 MiB, becomes 64 MiB; then the header's CRC32 is made right.
        var block = try TestContent.text(5000).block().bytes
        let headerSize = (Int(block[0]) + 1) * 4
        let property = try #require(block[..<headerSize].indices.first { block[$0] == 0x21 && block[$0 + 1] == 1 }) + 2
        #expect(block[property] == 22)
        block[property] = 28
        let sum = crc32(block[..<(headerSize - 4)])
        for index in 0..<4 { block[headerSize - 4 + index] = UInt8(truncatingIfNeeded: sum >> (8 * UInt32(index))) }
        let failure = #expect(throws: Failure.self) { try block.decoded(contentSize: 5000) }
        #expect(failure?.cause?.contains("memory") == true)
    }

    private func crc32(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var sum: UInt32 = .max
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
        }
        return ~sum
    }
}
