import Decompression
import Diagnostics
import LinuxIO
import Testing

@testable import DebFormat

@Suite struct LimitTests {
    /// Reads a member to its end.
    private func read(_ bytes: [UInt8], _ compression: DebCompression, limit: UInt64) throws -> UInt64 {
        let member = DebMember(
            name: "data.tar", offset: 0, size: UInt64(bytes.count), time: 0, mode: 0, user: 0, group: 0)
        let source = ByteSource(bytes, name: "x.deb")
        let reader = try PlainReader(member, of: source, compression: compression, limit: limit)
        var room = [UInt8](repeating: 0, count: 1 << 16)
        while try room.withUnsafeMutableBytes({ try reader.read(into: $0) }) > 0 {}
        return reader.produced
    }

    @Test(arguments: ["none", "gzip", "xz"]) func `nothing unpacks to more than its limit`(name: String) throws {
        let content = [UInt8](repeating: 0, count: 3_000_000)
        var (bytes, compression) = (content, DebCompression.none)
        if name == "gzip" { (bytes, compression) = (try RawDeb.gzip(content), .gzip) }
        if name == "xz" {
            let file = try DebFile(
                ByteSource(RawDeb(data: RawDeb.xz(RawDeb.data()), dataName: "data.tar.xz").bytes, name: "x.deb"))
            (bytes, compression) = (try RawDeb.xz(content), file.dataCompression)
        }
        #expect(try read(bytes, compression, limit: 3_000_000) == 3_000_000)
        let failure = #expect(throws: Failure.self) { try read(bytes, compression, limit: 2_999_999) }
        #expect(failure?.cause?.contains("more than 2999999 bytes") == true)
        #expect(failure?.code == .integrity)
    }

    @Test func `the limit of the files follows their packed size`() {
        #expect(UnpackedLimit.bytes(packed: 0) == 1 << 30)
        #expect(UnpackedLimit.bytes(packed: 10 << 30) == 1 << 40)
        #expect(UnpackedLimit.bytes(packed: .max) == 1 << 40)
        #expect(UnpackedLimit.bytes(packed: 1000) == 200_000 + (1 << 30))
    }

    @Test func `a path can't have parents without end`() throws {
        let deep = try (0..<20).flatMap { try RawDeb.file("./\($0)/" + String(repeating: "a/", count: 2000) + "x", "") }
        let failure = RawDeb.failure(try RawDeb(data: RawDeb.data([deep])).bytes)
        #expect(failure?.message.contains("more paths than a package can have") == true)
    }
}
