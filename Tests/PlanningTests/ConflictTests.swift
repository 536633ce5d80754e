import DefinitionFiles
import Diagnostics
import Glibc
import LinuxIO
import Planning
import SetupPlan
import Testing

@testable import Product

@Suite struct `Conflicts in a plan` {
    private let tree: SourceTree

    init() throws { tree = try SourceTree() }

    @Test func `are reported all together, with both origins`() throws {
        for name in ["a/x", "b/x", "b/Lib/y", "a/lib/y", "a/f", "c/f/below1", "c/f/below2"] { try tree.file(name) }
        try tree.link("a/dangling", "nowhere")
        try tree.link("a/escape", "../../etc")
        #expect(
            try tree.problems([.path("a", line: 10), .path("b", line: 20), .path("c", line: 30)]) == [
                "product.yaml:10:5: the link \"dangling\" from a/dangling (product.yaml:10) leads to \"nowhere\", "
                    + "but \"nowhere\" isn't in the product",
                "product.yaml:10:5: the link \"escape\" from a/escape (product.yaml:10) leads out of the product, "
                    + "to \"../../etc\"",
                "product.yaml:20:5: \"x\" comes twice: a file from a/x (product.yaml:10) and a file from b/x "
                    + "(product.yaml:20)",
                "product.yaml:20:5: \"lib\" from a/lib (product.yaml:10) and \"Lib\" from b/Lib (product.yaml:20) "
                    + "differ only by case",
                "product.yaml:30:5: \"f\" comes twice: a file from a/f (product.yaml:10) and a directory from c/f "
                    + "(product.yaml:30)",
                "product.yaml:30:5: \"f/below1\" from c/f/below1 (product.yaml:30) can't be below \"f\", which is a "
                    + "file from a/f (product.yaml:10)",
            ])
    }

    @Test func `aren't seen where directories agree`() throws {
        for name in ["a/lib/x", "b/lib/y"] { try tree.file(name) }
        #expect(try tree.plan([.path("a"), .path("b")]).entries.map(\.path) == ["lib", "lib/x", "lib/y"])
        #expect(
            try tree.problems([.path("a"), .path("b", line: 20, directoryMode: 0o700)]) == [
                "product.yaml:20:5: the directory \"lib\" is 0755 root:root from a/lib (product.yaml:10) and "
                    + "0700 root:root from b/lib (product.yaml:20)"
            ])
        // A directory that only follows from what it holds has no opinion.
        let plan = try tree.plan([
            .path("a/lib/x", to: "spool/x", isDirectory: false), .rule(.directory, to: "spool", mode: 0o700),
        ])
        #expect(plan.listing == ["700 spool/", "644 spool/x 0"])
    }

    @Test func `are spellings of one name that bytes tell apart`() throws {
        try tree.file("s/caf\u{E9}")
        try tree.file("s/cafe\u{301}")
        #expect(try tree.problems([.path("s")]).count == 1)
    }

    @Test func `are special files`() throws {
        try #require(mkfifo(tree.file("s/x") + ".pipe", 0o600) == 0)
        try #require(mknod(tree.path + "/s/device", S_IFCHR | 0o600, 259) == 0)
        try #require(mknod(tree.path + "/s/socket", S_IFSOCK | 0o600, 0) == 0)
        #expect(
            try tree.problems([.path("s")]) == [
                "product.yaml:10:5: s/device is a character device, which can't be packed",
                "product.yaml:10:5: s/socket is a socket, which can't be packed",
                "product.yaml:10:5: s/x.pipe is a named pipe, which can't be packed",
            ])
        #expect(
            try tree.problems([.path("s/x.pipe")]) == [
                "product.yaml:10:7: s/x.pipe is a named pipe, which can't be packed"
            ])
    }

    @Test func `are names that aren't UTF-8`() throws {
        try tree.directory("s")
        try tree.rawFile(Array("s/b\n".utf8) + [0xE9, 0x61])
        try tree.link("s/link", "x")
        try #require(symlink([CChar(bitPattern: 0xFF), 0], tree.path + "/s/raw") == 0)
        let problems = try tree.problems([.path("s", exclude: ["link"])])
        #expect(
            problems == [
                "product.yaml:10:5: s/b\\n\\xe9a has a name that isn't UTF-8",
                "product.yaml:10:5: s/raw is a link to a name that isn't UTF-8",
            ])
    }

    @Test(arguments: ["versions/1/x", "current", "uninstall", "start-agent", "bin/start-agent", "example-config"])
    func `are reserved paths`(path: String) throws {
        try tree.file("x")
        let problems = try tree.problems([.path("x", to: path, isDirectory: false)])
        #expect(problems.count == 1)
        #expect(problems.first?.hasSuffix("is a path that the installer makes itself") == true)
    }

    @Test func `are paths that Linux can't have`() throws {
        try tree.file("x")
        let long = String(repeating: "n", count: 256)
        let deep = Array(repeating: String(repeating: "d", count: 250), count: 17).joined(separator: "/")
        #expect(try tree.problems([.path("x", to: long, isDirectory: false)]).count == 1)
        #expect(try tree.problems([.path("x", to: deep, isDirectory: false)]).count >= 1)
        let most = 4095 - "/opt/example-agent/versions/1.2.3-1/".utf8.count
        let fits = String(deep.prefix(most - 1)) + "x"
        #expect(try tree.plan([.path("x", to: fits, isDirectory: false)]).entries.last?.path == fits)
        #expect(try tree.problems([.path("x", to: fits + "x", isDirectory: false)]).count == 1)
    }

    @Test func `are missing sources, with the nearest that exists`() throws {
        try tree.file("agent/lib/agent.jar")
        #expect(
            try tree.problems([.path("agnt/lib", line: 3), .path("agent/lib/agent.war", line: 4)]) == [
                "product.yaml:3:7: \"agnt/lib\" doesn't exist; did you mean \"agent\"?",
                "product.yaml:4:7: \"agent/lib/agent.war\" doesn't exist; did you mean \"agent/lib/agent.jar\"?",
            ])
        #expect(
            try tree.problems([.path("agent/lib/agent.jar/x")]) == [
                "product.yaml:10:7: \"agent/lib/agent.jar/x\" doesn't exist: \"agent/lib/agent.jar\" is a regular file"
            ])
        #expect(
            try tree.problems([.rule(.path(located("agent/lib/agent.jar"), mustBeDirectory: true))]) == [
                "product.yaml:10:7: agent/lib/agent.jar is a file; a path that ends in \"/\" means a directory"
            ])
    }
}

