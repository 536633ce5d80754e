import BlockStore
import Diagnostics
import Foundation
import LinuxIO
import XZ

/// Content that tests make blocks of.
enum TestContent {
    /// Bytes that don't compress: a xorshift generator's.
    static func random(_ count: Int, seed: UInt64 = 0x9E37_79B9_7F4A_7C15) -> [UInt8] {
        var state = seed
        return (0..<count).map { _ in
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return UInt8(truncatingIfNeeded: state)
        }
    }

    /// Text that compresses well.
    static func text(_ count: Int, seed: Int = 0) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 40)
        var line = seed
        while bytes.count < count {
            bytes += Array("line \(line) of \(line &* 2_654_435_761)\n".utf8)
            line += 1
        }
        return Array(bytes.prefix(count))
    }

    /// A program of this machine.
    static func program() throws -> [UInt8] { try readFile("/bin/bash", limit: 1 << 24) }

    /// Contents of all kinds, of 1 byte to 1 MB.
    static func mixture() throws -> [[UInt8]] {
        var contents = [text(1_000_000), random(500_000), try program(), [7], text(70_000, seed: 9)]
        for index in 0..<20 { contents.append(text(1000 + 977 * index, seed: index)) }
        return contents
    }
}

/// A directory that goes with the value.
final class Scratch: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "agentpack-\(UUID().uuidString)").path()
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Every file of the cache below, without lock and key.
    func entries(of cache: String = "cache") throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path + "/" + cache)
            .filter { $0.utf8.count == 65 }.map { path + "/" + cache + "/" + $0 }.sorted()
    }
}

/// What a cache told.
final class Notices: Sendable {
    private let list = Monitor<[CacheNotice]>([])
    var all: [CacheNotice] { list.with { $0 } }
    func add(_ notice: CacheNotice) { list.with { $0.append(notice) } }
}

/// The requests of contents in memory.
func requests(_ contents: [[UInt8]], x86: Bool = false) -> [BlockRequest] {
    contents.map { content in
        BlockRequest(contentSize: content.count, isX86: x86) { room in room.copyBytes(from: content) }
    }
}

extension BlockStore {
    /// The blocks of contents in memory.
    func blocks(_ contents: [[UInt8]], x86: Bool = false) throws(Failure) -> [StoredBlock] {
        var blocks: [StoredBlock] = []
        var indexes: [Int] = []
        try makeBlocks(requests(contents, x86: x86)) { index, block in
            indexes.append(index)
            blocks.append(block)
        }
        guard indexes == Array(contents.indices) else {
            throw Failure(.failed, "blocks came in the order \(indexes)")
        }
        return blocks
    }
}

extension StoredBlock {
    /// The block's content.
    func content() throws -> [UInt8] {
        var decoder = XZBlockDecoder()
        var content = [UInt8](repeating: 0, count: Int(size.contentSize))
        _ = try content.withUnsafeMutableBytes { room in try decoder.decode(bytes.span.bytes, into: room) }
        return content
    }

    /// The filters that the block's header lists; The .xz File Format, section 3.1.
    var filterIDs: [UInt8] {
        // Behind the sizes, which have as many bytes as their first bits say.
        var position = 2
        for _ in 0..<2 {
            while bytes[position] & 0x80 != 0 { position += 1 }
            position += 1
        }
        return (0...(Int(bytes[1]) & 3)).map { _ in
            defer { position += 2 + Int(bytes[position + 1]) }
            return bytes[position]
        }
    }
}
