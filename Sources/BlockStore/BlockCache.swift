public import Diagnostics
import Digests
import LinuxIO
import XZ

/// Blocks on disk, for this run and later ones; several processes may use one directory.
///
/// Nothing in it is trusted. An entry that the user's secret doesn't vouch for is decoded and compared with the content
/// it stands for before it is used; every entry's bytes are hashed at every use. What is wrong is made again.
public final class BlockCache: Sendable {
    /// The size that a cache may have unless told otherwise: 5 GiB.
    public static let defaultSizeLimit: UInt64 = 5 << 30

    private struct State {
        var isWritable = true
        var bytesSinceEviction: UInt64 = 0
    }

    let directory: Directory
    let sizeLimit: UInt64
    private let secret: CacheSecret
    private let report: @Sendable (CacheNotice) -> Void
    private let state = Monitor(State())

    /// Opens a cache, making its directory where it is missing.
    ///
    /// - Parameters:
    ///   - path: The directory.
    ///   - secret: What vouches for entries.
    ///   - sizeLimit: The bytes to stay below; least recently used entries go first.
    ///   - report: Told of what is odd; on any thread, several at a time.
    /// - Throws: `usage` when the directory isn't the user's alone; what the system reports otherwise.
    public init(
        path: String, secret: CacheSecret, sizeLimit: UInt64 = defaultSizeLimit,
        report: @escaping @Sendable (CacheNotice) -> Void
    ) throws(Failure) {
        directory = try PrivateDirectory.make(path)
        try PrivateDirectory.check(directory)
        self.secret = secret
        self.sizeLimit = sizeLimit
        self.report = report
    }

    /// Finds a block.
    ///
    /// - Parameter key: Its content's key.
    /// - Returns: The block, which holds exactly that content; nil when it has to be made.
    func block(for key: CacheKey) -> StoredBlock? {
        do throws(Failure) {
            guard let entry = try read(key) else { return nil }
            if !entry.isAuthentic {
                try Self.check(entry.block, holds: key)
                keep(entry.block, for: key)
            }
            return entry.block
        } catch {
            if error.code == .integrity {
                report(.rebuilt(entry: PathText.join(directory.path, key.path), reason: error.cause ?? error.message))
            }
            return nil
        }
    }

    /// Keeps a block; failing to is no error.
    ///
    /// - Parameters:
    ///   - block: The block.
    ///   - key: Its content's key.
    func keep(_ block: StoredBlock, for key: CacheKey) {
        guard state.with({ $0.isWritable }) else { return }
        do throws(Failure) {
            try write(block, for: key)
        } catch {
            let isFirst = state.with { state in
                defer { state.isWritable = false }
                return state.isWritable
            }
            if isFirst { report(.notWritable(error)) }
            return
        }
        let isDue = state.with { state in
            state.bytesSinceEviction += UInt64(block.bytes.count)
            return state.bytesSinceEviction > sizeLimit / 8
        }
        if isDue { evict() }
    }

    /// Removes what is over the size limit, when this run has written anything.
    func evict() {
        let isNeeded = state.with { state in
            defer { state.bytesSinceEviction = 0 }
            return state.isWritable && state.bytesSinceEviction > 0
        }
        // What can't be removed now can be removed by the next run.
        if isNeeded { try? removeLeastRecentlyUsed() }
    }

    private func read(_ key: CacheKey) throws(Failure) -> CacheEntry? {
        guard let status = try directory.status(key.path) else { return nil }
        guard status.kind == .file else { throw Failure(.integrity, "it is \(status.kind.words)") }
        let file = try directory.file(key.path)
        let size = try file.status().size
        // An xz block is never much larger than its content.
        let largest = UInt64(CacheEntry.headerSize + key.contentSize + key.contentSize / 100 + 4096)
        guard size > CacheEntry.headerSize, size <= largest else {
            throw Failure(.integrity, "it has \(size) bytes, which can't be")
        }
        let header = try file.read(CacheEntry.headerSize, at: 0)
        let bytes = try file.read(Int(size) - CacheEntry.headerSize, at: UInt64(CacheEntry.headerSize))
        let entry = try CacheEntry(header: header, bytes: bytes, key: key, secret: secret)
        // The time of use, by which eviction chooses; not to be had on a read-only file system.
        try? file.setTime(System.now)
        return entry
    }

    private static func check(_ block: StoredBlock, holds key: CacheKey) throws(Failure) {
        let content = UnsafeMutableRawBufferPointer.allocate(byteCount: key.contentSize, alignment: 16)
        defer { content.deallocate() }
        var decoder = XZBlockDecoder()
        let size = try decoder.decode(block.bytes.span.bytes, into: content)
        guard size == block.size, SHA256.digest(UnsafeRawBufferPointer(content)) == key.content else {
            throw Failure(.integrity, "it holds other content")
        }
    }

    private func write(_ block: StoredBlock, for key: CacheKey) throws(Failure) {
        let staged = Self.staging + "/" + Hexadecimal.text(try System.randomBytes(16))
        try directory.makeDirectory(Self.staging, mode: 0o700)
        try directory.makeDirectory(key.shard, mode: 0o700)
        do throws(Failure) {
            let file = try directory.file(staged, [.write, .create, .exclusive])
            try file.write(CacheEntry.header(of: block, key: key, secret: secret))
            try file.write(block.bytes)
            // No fsync: an entry that a power loss cuts short is noticed when it is used.
            try directory.rename(staged, to: key.path)
        } catch {
            _ = try? directory.removeFile(staged)
            throw error
        }
    }
}
