import Diagnostics
import Digests
import LinuxIO
import SetupPlan
import Testing

@testable import Planning

@Suite struct `A block layout` {
    private static let kilobyte: UInt64 = 1 << 10
    private let identity: SourceIdentity

    init() throws { identity = SourceIdentity(try #require(fileStatus("/"))) }

    /// An entry whose content stands for itself by its name; nothing reads it.
    private func entry(_ path: String, _ size: UInt64, content: String? = nil, x86: Bool = false) -> PlannedEntry {
        let file = PlannedFile(
            size: size, digest: SHA256.digest(Array((content ?? path).utf8)),
            source: .file(path: path, identity: identity), machine: x86 ? 62 : nil)
        return PlannedEntry(
            path: path, content: .file(file), mode: 0o644, owner: "root", group: "root", package: "p")
    }

    private func place(_ entry: PlannedEntry, _ layout: BlockLayout) throws -> BlockPlacement {
        guard case .file(let file) = entry.content else { throw Failure(.failed, "not a file") }
        return try #require(layout.placement(of: file))
    }

    @Test func `gives large files equal aligned blocks of their own`() throws {
        let entries = [
            entry("a", 256 * Self.kilobyte), entry("b", 20 << 20), entry("c", (20 << 20) + 1), entry("d", 5 << 30),
        ]
        let layout = BlockLayout(entries, x86Filter: true)
        #expect(layout.blocks.prefix(4).map(\.size) == [256 << 10, 20 << 20, (10 << 20) + 4096, (10 << 20) - 4095])
        #expect(layout.blocks.dropFirst(4).count == 256)
        #expect(layout.blocks.dropFirst(4).allSatisfy { $0.size == 20 << 20 && $0.segments.count == 1 })
        let first = try entries.map { try place($0, layout).block }
        #expect(first == [0, 1, 2, 4])
        #expect(layout.blocks[3].segments[0].offset == (10 << 20) + 4096)
    }

    @Test func `lets small files share, x86 code apart`() throws {
        let entries = [
            entry("a", 100), entry("b.so", 200, x86: true), entry("c", 300), entry("d", 1 << 20),
            entry("e.so", 50, x86: true),
            entry("empty", 0), entry("f", 7),
        ]
        let layout = BlockLayout(entries, x86Filter: true)
        #expect(layout.blocks.map(\.size) == [407, 250, 1 << 20])
        #expect(layout.blocks.map(\.isX86) == [false, true, false])
        let places = try entries.map { try place($0, layout) }
        #expect(
            places == [
                BlockPlacement(block: 0, offset: 0), BlockPlacement(block: 1, offset: 0),
                BlockPlacement(block: 0, offset: 100), BlockPlacement(block: 2, offset: 0),
                BlockPlacement(block: 1, offset: 200), BlockPlacement(block: 0, offset: 0),
                BlockPlacement(block: 0, offset: 400),
            ])
        let plain = BlockLayout(entries, x86Filter: false)
        #expect(plain.blocks.map(\.size) == [657, 1 << 20])
        #expect(plain.blocks.map(\.isX86) == [false, false])
    }

    @Test func `holds equal content once`() throws {
        let entries = [entry("a", 10, content: "x"), entry("b", 10, content: "y"), entry("c", 10, content: "x")]
        let layout = BlockLayout(entries, x86Filter: true)
        #expect(layout.blocks.map(\.size) == [20])
        let places = try entries.map { try place($0, layout) }
        #expect(places[0] == places[2])
        #expect(BlockLayout([], x86Filter: true).blocks.isEmpty)
    }

    private func tree(_ count: Int, size: (Int) -> UInt64, version: (Int) -> Int = { _ in 1 }) -> [PlannedEntry] {
        (0..<count).map { index in
            let digits = String(index + 100_000)
            return entry("lib/f\(digits)", size(index), content: "\(index) v\(version(index))")
        }
    }

    @Test func `bounds shared blocks`() {
        let layout = BlockLayout(tree(2000) { 1000 + UInt64($0 % 97) * 2000 }, x86Filter: true)
        let sizes = layout.blocks.map(\.size)
        #expect(sizes.count > 20)
        #expect(sizes.allSatisfy { $0 < (4 << 20) + (256 << 10) })
        #expect(sizes.dropLast().allSatisfy { $0 >= 512 << 10 })
        #expect(sizes.contains { $0 < 4 << 20 })
    }

    @Test func `leaves other blocks alone when one file grows`() {
        func blocks(_ entries: [PlannedEntry]) -> Set<[String]> {
            let layout = BlockLayout(entries, x86Filter: true)
            return Set(
                layout.blocks.map { block in
                    block.segments.map { segment in
                        guard case .file(.file(let path, _)) = segment.source else { return "" }
                        return "\(path) \(segment.count)"
                    }
                })
        }
        let old = blocks(tree(6000) { 2000 + UInt64($0 % 31) * 100 })
        #expect(old.count > 8)
        let changed = stride(from: 100, to: 6000, by: 300).map { grown in
            let new = tree(6000) { $0 == grown ? 90_000 : 2000 + UInt64($0 % 31) * 100 }
            return blocks(new).subtracting(old).count
        }
        // The block that holds the file, and seldom more than one after it until the boundaries meet again.
        #expect(changed.reduce(0, +) <= 2 * changed.count, "\(changed) of \(old.count)")
    }

    @Test func `reads back what was planned`() throws {
        let tree = try SourceTree()
        try tree.file("s/a", "first ")
        try tree.file("s/b", "second")
        try tree.file("s/big", String(repeating: "0123456789abcdef", count: 1 << 16))
        let plan = try tree.plan([.path("s")])
        let layout = BlockLayout(plan.entries, x86Filter: plan.x86Filter)
        let read = try layout.blocks.map { try content(of: $0) }
        #expect(read.first == Array("first second".utf8))
        #expect(read.dropFirst().reduce([], +) == Array(String(repeating: "0123456789abcdef", count: 1 << 16).utf8))

        let blocks = layout.blocks.map { Block(storedSize: 1, contentSize: $0.size, digest: .zero) }
        let runtime = try plan.runtimePlan(generator: "agentpack 1", layout: layout, blocks: blocks, frame: .zero)
        #expect(runtime.entries.map(\.path) == ["a", "b", "big"])
        #expect(
            runtime.entries[1].content
                == .file(size: 6, digest: SHA256.digest(Array("second".utf8)), block: 0, offset: 6))
        #expect(throws: Failure.self) {
            try plan.runtimePlan(generator: "agentpack 1", layout: layout, blocks: [], frame: .zero)
        }
    }
}
