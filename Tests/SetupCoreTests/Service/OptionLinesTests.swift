import Diagnostics
import Glibc
import LinuxIO
import SetupPlan
import TestSupport
import Testing

@testable import SetupCore

@Suite struct OptionLinesTests {
    private func options(_ text: String) throws -> [String] {
        try OptionLines(parsing: Array(text.utf8), name: "start-agent.ini").options
    }

    @Test(arguments: [
        ("", []),
        ("\n\n", []),
        ("-Xmx512m", ["-Xmx512m"]),
        ("-a\n-b\n", ["-a", "-b"]),
        ("# one\n; two\n  # three\n-a", ["-a"]),
        ("\u{FEFF}-a\r\n\r\n-b\r\n", ["-a", "-b"]),
        (" \t-a \t\r\n", ["-a"]),
        ("-Dx=\"\"", ["-Dx="]),
        ("-Dx=\"a b\"", ["-Dx=a b"]),
        ("\"-Dx=a b\"", ["-Dx=a b"]),
        ("-Dx=\"a\"b\"c\"", ["-Dx=abc"]),
        ("-Dx=\" a \"", ["-Dx= a "]),
        ("-Dname=a b c", ["-Dname=a b c"]),
        ("-Dname=a \"-b\"", ["-Dname=a -b"]),
        ("-Dname=\"a -b\"", ["-Dname=a -b"]),
        ("-Dname=a-b - c", ["-Dname=a-b - c"]),
        ("-Da=1 # not a comment", ["-Da=1 # not a comment"]),
        ("-Da=$HOME;`id`'\\", ["-Da=$HOME;`id`'\\"]),
        ("-Da=ü", ["-Da=ü"]),
        ("# a lone \" in a comment", []),
    ])
    func `a line is one option`(text: String, expected: [String]) throws {
        #expect(try options(text) == expected)
    }

    @Test(arguments: [
        ("-a\n-b=\"x\n", "line 2: a double quote has no partner"),
        ("\n\n-a\u{0}b", "line 3: there is a NUL"),
        ("-a\tb", "line 1: there is the control character \\t"),
        ("-a\rb", "line 1: there is the control character \\r"),
        ("-a\u{1B}[2J", "line 1: there is the control character \\x1b"),
        ("-a\u{85}", "line 1: there is the control character \\x85"),
        ("-a\n-Xms64m -Xmx512m", "line 2: there are two options"),
        ("-Dx=\"\"  -Dy=1", "line 1: there are two options"),
        ("\"\"", "line 1: there is nothing between the quotes"),
    ])
    func `a bad line is named by its number`(text: String, message: String) {
        #expect(throws: Failure(.usage, "start-agent.ini, " + message)) { _ = try options(text) }
    }

    @Test func `only comments may be in another encoding`() throws {
        let latin = Array("# f".utf8) + [0xFC] + Array("r\n-a\n".utf8)
        #expect(try OptionLines(parsing: latin, name: "f").options == ["-a"])
        #expect(throws: Failure(.usage, "f, line 2: this isn't UTF-8")) {
            _ = try OptionLines(parsing: Array("-a\n-b=".utf8) + [0xFC], name: "f")
        }
        let wide: [UInt8] = [0xFF, 0xFE, UInt8(ascii: "-"), 0, UInt8(ascii: "a"), 0]
        #expect(throws: Failure(.usage, "f, line 1: there is a NUL")) { _ = try OptionLines(parsing: wide, name: "f") }
    }

    @Test func `a file that others can change is refused`() throws {
        try withScratch { scratch in
            let files = HostFiles(basePath: scratch.path)
            func read() throws(Failure) -> [String] { try OptionLines.read(directory: "/etc/opt/p", files) }
            #expect(try read() == [])
            try scratch.makeDirectories("etc/opt/p")
            #expect(try read() == [])
            try scratch.file("etc/opt/p/start-agent.ini", [.write, .create], mode: 0o644).write("-a\n")
            #expect(try read() == ["-a"])
            for (path, bad, good) in [
                ("etc/opt/p/start-agent.ini", UInt32(0o664), UInt32(0o644)),
                ("etc/opt/p/start-agent.ini", 0o646, 0o600),
            ] {
                try scratch.file(path).setMode(bad)
                #expect(throws: Failure.self) { _ = try read() }
                try scratch.file(path).setMode(good)
                #expect(try read() == ["-a"])
            }
            try scratch.directory("etc/opt/p").descriptor.setMode(0o775)
            #expect(throws: Failure.self) { _ = try read() }
            try scratch.directory("etc/opt/p").descriptor.setMode(0o755)
            #expect(try read() == ["-a"])
            try scratch.setOwner("etc/opt/p/start-agent.ini", user: 65534, group: 0)
            #expect(throws: Failure.self) { _ = try read() }
            try scratch.setOwner("etc/opt/p/start-agent.ini", user: 0, group: 0)
            try scratch.setOwner("etc/opt/p", user: 65534, group: 0)
            #expect(throws: Failure.self) { _ = try read() }
        }
    }

    @Test func `only a regular file is read`() throws {
        try withScratch { scratch in
            let files = HostFiles(basePath: scratch.path)
            try scratch.makeDirectories("p")
            try scratch.file("p/other", [.write, .create], mode: 0o644).write("-a\n")
            try scratch.makeLink("p/start-agent.ini", target: "other")
            #expect(throws: Failure(.usage, "/p/start-agent.ini is refused: it is a symbolic link")) {
                _ = try OptionLines.read(directory: "/p", files)
            }
            try scratch.removeFile("p/start-agent.ini")
            mkfifo(scratch.path + "/p/start-agent.ini", 0o644)
            #expect(throws: Failure(.usage, "/p/start-agent.ini is refused: it is a named pipe")) {
                _ = try OptionLines.read(directory: "/p", files)
            }
        }
    }
}
