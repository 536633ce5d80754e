import DefinitionFiles
import Diagnostics
import Digests
import Glibc
import LinuxIO
import Planning
import Product
import SetupPlan
import Testing

@Suite struct `Content of a plan` {
    private let tree: SourceTree

    init() throws { tree = try SourceTree() }

    @Test func `comes from a directory with normal modes`() throws {
        try tree.file("agent/bin/run", "#!", mode: 0o4711)
        try tree.file("agent/lib/a.jar", "jar", mode: 0o600)
        try tree.file("agent/lib/empty", "", mode: 0o444)
        try tree.directory("agent/nothing")
        try tree.link("agent/run", "bin/run")
        let plan = try tree.plan([.path("agent")])
        #expect(
            plan.listing == [
                "755 bin/", "755 bin/run 2", "755 lib/", "644 lib/a.jar 3", "644 lib/empty 0", "755 nothing/",
                "777 run -> bin/run",
            ])
        #expect(plan.entries.allSatisfy { $0.owner == "root" && $0.group == "root" && $0.package == "example-agent" })
        #expect(plan.warnings.count == 1)
        #expect(plan.product.timestamp == 1_700_000_000)
        #expect(plan.totalSize == 5)
    }

    @Test func `is sorted by the bytes of whole paths, parents first`() throws {
        for name in ["a/c", "a-b", "a.b", "B", "é", "a b", "z"] { try tree.file("s/" + name) }
        #expect(try tree.plan([.path("s")]).entries.map(\.path) == ["B", "a", "a b", "a-b", "a.b", "a/c", "z", "é"])
    }

    @Test func `keeps odd names`() throws {
        let names = ["\n", "a\tb", "a\u{1B}[31m", "\\", "back\\slash", "*", "-rf", " ", "日本語"]
        for name in names { try tree.file("s/" + name, name) }
        let plan = try tree.plan([.path("s")])
        #expect(Set(plan.entries.map(\.path)) == Set(names))
        #expect(plan.files.allSatisfy { $0.file.digest == SHA256.digest(Array($0.path.utf8)) })
    }

    @Test func `takes what the manifest says over what the tree has`() throws {
        try tree.file("s/sub/x", mode: 0o777)
        let plan = try tree.plan([.path("s", to: "top/d", mode: 0o4750, directoryMode: 0o700)])
        #expect(plan.listing == ["755 top/", "700 top/d/", "700 top/d/sub/", "4750 top/d/sub/x 0"])
        #expect(plan.warnings.isEmpty)
    }

    @Test func `comes from a single file`() throws {
        try tree.file("dist/agent-1.2", "x", mode: 0o755)
        try tree.link("latest", "dist/agent-1.2")
        #expect(
            try tree.plan([.path("latest", to: "bin/agent", isDirectory: false)]).listing == [
                "755 bin/", "755 bin/agent 1",
            ])
        #expect(try tree.plan([.path("dist/agent-1.2", to: "bin")]).listing == ["755 bin/", "755 bin/agent-1.2 1"])
        #expect(try tree.plan([.path("dist/agent-1.2")]).listing == ["755 agent-1.2 1"])
    }

    @Test func `comes from globs below their fixed part`() throws {
        for name in ["lib/a.jar", "lib/b.txt", "lib/x/c.jar", "lib/.hidden.jar", "top.jar", "lib/d/e.txt"] {
            try tree.file(name)
        }
        func paths(_ pattern: String) throws -> [String] {
            try tree.plan([try .glob(pattern, to: "t")]).entries.map(\.path)
        }
        #expect(try paths("lib/*.jar") == ["t", "t/.hidden.jar", "t/a.jar"])
        #expect(try paths("lib/**/*.jar") == ["t", "t/.hidden.jar", "t/a.jar", "t/x", "t/x/c.jar"])
        #expect(try paths("*.jar") == ["t", "t/top.jar"])
        #expect(try paths("lib/[dx]") == ["t", "t/d", "t/d/e.txt", "t/x", "t/x/c.jar"])
        #expect(try tree.problems([try .glob("lib/*.war")]) == ["product.yaml:10:7: nothing matches \"lib/*.war\""])
    }

    @Test func `leaves out what the manifest excludes`() throws {
        for name in ["s/a.class", "s/x/b.class", "s/x/keep", "s/.git/config", "s/doc/api/index", "s/doc/readme"] {
            try tree.file(name)
        }
        let rule = ContentRule.path("s", exclude: ["*.class", ".git", "doc/api", "*.nothing"])
        let plan = try tree.plan([rule])
        #expect(plan.entries.map(\.path) == ["doc", "doc/readme", "x", "x/keep"])
        #expect(plan.warnings == ["product.yaml:10:7: \"*.nothing\" leaves nothing out"])
    }

    @Test func `has declared links and empty directories`() throws {
        try tree.file("s/bin/x")
        let plan = try tree.plan([
            .path("s"), .link("java", target: "/usr/lib/jvm/default/bin/java"), .link("y", target: "bin/x"),
            .link("self", target: "/opt/example-agent/bin/x"),
            .rule(.directory, to: "work/spool", mode: 0o700),
        ])
        #expect(
            plan.listing == [
                "755 bin/", "644 bin/x 0", "777 java -> /usr/lib/jvm/default/bin/java",
                "777 self -> /opt/example-agent/bin/x", "755 work/", "700 work/spool/", "777 y -> bin/x",
            ])
    }

    @Test func `has hard links as files of equal content`() throws {
        let first = try tree.file("s/one", "same")
        try #require(link(first, tree.path + "/s/two") == 0)
        let files = try tree.plan([.path("s")]).files
        #expect(files.map(\.path) == ["one", "two"])
        #expect(Set(files.map(\.file.digest)).count == 1)
    }

    @Test func `doesn't depend on umask, threads or order of creation`() throws {
        let other = try SourceTree()
        let names = (0..<200).map { "s/d\($0 % 7)/f\($0)" }
        for name in names { try tree.file(name, name) }
        for name in names.reversed() { try other.file(name, name, mode: 0o640) }
        func facts(_ plan: InstallPlan) -> [String] {
            plan.listing + plan.files.map(\.file.digest.hex)
        }
        let one = try tree.plan([.path("s")], environment: PlanningEnvironment(sourceDateEpoch: "1", threads: 1))
        let many = try other.plan([.path("s")], environment: PlanningEnvironment(sourceDateEpoch: "1", threads: 7))
        #expect(facts(one) == facts(many))
    }

    @Test func `refuses executables for other machines`() throws {
        func elf(_ machine: UInt8) -> [UInt8] {
            [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1] + [UInt8](repeating: 0, count: 9) + [2, 0, machine, 0]
                + [UInt8](repeating: 0, count: 44)
        }
        try tree.bytes("s/x86", elf(62))
        try tree.bytes("s/arm", elf(183))
        try tree.bytes("s/bpf", elf(247))
        try tree.file("s/short", "\u{7F}ELF")
        #expect(
            try tree.problems([.path("s")]) == [
                "product.yaml:10:5: arm is made for arm64, while the product is for amd64"
            ])
        let plan = try tree.plan([.path("s", exclude: ["arm"])])
        #expect(plan.warnings == [])
        #expect(plan.files.filter(\.file.isX86ELF).map(\.path) == ["x86"])
    }

    @Test func `reads the licence as clean text`() throws {
        try tree.bytes("EULA.txt", [0xEF, 0xBB, 0xBF] + Array("One\r\nTwo\r\n".utf8))
        #expect(try tree.plan([], license: "EULA.txt").license?.text == "One\nTwo\n")
        try tree.bytes("latin", [0x41, 0xE9])
        try tree.file("control", "fine\nnot \u{1B}[2J\n")
        try tree.file("blank", " \n")
        try tree.file("EULA.md")
        func problem(_ file: String) throws -> [String] { try tree.problems([], license: file) }
        #expect(try problem("latin") == ["product.yaml:5:7: the licence \"latin\" can't be used: it isn't UTF-8"])
        #expect(
            try problem("control") == [
                "product.yaml:5:7: the licence \"control\" can't be used: line 2 has a control character, "
                    + "which terminals would obey"
            ])
        #expect(try problem("blank") == ["product.yaml:5:7: the licence \"blank\" can't be used: it is empty"])
        #expect(
            try problem("EULA.mt") == ["product.yaml:5:7: \"EULA.mt\" doesn't exist; did you mean \"EULA.md\"?"])
    }
}
