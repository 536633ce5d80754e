import DefinitionFiles
import Diagnostics
import Digests
import LinuxIO
import Planning
import Product
import Testing

@Suite struct `Archives in a plan` {
    private let tree: SourceTree

    init() throws { tree = try SourceTree() }

    /// Packs what is below `s` with the system's tar.
    private func pack(_ options: [String] = [], _ names: [String] = ["."]) throws {
        let result = try Subprocess.run(
            ["/bin/tar", "-C", tree.path + "/s", "--sort=name", "-czf", tree.path + "/a.tar.gz"] + options + names)
        try #require(result.status == 0, "\(result.errorText)")
    }

    private func rule(to path: String = "jre", strip: Int = 0, exclude: [String] = []) -> ContentRule {
        .rule(.archive(located("a.tar.gz"), stripComponents: strip), to: path, exclude: exclude)
    }

    @Test func `are read once, their content later`() throws {
        try tree.file("s/jdk/bin/java", "java", mode: 0o755)
        try tree.file("s/jdk/lib/big", String(repeating: "0123456789", count: 100_000))
        try tree.link("s/jdk/java", "bin/java")
        try #require(Subprocess.run(["/bin/ln", tree.path + "/s/jdk/bin/java", tree.path + "/s/jdk/zz"]).status == 0)
        try pack()
        let plan = try tree.plan([rule(strip: 1)])
        #expect(
            plan.listing == [
                "755 jre/", "755 jre/bin/", "755 jre/bin/java 4", "777 jre/java -> bin/java", "755 jre/lib/",
                "644 jre/lib/big 1000000", "755 jre/zz 4",
            ])
        try Directory.open(tree.path).removeFile("a.tar.gz")
        for (_, file) in plan.files {
            let bytes = try content(of: file)
            #expect(SHA256.digest(bytes) == file.digest)
        }
        #expect(try Directory.open(tree.path).names() == ["s"], "the spool has no name")
    }

    @Test func `leave out what is excluded, whatever the order`() throws {
        for name in ["s/top/demo/x", "s/top/demo/y", "s/top/lib/src.zip", "s/top/lib/z"] { try tree.file(name) }
        try pack([], ["top/lib", "top/demo/x", "top/demo"])
        let plan = try tree.plan([rule(strip: 1, exclude: ["demo", "*.zip"])])
        #expect(plan.entries.map(\.path) == ["jre", "jre/lib", "jre/lib/z"])
        #expect(plan.warnings.isEmpty)
    }

    @Test func `can't bring in what a tree can't`() throws {
        try tree.file("s/x")
        try tree.link("s/out", "/etc")
        try #require(Subprocess.run(["/usr/bin/mkfifo", tree.path + "/s/pipe"]).status == 0)
        try pack(["-P", "--transform=s,^./x,../x,"])
        #expect(
            try tree.problems([rule()]) == [
                "product.yaml:10:5: a.tar.gz: pipe can't be packed: it is a named pipe",
                "product.yaml:10:5: a.tar.gz: ../x can't be packed: its path leads upwards with \"..\"",
            ])
        try pack([], ["out"])
        #expect(
            try tree.problems([rule()]) == [
                "product.yaml:10:5: the link \"jre/out\" from a.tar.gz: out (product.yaml:10) leads out of the "
                    + "product, to \"/etc\""
            ])
    }

    @Test func `are refused empty, stripped to nothing, or damaged`() throws {
        try tree.file("s/x", "content")
        try pack()
        #expect(try tree.problems([rule(strip: 2)]) == ["product.yaml:10:7: a.tar.gz has nothing to pack"])
        let bytes = try readFile(tree.path + "/a.tar.gz")
        try tree.bytes("a.tar.gz", Array(bytes.dropLast(20)))
        #expect(try tree.problems([rule()]).count == 1)
        try tree.file("a.tar.gz", "text")
        #expect(try tree.problems([rule()]).count == 1)
    }
}
