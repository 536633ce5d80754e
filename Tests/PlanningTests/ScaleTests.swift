import Diagnostics
import Digests
import Glibc
import LinuxIO
import Planning
import Product
import Testing

@Suite(.serialized) struct `A large plan` {
    private let tree: SourceTree

    init() throws { tree = try SourceTree() }

    @Test func `holds 20,000 files`() throws {
        for index in 0..<200 { try tree.directory("s/directory-\(index)") }
        for index in 0..<20_000 {
            let path = tree.path + "/s/directory-\(index % 200)/file-\(index)"
            let number = open(path, O_WRONLY | O_CREAT, 0o644)
            try #require(number >= 0)
            try #require(write(number, path, 20) == 20)
            close(number)
        }
        let counted = Monitor(PlanningProgress())
        let environment = PlanningEnvironment(sourceDateEpoch: "1") { progress in counted.with { $0 = progress } }
        let start = System.monotonicNanoseconds
        let plan = try tree.plan([.path("s")], environment: environment)
        let seconds = Double(System.monotonicNanoseconds - start) / 1e9
        #expect(plan.entries.count == 20_200)
        #expect(
            counted.with { $0 } == PlanningProgress(found: 20_200, files: 20_000, bytes: 400_000, totalBytes: 400_000))
        #expect(zip(plan.entries, plan.entries.dropFirst()).allSatisfy { isBefore($0.path, $1.path) })
        #expect(seconds < 30, "a debug build on a busy machine takes a tenth of that")
    }

    /// Hashing such a file takes too long here; what is above 32 bits is its layout and reading from it.
    @Test func `reads behind 4 GiB`() throws {
        let size: UInt64 = 5 << 30
        let path = try tree.file("big")
        let end = try Directory.open(tree.path).file("big", .write)
        try end.seek(to: size - 4)
        try end.write("tail")
        let source = FileSource.file(path: path, identity: SourceIdentity(try end.status()))
        let file = PlannedFile(size: size, digest: SHA256.digest([1]), source: source)
        let entry = PlannedEntry(
            path: "big", content: .file(file), mode: 0o644, owner: "root", group: "root", package: "p")
        let last = try #require(BlockLayout([entry], x86Filter: true).blocks.last)
        #expect(try content(of: last).suffix(5) == [0] + Array("tail".utf8))
    }

    private func isBefore(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }
}
