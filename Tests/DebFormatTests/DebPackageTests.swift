import DebFormat
import Diagnostics
import LinuxIO
import TestSupport
import Testing
import XZ

@Suite struct DebPackageTests {
    /// The failure of starting to write.
    private func failure(_ change: (inout SamplePackage) -> Void) throws -> Failure? {
        var failure: Failure?
        try withScratch { scratch in
            var sample = SamplePackage()
            change(&sample)
            failure = #expect(throws: Failure.self) { try sample.write("demo.deb", in: scratch) }
            let names = try scratch.names()
            #expect(names.isEmpty)
        }
        return failure
    }

    @Test(
        arguments: [
            "etc", "/", "/etc/", "//x", "/./x", "/.", "/..", "/opt/../x", "/opt//x", "/opt/./x", "/nowhere/x",
            "/opt/demo/current/x", "/opt/demo/bin/run/x", "/opt/demo", "", "/opt/a\nb", "/opt/a\0b",
        ])
    func `paths that dpkg can't take are refused, with the path`(path: String) throws {
        let failure = try failure { sample in
            sample.content.append((path, .file("x"), 0o644))
            sample.content.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        }
        #expect(failure?.code == .usage)
        #expect(failure?.message.contains(PathText.display(path)) == true)
    }

    @Test func `an order that isn't that of the bytes is refused`() throws {
        let failure = try failure { $0.content.swapAt(2, 0) }
        #expect(failure?.code == .usage)
    }

    @Test func `names that differ in their bytes only are two`() throws {
        try withScratch { scratch in
            let sample = SamplePackage(
                files: [
                    ("/e\u{301}", .directory, 0o755), ("/e\u{301}/x", .file("1"), 0o644),
                    ("/\u{e9}", .file("2"), 0o644),
                ])
            let file = try open(try sample.write("demo.deb", in: scratch))
            #expect(file.md5sums?.count == 2)
            #expect(try file.verify().count == 4)
        }
    }

    @Test(
        arguments: [
            ("Package", "a b"), ("Package", nil), ("Version", "v1"), ("Version", nil), ("Architecture", "am d"),
            ("Architecture", nil), ("Maintainer", nil), ("Description", nil), ("Depends", "a (1)"),
            ("Conflicts", "a | b"), ("Multi-Arch", "maybe"), ("Installed-Size", "x"), ("X-Y", "a\u{1}"), ("X:", "y"),
        ])
    func `fields that dpkg can't take are refused, with the field`(name: String, value: String?) throws {
        let failure = try failure { $0.control[name] = value }
        #expect(failure?.code == .usage)
        #expect(failure?.message.contains(name) == true, "\(failure?.message ?? "")")
    }

    @Test(arguments: ["/etc", "/etc/other", "etc/demo.conf", "/opt/demo/current"])
    func `configuration files are files of the package`(path: String) throws {
        let failure = try failure { $0.conffiles = [path] }
        #expect(failure?.message.contains(path) == true)
    }

    @Test func `a configuration file or trigger that is wrong is refused`() throws {
        #expect(try failure { $0.conffiles = ["/etc/demo.conf", "/etc/demo.conf"] }?.code == .usage)
        #expect(try failure { $0.triggers = ["watch x"] }?.message.contains("watch x") == true)
    }

    @Test func `the installed size counts as dpkg-gencontrol does`() throws {
        // The top, four directories, files of 0, 4, 17 and 3000 bytes, a link.
        let entries = try SamplePackage().package.entries
        #expect(DebPackage.installedSize(entries) == 11)
    }

    private func abandon(in scratch: borrowing Directory) throws {
        let tar = try SamplePackage().tar()
        var writer = try DebWriter(replacing: "demo.deb", in: scratch, package: SamplePackage().package)
        var encoder = try XZBlockEncoder()
        let block = try encoder.encode(tar.span.bytes, chain: .lzma2)
        _ = try writer.append(block.bytes, size: block.size)
    }

    @Test func `a package that isn't finished leaves nothing, an old one stays`() throws {
        try withScratch { scratch in
            try scratch.file("demo.deb", [.write, .create]).write("old")
            try abandon(in: scratch)
            let names = try scratch.names()
            #expect(names == ["demo.deb"])
            #expect(try scratch.status("demo.deb")?.size == 3)
        }
    }

    @Test func `equal packages have equal bytes`() throws {
        try withScratch { scratch in
            let first = try SharedFile(path: SamplePackage().write("1.deb", in: scratch)).source()
            let second = try SharedFile(path: SamplePackage().write("2.deb", in: scratch)).source()
            #expect(try first.read(Int(first.size), at: 0) == second.read(Int(second.size), at: 0))
        }
    }

    @Test func `archives of odd size are padded`() throws {
        try withScratch { scratch in
            var parities: Set<UInt64> = []
            // Of both archives only the one with the control files can be odd: xz is a multiple of 4 bytes.
            for count in 0..<8 {
                var sample = SamplePackage()
                sample.control["X-Filler"] = String(repeating: "q\(count)z", count: count + 1)
                let file = try open(try sample.write("demo.deb", in: scratch))
                parities.insert(file.controlMember.size % 2)
                #expect(file.source.size % 2 == 0)
                try file.verify()
            }
            #expect(parities == [0, 1])
        }
    }
}