@Suite struct `Links of a plan` {
    private let tree: SourceTree

    init() throws { tree = try SourceTree() }

    @Test func `may go through other links`() throws {
        try tree.file("s/v1/bin/x")
        try tree.link("s/current-v", "v1")
        try tree.link("s/bin", "current-v/bin")
        try tree.link("s/deep/up", "../bin/../../v1/./bin/x")
        try tree.link("s/top", ".")
        #expect(try tree.plan([.path("s")]).entries.count == 8)
    }

    @Test(arguments: [
        ("../x", "leads out of the product, to \"../x\""),
        ("/etc/passwd", "leads out of the product, to \"/etc/passwd\""),
        ("file/x", "leads to \"file/x\", but \"file/x\" isn't in the product"),
        ("link", "leads to \"link\", round in a circle"),
    ])
    func `are refused when they lead nowhere`(target: String, reason: String) throws {
        try tree.file("s/file")
        try tree.link("s/link", target)
        #expect(
            try tree.problems([.path("s")])
                == ["product.yaml:10:5: the link \"link\" from s/link (product.yaml:10) \(reason)"])
    }

    @Test func `can't be written through`() throws {
        try tree.file("s/real/x")
        try tree.link("s/link", "real")
        try tree.file("t/y")
        #expect(try tree.problems([.path("s"), .path("t/y", to: "link/y", isDirectory: false, line: 20)]).count == 1)
    }

    @Test func `are checked when they are declared`() throws {
        try tree.file("s/x")
        #expect(try tree.problems([.path("s"), .link("a", target: "/usr/../etc")]).count == 1)
        #expect(try tree.problems([.path("s"), .link("a", target: "/opt/example-agent/y")]).count == 1)
        #expect(try tree.problems([.path("s"), .link("a", target: "y")]).count == 1)
    }
}

@Suite struct `Commands of a plan` {
    private let tree: SourceTree

    init() throws { tree = try SourceTree() }

    private func agent(_ command: [String], health: [String]? = nil) -> AgentDefinition {
        AgentDefinition(
            command: located(command, line: 40), environment: [], healthCommand: health.map { located($0, line: 41) },
            healthWithinSeconds: 30)
    }

    @Test func `must be executable files of the plan or absolute`() throws {
        try tree.file("s/bin/agent", mode: 0o755)
        try tree.file("s/bin/data")
        try tree.link("s/run", "bin/agent")
        for command in ["bin/agent", "run", "/usr/bin/java"] {
            #expect(try tree.plan([.path("s")], agent: agent([command])).agent?.command == [command])
        }
        #expect(
            try tree.problems([.path("s")], agent: agent(["bin/agnet"], health: ["bin/data"])) == [
                "product.yaml:40:7: \"bin/agnet\" isn't in any package; did you mean \"bin/agent\"?",
                "product.yaml:41:7: \"bin/data\" from s/bin/data (product.yaml:10) isn't executable",
            ])
        #expect(
            try tree.problems([.path("s")], agent: agent(["bin"])) == [
                "product.yaml:40:7: \"bin\" is a directory, not a program"
            ])
    }
}
