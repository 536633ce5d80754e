import DebFormat
import Diagnostics
import LinuxIO
import TarFormat
import TestSupport
import Testing

/// Our package beside dpkg-deb's of the same tree and control files: every difference, with its reason.
///
/// 1. `data.tar`: the order. Ours is that of the paths' bytes; dpkg-deb walks directory by directory and puts symbolic links
///    last. dpkg keeps links for the end itself (lib/dpkg/tarfn.c, `tar_extractor`), so the order changes nothing, and the
///    payload's order is shared with the other formats.
/// 2. Both tar archives: ours end with two blocks of zeros, GNU tar fills up to 10240 bytes. Nothing reads them.
/// 3. `data.tar.xz`: ours is cut into blocks that were compressed once and are shared with the other formats.
/// 4. ar: the sizes of both archives, which follow from 2 and 3.
@Suite struct DpkgComparisonTests {
    private struct Parts {
        let ar: [UInt8]
        let members: [String: [UInt8]]
    }

    /// The ar headers with blanks in place of the archives' sizes, and the members.
    private func parts(_ path: String) throws -> Parts {
        let source = try SharedFile(path: path).source()
        var members: [String: [UInt8]] = [:]
        var ar = try source.read(8, at: 0)
        for member in try DebFile(source).members {
            members[member.name] = try source.read(Int(member.size), at: member.offset)
            var header = try source.read(60, at: member.offset - 60)
            if member.name != "debian-binary" { header.replaceSubrange(48..<58, with: Array("    sizes ".utf8)) }
            ar += header
        }
        return Parts(ar: ar, members: members)
    }

    /// A tar archive's members, header, content and padding each, by the bytes of the path.
    private func members(_ tar: [UInt8]) throws -> (order: [String], bytes: [[UInt8]: [UInt8]]) {
        var position = 0
        var reader = TarReader(name: "tar") { buffer in
            let count = min(buffer.count, tar.count - position)
            buffer.copyBytes(from: tar[position..<position + count])
            position += count
            return count
        }
        var order: [String] = []
        var bytes: [[UInt8]: [UInt8]] = [:]
        var start = 0
        while let member = try reader.next() {
            let size = Int(member.entry.fileSize)
            let end = Int(member.offset) + 512 + size + Tar.padding(after: UInt64(size))
            order.append(member.entry.path)
            bytes[Array(member.entry.path.utf8)] = Array(tar[start..<end])
            start = end
        }
        #expect(tar[start...].allSatisfy { $0 == 0 })
        return (order, bytes)
    }

    private func decode(_ bytes: [UInt8], with program: String) throws -> [UInt8] {
        let result = try Subprocess.run(["/usr/bin/" + program, "-dc"], input: bytes, limit: 1 << 24)
        try #require(result.status == 0, "\(result.errorText)")
        return result.output
    }

    private func both(
        _ name: String, _ ours: Parts, _ theirs: Parts, with program: String
    ) throws -> ([UInt8], [UInt8]) {
        let packed = try (#require(ours.members[name]), #require(theirs.members[name]))
        return try (decode(packed.0, with: program), decode(packed.1, with: program))
    }

    private func compare(_ sample: SamplePackage) throws {
        try withScratch { scratch in
            let ours = try parts(try sample.write("ours.deb", in: scratch))
            let theirs = try parts(
                try sample.buildWithDpkg(
                    "theirs.deb", in: scratch, options: ["-Zxz", "--no-uniform-compression"]))
            #expect(ours.ar == theirs.ar)
            #expect(ours.members.keys.sorted() == theirs.members.keys.sorted())
            #expect(ours.members["debian-binary"] == theirs.members["debian-binary"])

            let control = try both("control.tar.gz", ours, theirs, with: "gzip")
            #expect(ours.members["control.tar.gz"]?.prefix(10) == theirs.members["control.tar.gz"]?.prefix(10))
            #expect(control.1.starts(with: control.0))
            #expect(control.1.dropFirst(control.0.count).allSatisfy { $0 == 0 })
            #expect(control.1.count % 10_240 == 0)

            let data = try both("data.tar.xz", ours, theirs, with: "xz")
            let tars = try (members(data.0), members(data.1))
            #expect(tars.0.bytes == tars.1.bytes)
            // The order, byte for byte and with links last.
            #expect(tars.0.order.dropFirst().elementsEqual(sample.content.map(Self.tarPath)))
            let links = Set(
                sample.content.filter { if case .link = $0.content { true } else { false } }.map(Self.tarPath))
            #expect(tars.1.order.filter { links.contains($0) } == Array(tars.1.order.suffix(links.count)))
            #expect(data.0.count == tars.0.bytes.values.reduce(1024) { $0 + $1.count })
            #expect(data.1.count % 10_240 == 0)
        }
    }

    private static func tarPath(_ entry: (path: String, content: SamplePackage.Content, mode: UInt32)) -> String {
        if case .directory = entry.content { "." + entry.path + "/" } else { "." + entry.path }
    }

    @Test func `the usual package differs in nothing else`() throws {
        var sample = SamplePackage()
        for script in DebScript.allCases { sample.scripts[script] = "#!/bin/sh\n# \(script)\nexit 0\n" }
        sample.conffiles = ["/etc/demo.conf"]
        sample.triggers = ["interest-noawait demo-restart", "activate-noawait ldconfig"]
        try compare(sample)
    }

    @Test func `long and odd names differ in nothing else`() throws {
        let name = String(repeating: "n", count: 120)
        let accents = String(repeating: "é", count: 60)
        var content: [(String, SamplePackage.Content, UInt32)] = [
            ("/opt", .directory, 0o755), ("/opt/\(name)", .directory, 0o700),
            ("/opt/\(name)/\(name)", .file(String(repeating: "y", count: 512)), 0o644),
            ("/opt/\(name)/link", .link("../\(name)/\(name)"), 0o777),
            ("/opt/\(accents)", .file("é"), 0o640), ("/opt/short", .link(accents + accents), 0o777),
            ("/opt/ leading and trailing ", .file("b"), 0o644), ("/opt/back\\slash", .file("c"), 0o644),
            ("/opt/\"quotes'$(x)`", .file("d"), 0o755), ("/opt/tab\there", .file("e"), 0o644),
            ("/opt/-dash", .directory, 0o1777), ("/opt/nfc é", .file("f"), 0o644),
            ("/opt/nfc e\u{301}", .file("g"), 0o644), ("/opt/\u{301}", .file("h"), 0o644),
        ]
        // Names around the 100 bytes of a header's field, with "./" before and "/" behind.
        for count in 91...96 {
            content.append(("/opt/" + String(repeating: "f", count: count), .file("\(count)"), 0o644))
            content.append(("/opt/" + String(repeating: "d", count: count), .directory, 0o755))
            content.append(("/opt/l\(count)", .link(String(repeating: "t", count: count + 6)), 0o777))
        }
        content.sort { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
        try compare(SamplePackage(files: content))
    }

    @Test func `one file, and nothing at all, differ in nothing else`() throws {
        try compare(SamplePackage(files: [("/one", .file("1"), 0o755)]))
        try compare(SamplePackage(files: []))
    }
}
