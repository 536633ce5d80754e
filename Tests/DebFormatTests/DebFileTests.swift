import DebFormat
import Diagnostics
import Digests
import LinuxIO
import TarFormat
import TestSupport
import Testing
import XZ

/// All that a package's archive of files has.
func entries(_ file: DebFile) throws -> [DebFileEntry] {
    var entries: [DebFileEntry] = []
    try file.verify { entries.append($0) }
    return entries
}

/// Opens a package.
func open(_ path: String) throws -> DebFile { try DebFile(SharedFile(path: path).source()) }

@Suite struct DebFileTests {
    private var sample: SamplePackage {
        var sample = SamplePackage()
        sample.scripts = [.postinst: "#!/bin/sh\nexit 0\n", .prerm: "#!/bin/sh\nexit 0\n"]
        sample.conffiles = ["/etc/demo.conf"]
        sample.triggers = ["interest-noawait demo-restart"]
        return sample
    }

    @Test func `what the writer wrote is read back`() throws {
        try withScratch { scratch in
            let file = try open(try sample.write("demo.deb", in: scratch))
            #expect(file.formatVersion == "2.0")
            #expect(file.members.map(\.name) == ["debian-binary", "control.tar.gz", "data.tar.xz"])
            #expect(file.members.allSatisfy { $0.time == 946_684_800 && $0.mode == 0o100644 && $0.user == 0 })
            #expect(file.controlCompression == .gzip)
            guard case .xz(let layout) = file.dataCompression else {
                Issue.record("it isn't xz")
                return
            }
            let tar = try sample.tar()
            #expect(layout.contentSize == UInt64(tar.count))
            #expect(layout.blocks.count == (tar.count + 999) / 1000)
            #expect(file.control == sample.control)
            #expect(file.fields.package == "demo")
            #expect(file.fields.version == DebVersion("1.2~rc1-3"))
            #expect(file.fields.relations["Depends"]?.count == 2)
            #expect(file.scripts.keys.sorted() == ["postinst", "prerm"])
            #expect(file.conffiles.map(\.path) == ["/etc/demo.conf"])
            #expect(file.conffiles.map(\.isRemovedOnUpgrade) == [false])
            #expect(file.triggers.map(\.name) == ["demo-restart"])
            #expect(file.md5sums?.map(\.path) == ["/opt/demo/a b", "/opt/demo/bin/run", "/opt/demo/ünïcode"])
            #expect(file.warnings.isEmpty)

            let found = try entries(file)
            #expect(found.map(\.path) == ["/"] + sample.content.map(\.path))
            for (index, entry) in found.dropFirst().enumerated() {
                #expect(try entry.header == sample.package.tarEntry(at: index))
            }
            let run = found.first { $0.path == "/opt/demo/bin/run" }
            #expect(run?.digests?.sha256 == SHA256.digest(Array("#!/bin/sh\nexit 0\n".utf8)))
            let contents = try file.verify()
            #expect(contents.warnings.isEmpty)
            #expect(contents.count == found.count)
            #expect(contents.fileSize == 3021)
            #expect(contents.plainSize == UInt64(tar.count))
        }
    }

    @Test(
        arguments: [
            ["-Zxz"], ["-Zgzip"], ["-Znone"], ["-Zxz", "--no-uniform-compression"], ["-Zxz", "-z9"],
            ["-Zgzip", "--no-uniform-compression", "-Sfixed"], ["-Zxz", "--threads-max=2"],
        ])
    func `packages that dpkg-deb built are read`(options: [String]) throws {
        try withScratch { scratch in
            let file = try open(try sample.buildWithDpkg("demo.deb", in: scratch, options: options))
            #expect(file.control == sample.control)
            #expect(
                file.controlFiles.map(\.name) == ["conffiles", "control", "md5sums", "postinst", "prerm", "triggers"])
            #expect(file.conffiles.count == 1)
            let found = try entries(file)
            #expect(found.map(\.path).sorted() == ["/"] + sample.content.map(\.path).sorted())
            #expect(try file.verify().warnings.isEmpty)
        }
    }

    @Test func `several names of one file are read as dpkg-deb writes them`() throws {
        try withScratch { scratch in
            let tree = "tree"
            try scratch.makeDirectories(tree + "/DEBIAN", mode: 0o755)
            try scratch.file(tree + "/DEBIAN/control", [.write, .create]).write(try sample.control.text())
            try scratch.file(tree + "/a", [.write, .create]).write("content")
            try run(["/bin/ln", PathText.join(scratch.path, "tree/a"), PathText.join(scratch.path, "tree/b")])
            try run(["/usr/bin/mkfifo", PathText.join(scratch.path, "tree/pipe")])
            let path = PathText.join(scratch.path, "x.deb")
            try run(["/usr/bin/dpkg-deb", "-Zxz", "-b", PathText.join(scratch.path, tree), path])
            let file = try open(path)
            #expect(file.md5sums == nil)
            let found = try entries(file)
            #expect(found.map(\.path) == ["/", "/a", "/b", "/pipe"])
            #expect(found[2].header.content == .hardLink(target: "./a"))
            #expect(found[2].digests == found[1].digests)
            #expect(found[3].header.content == .pipe)
        }
    }

    @Test func `zstd and what else isn't supported is refused by name`() throws {
        try withScratch { scratch in
            let path = try sample.buildWithDpkg("demo.deb", in: scratch, options: ["-Zzstd"])
            let failure = #expect(throws: Failure.self) { try open(path) }
            #expect(failure?.message.contains("control.tar.zst") == true)
            #expect(failure?.message.contains("isn't supported") == true)
            #expect(failure?.code == .failed)
        }
    }
}
