import Diagnostics
import Glibc
import LinuxIO
import TestSupport
import Testing

@Suite struct LinuxIOTests {
    @Test func `a planted link below the directory is not followed`() throws {
        try withScratch { scratch in
            try scratch.makeDirectory("real")
            try scratch.makeLink("planted", target: "real")
            #expect(throws: Failure.self) { _ = try scratch.file("planted/x", [.write, .create]).number }
            #expect(throws: Failure.self) { _ = try scratch.file("../x", [.write, .create]).number }
            #expect(throws: Failure.self) { _ = try scratch.file("planted", .read).number }
            #expect(try scratch.linkTarget("planted") == "real")
        }
    }

    @Test func `a staged file shows only when it is committed`() throws {
        try withScratch { scratch in
            try scratch.file("f", [.write, .create]).write("old")
            do {
                let staged = try StagedFile(replacing: "f", in: scratch, mode: 0o640)
                try staged.write("new")
            }
            #expect(try scratch.file("f").readToEnd(limit: 10) == Array("old".utf8))
            #expect(try scratch.names() == ["f"])
            let staged = try StagedFile(replacing: "f", in: scratch, mode: 0o664)
            try staged.write("new")
            try staged.commit()
            #expect(try scratch.file("f").readToEnd(limit: 10) == Array("new".utf8))
            #expect(try scratch.status("f")?.mode == 0o664)
            #expect(try scratch.names() == ["f"])
        }
    }

    @Test func `what a killed process staged is replaced or removed`() throws {
        try withScratch { scratch in
            try scratch.makeDirectory("d")
            try scratch.file("d/.f.new", [.write, .create]).write("half of something larger")
            let staged = try StagedFile(replacing: "d/f", in: scratch, mode: 0o600)
            try staged.write("new")
            try staged.commit()
            #expect(try scratch.directory("d").names() == ["f"])
            #expect(try scratch.file("d/f").readToEnd(limit: 100) == Array("new".utf8))
            try scratch.file("d/.f.new", [.write, .create]).write("half")
            try StagedFile.removeStaged(for: "d/f", in: scratch)
            #expect(try scratch.directory("d").names() == ["f"])
            let contended = try StagedFile(replacing: "f", in: scratch, mode: 0o600, isContended: true)
            #expect(try scratch.names() == [".f.new-\(System.processID)", "d"])
            try contended.commit()
        }
    }

    @Test func `what killed processes staged under names of their own is removed, and nothing else`() throws {
        try withScratch { scratch in
            for name in [".f.new-99999999", ".f.new-1x", ".f.new", ".g.new-7", ".f.new-8"] {
                try scratch.file(name, [.write, .create]).write("half")
            }
            // Whoever lives has a lock.
            let other = try scratch.file(".f.new-8", .readWrite)
            #expect(try other.lock())
            let staged = try StagedFile(replacing: "f", in: scratch, mode: 0o600, isContended: true)
            try staged.commit()
            #expect(try scratch.names() == [".f.new", ".f.new-1x", ".f.new-8", ".g.new-7", "f"])
        }
    }

    @Test func `a directory has its mode under any umask`() throws {
        try withScratch { scratch in
            try scratch.makeDirectory("open", mode: 0o777)
            try scratch.makeDirectory("closed", mode: 0o700)
            #expect(try scratch.status("open")?.mode == 0o777)
            #expect(try scratch.status("closed")?.mode == 0o700)
        }
    }

    @Test func `a tree is removed without following its links`() throws {
        try withScratch { scratch in
            try scratch.makeDirectories("t/a/b")
            try scratch.makeDirectory("keep")
            try scratch.file("keep/x", [.write, .create]).write("1")
            try scratch.makeLink("t/a/out", target: "../../keep")
            #expect(try scratch.removeTree("t") == 4)
            #expect(try scratch.names() == ["keep"])
            #expect(try scratch.status("keep/x") != nil)
        }
    }

    @Test func `a tree with names that aren't UTF-8 is removed`() throws {
        try withScratch { scratch in
            try scratch.makeDirectory("t")
            let name: [CChar] = [97, -1, 98, 0]
            let top = try scratch.directory("t")
            try #require(mkdirat(top.descriptor.number, name, 0o700) == 0)
            let number = openat(top.descriptor.number, name, O_RDONLY | O_DIRECTORY)
            try #require(number >= 0)
            let inner = FileDescriptor(adopting: number, path: "inner")
            try #require(symlinkat("x", inner.number, name) == 0)
            #expect(try scratch.removeTree("t") == 3)
            #expect(try scratch.names().isEmpty)
        }
    }

    @Test func `a link that others could change is refused on the way to a root`() throws {
        try withScratch { scratch in
            try scratch.makeDirectory("opt")
            try scratch.makeDirectory("data")
            try scratch.makeLink("opt/to", target: "/data")
            #expect(try TrustedPath.open("/opt/to/p", base: scratch, creating: true).created == ["/data/p"])
            try scratch.directory("opt").descriptor.setMode(0o777)
            #expect(throws: Failure.self) {
                _ = try TrustedPath.open("/opt/to/p", base: scratch, creating: true).created
            }
        }
    }

    @Test func `a program's outputs, status and time limit are seen`() throws {
        let result = try Subprocess.run(["/bin/sh", "-c", "cat; echo err >&2; exit 3"], input: Array("in".utf8))
        #expect(result.status == 3)
        #expect(result.text == "in")
        #expect(result.errorText == "err\n")
        #expect(try Subprocess.run(["/bin/sleep", "60"], timeout: 0).isTimedOut)
        #expect(throws: Failure.self) { try Subprocess.run(["/nonexistent"]) }
    }

    @Test func `threads all run and the lowest failure is thrown`() throws {
        let counter = Monitor(0)
        try Threads.run(4) { _ in counter.with { $0 += 1 } }
        #expect(counter.with { $0 } == 4)
        #expect(throws: Failure(.failed, "1")) {
            try Threads.run(3) { index throws(Failure) in if index > 0 { throw Failure(.failed, "\(index)") } }
        }
    }

    @Test func `a second holder finds the lock taken`() throws {
        try withScratch { scratch in
            let first = try scratch.directory("")
            #expect(try first.descriptor.lock())
            #expect(try Directory.open(scratch.path).descriptor.lock() == false)
        }
    }

    @Test func `control characters of a path are shown escaped`() {
        #expect(PathText.display("a\nb\u{1b}[2J") == "a\\nb\\x1b[2J")
        #expect(
            PathText.display("a\u{202E}\u{2066}gpj.exe\u{2028}\u{9B}") == "a\\u{202e}\\u{2066}gpj.exe\\u{2028}\\x9b")
        #expect(PathText.parent("/a") == "/")
        #expect(PathText.parent("a/b") == "a")
    }
}
