import Diagnostics
import Digests
import LinuxIO
import Testing

@testable import Planning

@Suite struct `A stream layout` {
    private let identity: SourceIdentity

    init() throws { identity = SourceIdentity(try #require(fileStatus("/"))) }

    private func file(_ name: String, _ size: UInt64, x86: Bool = false) -> PlannedFile {
        PlannedFile(
            size: size, digest: SHA256.digest(Array(name.utf8)), source: .file(path: name, identity: identity),
            machine: x86 ? 62 : nil)
    }

    private func header(_ count: Int) -> StreamPart { .shared(BlockSegment([UInt8](repeating: 7, count: count))) }

    @Test func `keeps the order, with blocks of their own for large files`() {
        var layout = StreamLayout()
        layout.append([header(512), StreamPart(file("a", 10), x86Filter: true), header(502)], path: "a")
        layout.append([header(512), StreamPart(file("big", 21 << 20, x86: true), x86Filter: true)], path: "big")
        layout.append([header(512), StreamPart(file("empty", 0), x86Filter: true)], path: "empty")
        layout.finish([UInt8](repeating: 0, count: 1024))
        let part: UInt64 = (21 << 20) / 2
        #expect(layout.blocks.map(\.size) == [1536, part, part, 1536])
        #expect(layout.blocks.map(\.isX86) == [false, true, true, false])
        let shared: UInt64 = 1024 + 512 + 512 + 1024
        #expect(layout.size == shared + (21 << 20))
    }

    @Test func `gives large files the blocks that an installer has`() {
        let big = file("big", 45 << 20, x86: true)
        let plain = file("plain", 300 << 10)
        let entries = [big, plain].map {
            PlannedEntry(
                path: $0.source.displayName, content: .file($0), mode: 0o644, owner: "r", group: "r", package: "p")
        }
        for x86Filter in [true, false] {
            var layout = StreamLayout()
            for file in [plain, big, plain] {
                layout.append([header(512), StreamPart(file, x86Filter: x86Filter)], path: file.source.displayName)
            }
            let own = layout.blocks.compactMap(\.identity)
            let installer = BlockLayout(entries, x86Filter: x86Filter).blocks.compactMap(\.identity)
            #expect(Set(own) == Set(installer))
            #expect(own.count == installer.count + 1)
        }
    }

    @Test func `bounds what small files share`() {
        var layout = StreamLayout()
        for number in 0..<3000 {
            let small = file("f\(number)", 1000 + UInt64(number % 97) * 2000)
            layout.append([header(512), StreamPart(small, x86Filter: true)], path: "f\(number)")
        }
        layout.finish([0])
        let sizes = layout.blocks.map(\.size)
        #expect(sizes.count > 20)
        #expect(sizes.allSatisfy { $0 < (4 << 20) + (256 << 10) })
        #expect(sizes.dropLast().allSatisfy { $0 >= 512 << 10 })
    }

    @Test func `reads back header, content and padding`() throws {
        let tree = try SourceTree()
        try tree.file("s/a", "first ")
        try tree.file("s/big", String(repeating: "0123456789abcdef", count: 1 << 16))
        let plan = try tree.plan([.path("s")])
        var layout = StreamLayout()
        for (path, file) in plan.files {
            layout.append(
                [.shared(BlockSegment(Array("<\(path)>".utf8))), StreamPart(file, x86Filter: true)], path: path)
        }
        layout.finish(Array("end".utf8))
        var read: [UInt8] = []
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1000, alignment: 16)
        defer { buffer.deallocate() }
        for block in layout.blocks { try block.forEachPiece(buffer) { read += Array($0) } }
        let whole = "<a>first <big>" + String(repeating: "0123456789abcdef", count: 1 << 16) + "end"
        #expect(read == Array(whole.utf8))
        #expect(try layout.blocks.flatMap { try content(of: $0) } == read)
    }
}
