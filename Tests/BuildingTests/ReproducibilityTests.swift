import BlockStore
import Building
import ByteIO
import Diagnostics
import Digests
import LinuxIO
import TestSupport
import Testing

@Suite struct ReproducibilityTests {
    /// Collects what a cache reports.
    private func cache(
        _ path: String, digits: Character = "1", _ notices: Monitor<[CacheNotice]> = Monitor([])
    ) throws -> BlockCache {
        try BlockCache(path: path, secret: CacheSecret(digits: String(repeating: digits, count: 64))) { notice in
            notices.with { $0.append(notice) }
        }
    }

    @Test func `directories, threads and the cache's state change no byte`() throws {
        try withScratch { scratch in
            let one = try SampleProduct("one", in: scratch)
            try scratch.makeDirectories("some/where")
            let two = try SampleProduct("some/where/else", in: scratch)
            let expected = try one.build(threads: 1).files[0]
            let store = PathText.join(scratch.path, "cache")
            #expect(try two.build(threads: 5).files[0] == expected)
            let cold = try two.build(cache: cache(store))
            #expect(cold.files[0] == expected)
            #expect(cold.packing.cachedBlocks == 0 && cold.packing.totalBlocks >= 4)
            let warm = try one.build(cache: cache(store), threads: 3)
            #expect(warm.files[0] == expected)
            #expect(warm.packing.cachedBlocks == warm.packing.totalBlocks)
        }
    }

    @Test func `a poisoned cache entry is noticed and made again`() throws {
        try withScratch { scratch in
            let product = try SampleProduct("p", in: scratch)
            let store = PathText.join(scratch.path, "cache")
            let expected = try product.build(cache: cache(store)).files[0]
            // Each entry gets the next one's bytes: valid blocks with other content, under a key that vouches for none.
            let directory = try Directory.open(store)
            var names: [String] = []
            for shard in try directory.names() where shard.utf8.count == 2 {
                names += try directory.directory(shard).names().map { shard + "/" + $0 }
            }
            #expect(names.count >= 4)
            let contents = try names.map { try directory.file($0).readToEnd(limit: 1 << 22) }
            for (index, name) in names.enumerated() {
                try directory.file(name, [.write, .truncate]).write(contents[(index + 1) % names.count])
            }
            let notices = Monitor([CacheNotice]())
            let poisoned = try product.build(cache: cache(store, digits: "2", notices))
            #expect(poisoned.files[0] == expected)
            #expect(poisoned.packing.cachedBlocks == 0)
            #expect(notices.with { $0.count } == names.count)
            let healed = try product.build(cache: cache(store, digits: "2", notices))
            #expect(healed.files[0] == expected)
            #expect(healed.packing.cachedBlocks == healed.packing.totalBlocks)
        }
    }
}
