import Diagnostics
import LinuxIO
import Testing
import XZ

@testable import ClientMatrix

@Suite struct DebFactsTests {
    private func ar(_ members: [(String, [UInt8])]) -> ByteSource {
        var bytes = Array("!<arch>\n".utf8)
        for (name, content) in members {
            func field(_ text: String, _ size: Int) -> [UInt8] {
                Array((text + String(repeating: " ", count: size - text.utf8.count)).utf8)
            }
            bytes += field(name, 16) + field("0", 12) + field("0", 6) + field("0", 6) + field("100644", 8)
            bytes += field("\(content.count)", 10) + Array("`\n".utf8) + content
            if content.count % 2 == 1 { bytes.append(0x0A) }
        }
        return ByteSource(bytes, name: "x.deb")
    }

    /// A member of a tar archive, as GNU tar writes it.
    private func entry(_ name: String, _ content: [UInt8] = [], type: UInt8 = 0x30, size: String? = nil) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, _ place: Int) {
            block.replaceSubrange(place..<place + text.utf8.count, with: text.utf8)
        }
        func octal(_ number: Int, _ width: Int) -> String {
            let digits = String(number, radix: 8)
            return String(repeating: "0", count: width - digits.count) + digits
        }
        put(name, 0)
        put(type == 0x35 ? "0000755" : "0000644", 100)
        put("0000000", 108)
        put("0000000", 116)
        put(size ?? octal(content.count, 11), 124)
        put("00000000000", 136)
        block[156] = type
        put("ustar  ", 257)
        put("root", 265)
        put("root", 297)
        put("        ", 148)
        put(octal(block.reduce(0) { $0 + Int($1) }, 6) + "\0 ", 148)
        return block + content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }

    private static let end = [UInt8](repeating: 0, count: 1024)

    private func control(_ fields: String = "", conffiles: String? = nil) -> [UInt8] {
        let text =
            "Package: demo\nVersion: 1.0\nArchitecture: amd64\nMaintainer: D <d@example.com>\n" + fields
            + "Description: d\n"
        var tar = entry("./", type: 0x35) + entry("./control", Array(text.utf8))
        if let conffiles { tar += entry("./conffiles", Array(conffiles.utf8)) }
        return tar + Self.end
    }

    private var data: [UInt8] {
        entry("./", type: 0x35) + entry("./etc/", type: 0x35) + entry("./etc/demo", Array("demo\n".utf8)) + Self.end
    }

    private func package(
        _ controlName: String = "control.tar", _ control: [UInt8]? = nil, _ dataName: String = "data.tar",
        _ data: [UInt8]? = nil
    ) -> ByteSource {
        ar([
            ("debian-binary", Array("2.0\n".utf8)), (controlName, control ?? self.control()),
            (dataName, data ?? self.data),
        ])
    }

    @Test func `compressions are those of the members`() throws {
        let plain = try DebFacts(package())
        #expect(plain.control.compression == "none" && plain.data.compression == "none" && plain.largestFile == 5)
        let zstd = try DebFacts(package("control.tar.zst", [1, 2], "data.tar.zst", [3, 4]))
        #expect(zstd.control == .init(name: "control.tar.zst", compression: "zstd", filters: []))
        #expect(zstd.data.compression == "zstd" && !zstd.removesConffiles)
        let stream = try XZ.compress(data.span.bytes)
        let packed = try DebFacts(package("control.tar", nil, "data.tar.xz", stream))
        #expect(packed.data == .init(name: "data.tar.xz", compression: "xz") && packed.largestFile == 5)
        #expect(try DebFacts(package("control.tar.bz2", [1], "data.tar.lzma", [2])).control.compression == "bzip2")
    }

    @Test func `filters are those of the blocks`() throws {
        var encoder = try XZBlockEncoder()
        let blocks = [
            try encoder.encode(data.span.bytes, chain: .lzma2),
            try encoder.encode(data.span.bytes, chain: .x86ThenLZMA2),
            try encoder.encode(data.span.bytes, chain: .stored),
        ]
        let frame = try XZFrame(blocks: blocks.map(\.size))
        let stream = frame.header + blocks.flatMap(\.bytes) + frame.index + frame.footer
        #expect(try XZFilter.all(in: ByteSource(stream, name: "it")) == [.lzma2, .x86])
        var broken = stream
        broken[12] = 0xFF
        #expect(throws: Failure.self) { try XZFilter.all(in: ByteSource(broken, name: "it")) }
    }

    @Test func `headers that dpkg refuses are found`() throws {
        let pax = entry("./PaxHeaders/x", Array("20 path=./opt/demo\n\n".utf8), type: 0x78) + data
        let facts = try DebFacts(package("control.tar", nil, "data.tar", pax))
        #expect(facts.data.foreignType == "x" && facts.control.foreignType == nil)
        let longName = entry("././@LongLink", [UInt8](repeating: 0x61, count: 120) + [0], type: 0x4C) + data
        #expect(try DebFacts(package("control.tar", nil, "data.tar", longName)).data.foreignType == nil)
    }

    @Test func `fields that old releases don't know are found`() throws {
        let facts = try DebFacts(
            package("control.tar", control("Provides: virtual (= 1.0)\n", conffiles: "remove-on-upgrade /etc/old\n")))
        #expect(facts.hasVersionedProvides && facts.removesConffiles)
        let plain = try DebFacts(package("control.tar", control("Provides: virtual\n", conffiles: "/etc/demo\n")))
        #expect(!plain.hasVersionedProvides && !plain.removesConffiles)
    }

    @Test func `damage is an error`() throws {
        for source in [
            ByteSource(Array("hello".utf8), name: "x"), ar([("debian-binary", Array("2.0\n".utf8))]),
            package("control.tar", nil, "data.tar.xz", [1, 2, 3, 4]),
        ] {
            #expect(throws: Failure.self) { try DebFacts(source) }
        }
    }
}
