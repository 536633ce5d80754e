import BlockStore
import Diagnostics
import Digests
import Foundation
import LinuxIO
import Testing
import XZ

@Suite struct BlockCacheTests {
    private let scratch = try? Scratch()
    private let notices = Notices()
    private let contents = [TestContent.text(30_000), TestContent.random(5000), TestContent.text(1)]

    private func cache(
        secret: String = String(repeating: "a", count: 64), limit: UInt64 = BlockCache.defaultSizeLimit
    ) throws -> BlockCache {
        let path = try #require(scratch).path + "/cache"
        return try BlockCache(path: path, secret: CacheSecret(digits: secret), sizeLimit: limit) { notices.add($0) }
    }

    private func entries() throws -> [String] { try #require(scratch).entries() }

    private func change(_ path: String, _ body: (inout Data) throws -> Void) throws {
        var data = try Data(contentsOf: URL(filePath: path))
        try body(&data)
        try data.write(to: URL(filePath: path))
    }

    @Test func `blocks are found again`() throws {
        let fresh = try BlockStore(cache: cache()).blocks(contents)
        #expect(fresh.map(\.isCached) == [false, false, false])
        #expect(try entries().count == 3)
        let found = try BlockStore(cache: cache()).blocks(contents)
        #expect(found.map(\.isCached) == [true, true, true])
        #expect(found.map(\.bytes) == fresh.map(\.bytes))
        #expect(found.map(\.size) == fresh.map(\.size))
        #expect(found.map(\.digest) == fresh.map(\.digest))
        #expect(notices.all.isEmpty)
    }

    @Test func `filters are part of an entry's name`() throws {
        let program = try TestContent.program()
        _ = try BlockStore(cache: cache()).blocks([program], x86: true)
        #expect(try !BlockStore(cache: cache()).blocks([program], x86: false)[0].isCached)
        #expect(try BlockStore(cache: cache(), filters: .none).blocks([program], x86: true)[0].isCached)
    }

    @Test func `entries and directories are the user's alone`() throws {
        _ = try BlockStore(cache: cache()).blocks(contents)
        let root = try #require(scratch).path + "/cache"
        #expect(fileStatus(root)?.mode == 0o700)
        for entry in try entries() {
            #expect(fileStatus(entry)?.mode == 0o600)
            #expect(fileStatus(PathText.parent(entry))?.mode == 0o700)
        }
    }

    @Test func `an entry that was cut or changed is made again`() throws {
        let fresh = try BlockStore(cache: cache()).blocks([contents[0]])
        let entry = try entries()[0]
        let whole = try Data(contentsOf: URL(filePath: entry))
        var damages: [Data] = [0, 1, 127, 128, 129, whole.count - 1].map { whole.prefix($0) }
        damages.append(whole + [0])
        for position in Array(stride(from: 0, to: 96, by: 5)) + stride(from: 128, to: whole.count, by: 211) {
            var changed = whole
            changed[position] ^= 4
            damages.append(changed)
        }
        for damaged in damages {
            try damaged.write(to: URL(filePath: entry))
            let count = notices.all.count
            let again = try BlockStore(cache: cache()).blocks([contents[0]])
            #expect(!again[0].isCached && again[0].bytes == fresh[0].bytes)
            #expect(notices.all.count == count + 1)
            #expect(try Data(contentsOf: URL(filePath: entry)) == whole)
        }
        guard case .rebuilt(let path, let reason) = notices.all[0] else {
            Issue.record("\(notices.all[0])")
            return
        }
        #expect(path == entry && !reason.isEmpty)
    }

    @Test func `an entry that nothing vouches for is checked once and then vouched for`() throws {
        let fresh = try BlockStore(cache: cache()).blocks(contents)
        let before = try entries().map { try Data(contentsOf: URL(filePath: $0)) }
        // Another user's secret, as with a restored cache.
        let other = String(repeating: "b", count: 64)
        let found = try BlockStore(cache: cache(secret: other)).blocks(contents)
        #expect(found.map(\.isCached) == [true, true, true])
        #expect(found.map(\.bytes) == fresh.map(\.bytes))
        let after = try entries().map { try Data(contentsOf: URL(filePath: $0)) }
        for (old, new) in zip(before, after) {
            #expect(old[0..<96] == new[0..<96] && old[128...] == new[128...])
            #expect(old[96..<128] != new[96..<128])
        }
        _ = try BlockStore(cache: cache(secret: other)).blocks(contents)
        #expect(try entries().map { try Data(contentsOf: URL(filePath: $0)) } == after)
        #expect(notices.all.isEmpty)
    }

    /// Puts a block of `content` where the block of another content is, with all hashes right.
    private func poison(_ entry: String, with block: XZEncodedBlock, unpaddedSize: UInt64? = nil) throws {
        try change(entry) { data in
            var header = data.prefix(128)
            for index in 0..<8 {
                let shift = UInt64(8 * index)
                header[48 + index] = UInt8(truncatingIfNeeded: (unpaddedSize ?? block.size.unpaddedSize) >> shift)
                header[56 + index] = UInt8(truncatingIfNeeded: block.size.contentSize >> shift)
            }
            header.replaceSubrange(64..<96, with: SHA256.digest(block.bytes).bytes)
            data = header + block.bytes
        }
    }

    @Test func `a valid block of other content is noticed`() throws {
        let fresh = try BlockStore(cache: cache()).blocks([contents[0]])
        let entry = try entries()[0]
        var encoder = try XZBlockEncoder()
        for other in [TestContent.text(30_000, seed: 5), TestContent.text(29_999)] {
            try poison(entry, with: encoder.encode(other.span.bytes, chain: .lzma2))
            let count = notices.all.count
            let again = try BlockStore(cache: cache()).blocks([contents[0]])
            #expect(!again[0].isCached && again[0].bytes == fresh[0].bytes)
            #expect(notices.all.count == count + 1)
        }
        #expect(try BlockStore(cache: cache()).blocks([contents[0]])[0].isCached)
    }

    @Test func `a wrong size in an entry that nothing vouches for is noticed`() throws {
        // 3 bytes of padding, which an index doesn't count: the claim that there is none fits the file's size.
        let sizes = 1000..<1400
        let content = try #require(
            sizes.map { TestContent.text($0) }.first { content in
                try BlockStore(cache: nil).blocks([content])[0].size.unpaddedSize % 4 == 1
            })
        let fresh = try BlockStore(cache: cache()).blocks([content])[0]
        try poison(
            entries()[0], with: XZEncodedBlock(bytes: fresh.bytes, size: fresh.size),
            unpaddedSize: fresh.size.storedSize)
        let again = try BlockStore(cache: cache()).blocks([content])[0]
        #expect(!again.isCached && again.size == fresh.size)
        #expect(notices.all.count == 1)
    }

