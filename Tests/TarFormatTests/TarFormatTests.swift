import Diagnostics
import TarFormat
import Testing

@Suite struct TarFormatTests {
    /// Reads an archive that arrives in pieces of at most `piece` bytes.
    private func read(_ tar: [UInt8], piece: Int = 300) throws -> [(entry: TarEntry, content: [UInt8])] {
        var position = 0
        var reader = TarReader(name: "data.tar") { buffer in
            let count = min(piece, buffer.count, tar.count - position)
            buffer.copyBytes(from: tar[position..<position + count])
            position += count
            return count
        }
        var found: [(entry: TarEntry, content: [UInt8])] = []
        while let member = try reader.next() {
            var content: [UInt8] = []
            // Every second content is left for the reader to skip.
            if found.count.isMultiple(of: 2) {
                var room = [UInt8](repeating: 0, count: 100)
                while true {
                    let count = try room.withUnsafeMutableBytes { try reader.readContent(into: $0) }
                    if count == 0 { break }
                    content += room[..<count]
                }
            }
            found.append((member.entry, content))
        }
        #expect(reader.position == UInt64(tar.count))
        return found
    }

    private func file(_ path: String, _ content: [UInt8]) throws -> [UInt8] {
        let entry = TarEntry(path: path, content: .file(size: UInt64(content.count)), mode: 0o644, time: 946_684_800)
        return try entry.header() + content
            + [UInt8](repeating: 0, count: Tar.padding(after: UInt64(content.count)))
    }

    /// A header with its check sum made right again.
    private func mend(_ header: [UInt8]) -> [UInt8] {
        var header = header
        header.replaceSubrange(148..<156, with: [UInt8](repeating: 0x20, count: 8))
        let sum = header[..<512].reduce(0) { $0 + Int($1) }
        let digits = String(sum, radix: 8)
        let text = String(repeating: "0", count: 6 - digits.count) + digits
        header.replaceSubrange(148..<156, with: Array(text.utf8) + [0, 0x20])
        return header
    }

    @Test func `every kind of path is read as it was written`() throws {
        let long = String(repeating: "né/", count: 60)
        var entries = [
            TarEntry(path: "./", content: .directory, mode: 0o755, time: 0),
            TarEntry(path: "./a b", content: .file(size: 0), mode: 0o4755, time: 1),
            TarEntry(path: "./" + long, content: .directory, mode: 0o700, time: 2),
            TarEntry(path: "./" + long + "l", content: .link(target: long + "x"), mode: 0o777, time: 3),
            TarEntry(path: "./h", content: .hardLink(target: "./a b"), mode: 0o644, time: 4),
            TarEntry(path: "./c", content: .characterDevice(major: 5, minor: 1), mode: 0o600, time: 5),
            TarEntry(path: "./d", content: .blockDevice(major: 8, minor: 0o7_777), mode: 0o600, time: 6),
            TarEntry(path: "./p", content: .pipe, mode: 0o600, time: 0o777_7777_7777),
            TarEntry(path: "./" + String(repeating: "z", count: 98), content: .directory, mode: 0, time: 7),
            TarEntry(path: "./" + String(repeating: "z", count: 99), content: .directory, mode: 0, time: 7),
        ]
        entries[1].user = 1000
        entries[1].group = 0o777_7777
        entries[1].userName = "someone"
        entries[1].groupName = String(repeating: "g", count: 31)
        var tar: [UInt8] = []
        for entry in entries { tar += try entry.header() }
        #expect(try read(tar + Tar.end).map(\.entry) == entries)
        #expect(try entries[8].header().count == 512)
        #expect(try entries[9].header().count == 3 * 512)
    }

    @Test func `contents are read or skipped`() throws {
        let sizes = [0, 1, 511, 512, 513, 5000, 7, 70_000]
        var tar: [UInt8] = []
        for size in sizes { tar += try file("./\(size)", (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }) }
        for zeros in [0, 512, 10_240] {
            let found = try read(tar + Tar.end + [UInt8](repeating: 0, count: zeros))
            #expect(found.map(\.entry.fileSize) == sizes.map(UInt64.init))
            #expect(found[4].content == (0..<513).map { UInt8(truncatingIfNeeded: $0 &* 7) })
        }
    }

    @Test(arguments: ["a\nb", "a\0b", ""]) func `names that dpkg can't take aren't written`(name: String) {
        for entry in [
            TarEntry(path: name, content: .directory, mode: 0, time: 0),
            TarEntry(path: "./l", content: .link(target: name), mode: 0, time: 0),
        ] {
            let failure = #expect(throws: Failure.self) { try entry.header() }
            #expect(failure?.code == .usage)
        }
    }

