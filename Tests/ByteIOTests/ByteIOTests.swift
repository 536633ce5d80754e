import ByteIO
import Diagnostics
import Testing

@Suite struct ByteIOTests {
    @Test func `numbers are written in the byte order that the call names`() {
        var writer = ByteWriter()
        writer.put(littleEndian: UInt32(0x0102_0304))
        writer.put(bigEndian: UInt16(0x0506))
        writer.putZeros(1)
        #expect(writer.bytes == [4, 3, 2, 1, 5, 6, 0])
    }

    @Test func `what was written reads back, and no further`() throws {
        var reader = ByteReader([4, 3, 2, 1, 5, 6, 7], name: "test")
        #expect(try reader.take(littleEndian: UInt32.self) == 0x0102_0304)
        #expect(try reader.take(bigEndian: UInt16.self) == 0x0506)
        #expect(throws: Failure.self) { try reader.finish() }
        #expect(throws: Failure.self) { try reader.take(2) }
        #expect(try reader.take(1) == [7])
        try reader.finish()
    }
}