    @Test func `an entry that isn't a file is no entry`() throws {
        _ = try BlockStore(cache: cache()).blocks([contents[0]])
        let entry = try entries()[0]
        let elsewhere = try #require(scratch).path + "/elsewhere"
        try FileManager.default.moveItem(atPath: entry, toPath: elsewhere)
        try FileManager.default.createSymbolicLink(atPath: entry, withDestinationPath: elsewhere)
        #expect(try !BlockStore(cache: cache()).blocks([contents[0]])[0].isCached)
        #expect(notices.all.count == 1)
        #expect(try BlockStore(cache: cache()).blocks([contents[0]])[0].isCached)
    }

    @Test func `what was used last stays`() throws {
        let many = (0..<10).map { TestContent.random(10_000, seed: UInt64($0 + 1)) }
        for (index, content) in many.enumerated() {
            let before = try index == 0 ? [] : entries()
            _ = try BlockStore(cache: cache()).blocks([content])
            let made = try #require(try entries().first { !before.contains($0) })
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1_000_000 + Double(index))], ofItemAtPath: made)
        }
        // A hit makes the oldest the newest.
        #expect(try BlockStore(cache: cache()).blocks([many[0]])[0].isCached)
        let last = TestContent.random(10_000, seed: 99)
        _ = try BlockStore(cache: cache(limit: 60_000)).blocks([last])
        #expect(try entries().count == 5)
        let all = [many[0]] + many[7...] + [last]
        #expect(try BlockStore(cache: cache()).blocks(Array(all)).map(\.isCached) == [true, true, true, true, true])
        #expect(try !BlockStore(cache: cache()).blocks([many[6]])[0].isCached)
    }

    @Test func `files that a killed run left are removed`() throws {
        _ = try BlockStore(cache: cache()).blocks([contents[0]])
        let staging = try #require(scratch).path + "/cache/staging"
        for name in ["old", "new"] { try Data("x".utf8).write(to: URL(filePath: staging + "/" + name)) }
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -4000)], ofItemAtPath: staging + "/old")
        _ = try BlockStore(cache: cache()).blocks([contents[1]])
        #expect(try FileManager.default.contentsOfDirectory(atPath: staging) == ["new"])
    }

    @Test func `stores share a cache at the same time`() throws {
        let many = (0..<40).map { TestContent.text(3000, seed: $0) } + (0..<40).map { TestContent.text(3000, seed: $0) }
        let expected = try BlockStore(cache: nil).blocks(many).map(\.bytes)
        for _ in 0..<3 {
            try Threads.run(4) { index throws(Failure) in
                let path = (scratch?.path ?? "") + "/cache"
                let secret = try CacheSecret(digits: String(repeating: index % 2 == 0 ? "a" : "b", count: 64))
                let cache = try BlockCache(path: path, secret: secret, sizeLimit: 20_000) { notices.add($0) }
                let blocks = try BlockStore(cache: cache, threads: 3).blocks(many)
                guard blocks.map(\.bytes) == expected else { throw Failure(.failed, "other blocks") }
            }
        }
        #expect(notices.all.isEmpty, "\(notices.all)")
    }
}
