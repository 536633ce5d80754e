import BlockStore
import Diagnostics
import Digests
import Foundation
import LinuxIO
import Testing
import XZ

@Suite struct BlockStoreTests {
    @Test func `blocks hold their contents and know their digests`() throws {
        let contents = try TestContent.mixture() + [[]]
        let blocks = try BlockStore(cache: nil).blocks(contents)
        for (block, content) in zip(blocks, contents) {
            #expect(try block.content() == content)
            #expect(block.digest == SHA256.digest(block.bytes))
            #expect(!block.isCached)
        }
    }

    @Test func `xz gives back what the blocks hold`() throws {
        let contents = try TestContent.mixture()
        let blocks = try BlockStore(cache: nil).blocks(contents) + BlockStore(cache: nil).blocks(contents, x86: true)
        let frame = try XZFrame(blocks: blocks.map(\.size))
        let scratch = try Scratch()
        let stream = Data(frame.header + blocks.flatMap(\.bytes) + frame.index + frame.footer)
        try stream.write(to: URL(filePath: scratch.path + "/stream.xz"))
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/xz")
        process.arguments = ["-dk", scratch.path + "/stream.xz"]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let plain = try Data(contentsOf: URL(filePath: scratch.path + "/stream"))
        #expect(Array(plain) == (contents + contents).flatMap { $0 })
    }

    @Test func `the number of threads doesn't show`() throws {
        let contents = try TestContent.mixture()
        let one = try BlockStore(cache: nil, threads: 1).blocks(contents)
        for threads in [2, 7, 100] {
            let several = try BlockStore(cache: nil, threads: threads).blocks(contents)
            #expect(several.map(\.bytes) == one.map(\.bytes))
            #expect(several.map(\.size) == one.map(\.size))
        }
    }

    @Test func `x86 code gets its filter, and nothing does without filters`() throws {
        let program = try TestContent.program()
        #expect(try BlockStore(cache: nil).blocks([program], x86: true)[0].filterIDs == [0x04, 0x21])
        #expect(try BlockStore(cache: nil).blocks([program], x86: false)[0].filterIDs == [0x21])
        #expect(try BlockStore(cache: nil, filters: .none).blocks([program], x86: true)[0].filterIDs == [0x21])
    }

    @Test func `content is kept plain where xz saves less than 1 percent`() throws {
        // 200 kB of noise, with that many zeros at its end.
        func size(zeros: Int) throws -> (stored: Int, plain: Int) {
            let content = TestContent.random(200_000 - zeros) + [UInt8](repeating: 0, count: zeros)
            var encoder = try XZBlockEncoder()
            let plain = try encoder.encode(content.span.bytes, chain: .stored)
            return (try BlockStore(cache: nil).blocks([content])[0].bytes.count, plain.bytes.count)
        }
        for zeros in [0, 500, 1500] { #expect(try size(zeros: zeros).stored == size(zeros: zeros).plain) }
        for zeros in [3000, 30_000] { #expect(try size(zeros: zeros).stored < size(zeros: zeros).plain - 2000) }
    }

    @Test(arguments: [1, 2, 7]) func `the first failure in order ends the work`(threads: Int) throws {
        var all = requests((0..<30).map { TestContent.text(20_000, seed: $0) })
        for index in [11, 12, 20] {
            all[index].read = { _ throws(Failure) in throw Failure(.failed, "can't read \(index)") }
        }
        var seen: [Int] = []
        let failure = #expect(throws: Failure.self) {
            try BlockStore(cache: nil, threads: threads).makeBlocks(all) { index, _ in seen.append(index) }
        }
        #expect(failure?.message == "can't read 11")
        #expect(seen == Array(0..<11))
    }

    @Test(arguments: [1, 2, 7]) func `a failing sink ends the work`(threads: Int) throws {
        let all = requests((0..<30).map { TestContent.text(20_000, seed: $0) })
        var seen: [Int] = []
        let failure = #expect(throws: Failure.self) {
            try BlockStore(cache: nil, threads: threads).makeBlocks(all) { index, _ throws(Failure) in
                seen.append(index)
                if index == 5 { throw Failure(.failed, "disk full") }
            }
        }
        #expect(failure?.message == "disk full")
        #expect(seen == Array(0...5))
    }

    @Test func `a block that is too large is refused before any work`() throws {
        let all = [
            BlockRequest(contentSize: 1) { _ in Issue.record("read") },
            BlockRequest(contentSize: BlockStore.maximumContentSize + 1) { _ in },
        ]
        #expect(throws: Failure.self) { try BlockStore(cache: nil).makeBlocks(all) { _, _ in } }
    }

    @Test func `few blocks are under way at a time`() throws {
        let read = Monitor(0)
        let all = (0..<50).map { _ in
            BlockRequest(contentSize: 65_536) { room in
                room.initializeMemory(as: UInt8.self, repeating: 0)
                read.with { $0 += 1 }
            }
        }
        var most = 0
        try BlockStore(cache: nil, threads: 2).makeBlocks(all) { index, _ in
            // Time enough for the other thread to read everything, were there no bound.
            if index == 10 { System.sleep(milliseconds: 1500) }
            most = max(most, read.with { $0 } - index)
        }
        #expect(most <= 4)
    }
}
