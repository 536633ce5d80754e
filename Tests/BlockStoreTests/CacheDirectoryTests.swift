import BlockStore
import Diagnostics
import Foundation
import LinuxIO
import Testing

@Suite struct CacheDirectoryTests {
    private let scratch = try? Scratch()
    private let notices = Notices()

    private func path(_ name: String) throws -> String { try #require(scratch).path + "/" + name }

    private func cache(_ name: String = "cache") throws -> BlockCache {
        let secret = try CacheSecret(digits: String(repeating: "0", count: 64))
        return try BlockCache(path: path(name), secret: secret) { notices.add($0) }
    }

    @Test(arguments: [0o755, 0o750, 0o701, 0o777, 0o500]) func `a cache that isn't private is refused`(mode: Int) throws
    {
        try FileManager.default.createDirectory(
            atPath: path("cache"), withIntermediateDirectories: false, attributes: [.posixPermissions: mode])
        let failure = #expect(throws: Failure.self) { try cache() }
        #expect(failure?.code == .usage)
        #expect(failure?.hints.first?.contains("chmod 700") == true)
    }

    @Test(.enabled(if: System.effectiveUser == 0, "needs root")) func `another user's cache is refused`() throws {
        let directory = try Directory.open(try #require(scratch).path)
        try directory.makeDirectory("cache", mode: 0o700)
        try directory.setOwner("cache", user: 12_345, group: 12_345)
        let failure = #expect(throws: Failure.self) { try cache() }
        #expect(failure?.message.contains("12345") == true)
    }

    @Test func `missing directories are made, private`() throws {
        _ = try cache("a/b/c")
        for name in ["a", "a/b", "a/b/c"] { #expect(try fileStatus(path(name))?.mode == 0o700) }
    }

    @Test func `a cache that can't be written is said once and doesn't fail`() throws {
        let cache = try cache()
        try Data().write(to: URL(filePath: path("cache/staging")))
        let blocks = try BlockStore(cache: cache, threads: 2).blocks((0..<20).map { TestContent.text(2000, seed: $0) })
        #expect(blocks.count == 20)
        #expect(notices.all.count == 1)
        guard case .notWritable = notices.all[0] else {
            Issue.record("\(notices.all[0])")
            return
        }
        #expect(notices.all[0].text.contains("staging"))
    }

    @Test func `a cache that can't be made is said and doesn't fail`() throws {
        try Data().write(to: URL(filePath: path("file")))
        let home = try path("home")
        let cache = try BlockCache.open(path: path("file/cache"), environment: { $0 == "HOME" ? home : nil }) {
            notices.add($0)
        }
        #expect(cache == nil)
        guard case .unavailable = notices.all.last, notices.all.count == 1 else {
            Issue.record("\(notices.all)")
            return
        }
    }

    @Test func `cache and key are where the XDG directories are, else in the home`() throws {
        let variables = ["HOME": "/home/u", "XDG_CACHE_HOME": "/c", "XDG_CONFIG_HOME": "relative"]
        #expect(CacheLocation.directory { variables[$0] } == "/c/agentpack")
        #expect(CacheLocation.keyFile { variables[$0] } == "/home/u/.config/agentpack/cache.key")
        #expect(CacheLocation.directory { _ in nil } == nil)
        let home = try path("home")
        _ = try BlockCache.open(environment: { $0 == "HOME" ? home : nil }) { notices.add($0) }
        #expect(fileStatus(home + "/.cache/agentpack")?.mode == 0o700)
        #expect(fileStatus(home + "/.config/agentpack/cache.key")?.mode == 0o600)
        #expect(notices.all.isEmpty)
    }

    @Test func `without a home there is no cache, and a key that can't be kept is said`() throws {
        #expect(try BlockCache.open(environment: { _ in nil }) { notices.add($0) } == nil)
        guard case .unavailable = notices.all.last else {
            Issue.record("\(notices.all)")
            return
        }
        #expect(try BlockCache.open(path: path("cache"), environment: { _ in nil }) { notices.add($0) } != nil)
        guard case .keyNotKept = notices.all.last else {
            Issue.record("\(notices.all)")
            return
        }
    }

    @Test func `the environment's key needs no file`() throws {
        let key = String(repeating: "Ab", count: 32)
        let cache = try BlockCache.open(
            path: path("cache"), environment: { $0 == "AGENTPACK_CACHE_KEY" ? key : nil }
        ) { notices.add($0) }
        #expect(cache != nil && notices.all.isEmpty)
        #expect(throws: Failure.self) {
            try BlockCache.open(path: path("cache"), environment: { $0 == "AGENTPACK_CACHE_KEY" ? "abc" : nil }) {
                notices.add($0)
            }
        }
    }

    @Test func `the key is made once, 0600, and read again`() throws {
        let file = try path("config/cache.key")
        _ = try CacheSecret.file(file)
        let text = try String(contentsOfFile: file, encoding: .utf8)
        #expect(text.utf8.count == 65)
        #expect(fileStatus(file)?.mode == 0o600)
        _ = try CacheSecret.file(file)
        #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
    }

    @Test(arguments: [0o644, 0o640, 0o604]) func `a key that others can read is refused`(mode: Int) throws {
        let file = try path("cache.key")
        _ = try CacheSecret.file(file)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        let failure = #expect(throws: Failure.self) { try CacheSecret.file(file) }
        #expect(failure?.code == .usage)
    }

    @Test(arguments: ["", "abc", "no key", String(repeating: "a", count: 62)])
    func `a key file that holds no key is refused`(text: String) throws {
        let file = try path("cache.key")
        try Data(text.utf8).write(to: URL(filePath: file))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        #expect(throws: Failure.self) { try CacheSecret.file(file) }
        let failure = #expect(throws: Failure.self) { try CacheSecret(digits: text) }
        #expect(failure?.rendered.contains("abc") == false)
    }
}