    @Test func `numbers that don't fit aren't written`() throws {
        let good = TarEntry(path: "./big", content: .file(size: Tar.maximumSize), mode: 0o644, time: 0)
        #expect(try good.header().count == 512)
        var large = good
        large.content = .file(size: Tar.maximumSize + 1)
        let failure = #expect(throws: Failure.self) { try large.header() }
        #expect(failure?.message.contains("./big") == true)
        var early = good
        early.time = -1
        var late = good
        late.time = Int64(Tar.maximumSize) + 1
        var owned = good
        owned.userName = String(repeating: "u", count: 32)
        var numbered = good
        numbered.user = 0o1000_0000
        for entry in [early, late, owned, numbered] { #expect(throws: Failure.self) { try entry.header() } }
    }

    @Test func `every cut and every flipped bit of a header is noticed with its offset`() throws {
        let tar = try file("./a", Array("abc".utf8)) + Tar.end
        for position in 0..<512 {
            for bit in 0..<8 {
                var damaged = tar
                damaged[position] ^= 1 << UInt8(bit)
                // A blank behind or before the check sum is as good as a NUL or a zero.
                if position == 155 || position == 154 || (position == 148 && bit == 4) { continue }
                let failure = #expect(throws: Failure.self, "byte \(position) bit \(bit)") { try read(damaged) }
                #expect(failure?.code == .integrity)
                #expect(failure?.message.contains("at byte ") == true)
            }
        }
        for count in 0..<tar.count {
            let failure = #expect(throws: Failure.self, "cut to \(count)") { try read(Array(tar.prefix(count))) }
            #expect(failure?.message.contains("at byte ") == true)
        }
    }

    @Test(arguments: Array("xgSMVDXA7NZ\u{1}".utf8)) func `types that dpkg refuses are refused`(type: UInt8) throws {
        var header = try file("./a", [])
        header[156] = type
        let failure = #expect(throws: Failure.self) { try read(mend(header) + Tar.end) }
        #expect(failure?.message.contains("type") == true)
        #expect(failure?.message.contains("at byte 156") == true)
    }

    @Test func `hostile fields are refused`() throws {
        let header = try file("./a", [])
        let cases: [(Range<Int>, [UInt8], String)] = [
            (124..<136, [UInt8](repeating: 0xFF, count: 12), "size below 0"),
            (124..<136, [0x80] + [UInt8](repeating: 0xFF, count: 11), "size beyond 64 bits"),
            (124..<136, [0x80, 0, 0, 0, 0xFF] + [UInt8](repeating: 0xFF, count: 7), "size beyond 64 bits"),
            (124..<136, Array("0000000009\0\0".utf8), "size that is no octal"),
            (124..<136, [UInt8](repeating: 0x20, count: 12), "size that is no octal"),
            (124..<136, Array("0000 0000000".utf8), "size that is no octal"),
            (136..<148, [0x80, 0, 0, 1] + [UInt8](repeating: 0, count: 8), "time beyond 64 bits"),
            (108..<116, [0x80, 0, 0, 1, 0, 0, 0, 0], "user ID 4294967296"),
            (0..<4, [0, 0, 0, 0], "empty name"),
            (0..<4, [0x2E, 0x2F, 0x0A, 0], "name with"),
            (0..<4, [0x2E, 0x2F, 0xFF, 0], "name with"),
            (265..<267, [0xC3, 0x28], "user name with"),
            (257..<265, Array("USTAR  \0".utf8), "unknown magic"),
            (156..<157, Array("2".utf8), "empty link target"),
            (156..<157, Array("1".utf8), "empty link target"),
        ]
        for (range, bytes, words) in cases {
            var damaged = header
            damaged.replaceSubrange(range, with: bytes)
            let failure = #expect(throws: Failure.self, "\(words)") { try read(mend(damaged) + Tar.end) }
            #expect(failure?.message.contains(words) == true, "\(failure?.message ?? "")")
        }
        var directory = try file("./a", [1])
        directory[156] = UInt8(ascii: "5")
        #expect(throws: Failure.self) { try read(mend(directory) + Tar.end) }
        var padded = try file("./a", [1])
        padded[1000] = 1
        #expect(throws: Failure.self) { try read(padded + Tar.end) }
        #expect(throws: Failure.self) { try read(try file("./a", []) + Tar.end + [0, 0, 1]) }
        #expect(throws: Failure.self) { try read(try file("./a", []) + Tar.end + [0, 0, 0]) }
        let zeros = [UInt8](repeating: 0, count: 2 << 20)
        #expect(throws: Failure.self) { try read(try file("./a", []) + Tar.end + zeros, piece: 1 << 16) }
        #expect(throws: Failure.self) { try read(try file("./a", []) + Tar.end.prefix(512)) }
    }

    @Test func `long names stand before exactly one header`() throws {
        let long = TarEntry(path: "./" + String(repeating: "n", count: 200), content: .pipe, mode: 0, time: 0)
        let name = try long.header().prefix(1024)
        let header = try long.header().suffix(512)
        #expect(try read(name + header + Tar.end).first?.entry == long)
        #expect(throws: Failure.self) { try read(name + name + header + Tar.end) }
        #expect(throws: Failure.self) { try read(name + Tar.end) }
        var huge = Array(name)
        huge.replaceSubrange(124..<136, with: Array("77777777777\0".utf8))
        let failure = #expect(throws: Failure.self) { try read(mend(huge) + header + Tar.end) }
        #expect(failure?.message.contains("long name of 8589934591 bytes") == true)
        var inner = Array(name)
        inner[520] = 0
        #expect(throws: Failure.self) { try read(inner + header + Tar.end) }
    }

    @Test func `ustar prefixes, old headers and binary numbers are understood`() throws {
        var posix = try file("./a", [])
        posix.replaceSubrange(257..<265, with: Array("ustar\u{0}00".utf8))
        posix.replaceSubrange(345..<348, with: Array("./p".utf8))
        #expect(try read(mend(posix) + Tar.end).first?.entry.path == "./p/./a")
        var old = try file("./a/", [])
        old.replaceSubrange(257..<512, with: [UInt8](repeating: 0, count: 255))
        old[156] = 0
        let directory = try read(mend(old) + Tar.end).first?.entry
        #expect(directory?.content == .directory)
        #expect(directory?.userName == "")
        var binary = try file("./a", [])
        binary.replaceSubrange(136..<148, with: [UInt8](repeating: 0xFF, count: 12))
        binary.replaceSubrange(108..<116, with: [0x80, 0, 0, 0, 0, 0x20, 0, 0])
        let entry = try read(mend(binary) + Tar.end).first?.entry
        #expect(entry?.time == -1)
        #expect(entry?.user == 0x200000)
    }
}
