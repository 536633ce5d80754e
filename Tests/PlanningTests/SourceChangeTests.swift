import Diagnostics
import Glibc
import LinuxIO
import Planning
import Product
import SetupPlan
import Testing

@Suite struct `A source that changes` {
    private let tree: SourceTree

    init() throws { tree = try SourceTree() }

    private func changed(_ name: String) -> Failure {
        Failure(.failed, "\(tree.path)/\(name) changed while it was being packed")
    }

    @Test func `is noticed when its content is read again`() throws {
        try tree.file("s/a", "first")
        let file = try #require(try tree.plan([.path("s")]).files.first?.file)
        #expect(try content(of: file) == Array("first".utf8))
        System.sleep(milliseconds: 20)
        try tree.file("s/a", "other")
        #expect(throws: changed("s/a")) { try content(of: file) }
        try tree.file("s/a", "no")
        #expect(throws: changed("s/a")) { try content(of: file) }
    }

    @Test func `is noticed when another file takes its place`() throws {
        try tree.file("s/a", "first")
        let file = try #require(try tree.plan([.path("s")]).files.first?.file)
        try tree.file("b", "first")
        try #require(rename(tree.path + "/b", tree.path + "/s/a") == 0)
        #expect(throws: changed("s/a")) { try content(of: file) }
        try Directory.open(tree.path).removeFile("s/a")
        try #require(mkfifo(tree.path + "/s/a", 0o600) == 0)
        #expect(throws: changed("s/a")) { try content(of: file) }
        try Directory.open(tree.path).removeFile("s/a")
        #expect(throws: Failure(.failed, "can't open \(tree.path)/s/a")) { try content(of: file) }
    }

    @Test func `is noticed while it is hashed`() throws {
        try tree.file("s/a", String(repeating: "x", count: 1 << 20))
        let path = tree.path
        // The first report of hashed bytes comes between two reads of the file.
        let environment = PlanningEnvironment(sourceDateEpoch: "1", threads: 1) { progress in
            if progress.bytes > 0 { truncate(path + "/s/a", 1 << 19) }
        }
        #expect(throws: Failure.self) { try tree.plan([.path("s")], environment: environment) }
    }
}

@Suite struct `The time of a plan` {
    private let tree: SourceTree

    init() throws { tree = try SourceTree() }

    private func time(_ epoch: String? = nil) throws(Failure) -> Int64 {
        try tree.plan([], environment: PlanningEnvironment(sourceDateEpoch: epoch)).product.timestamp
    }

    private func git(_ arguments: String...) throws {
        let environment = [
            "PATH=/usr/bin:/bin", "HOME=\(tree.path)", "GIT_AUTHOR_DATE=1600000000 +0200",
            "GIT_COMMITTER_DATE=1600000001 -0500",
        ]
        let names = ["-c", "user.name=Test", "-c", "user.email=test@example.com"]
        let result = try Subprocess.run(
            ["/usr/bin/git", "-C", tree.path] + names + arguments, environment: environment)
        try #require(result.status == 0, "\(result.errorText)")
    }

    @Test func `is SOURCE_DATE_EPOCH, else the last commit's, else 2000`() throws {
        #expect(try time() == 946_684_800)
        try git("init", "-q")
        try tree.file("product.yaml", "x")
        #expect(try time() == 946_684_800, "nothing is committed")
        try git("add", ".")
        try git("commit", "-q", "-m", "First")
        #expect(try time() == 1_600_000_001)
        #expect(try time("0") == 0)
        #expect(try time("1700000000") == 1_700_000_000)
    }

    @Test(arguments: ["", " 1", "+1", "-1", "1.0", "0x10", "253402300800", "99999999999999999999", "now"])
    func `is refused when it isn't a number`(epoch: String) {
        #expect(throws: Failure(.usage, "SOURCE_DATE_EPOCH is \"\(epoch)\", not a number of seconds since 1970")) {
            try time(epoch)
        }
    }
}
