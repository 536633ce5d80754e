import ByteIO
import Digests
import XZ

/// The name of a block in the cache: everything that its bytes follow from, hashed.
struct CacheKey: Equatable {
    /// The content's SHA-256.
    let content: SHA256Digest
    /// Bytes of content.
    let contentSize: Int
    /// The hash.
    let digest: SHA256Digest

    /// The key of content that is made into a block by this program.
    ///
    /// - Parameters:
    ///   - bytes: The content.
    ///   - chain: The chain that is tried; whether the block then holds it plain follows from the content.
    init(content bytes: UnsafeRawBufferPointer, chain: XZFilterChain) {
        content = SHA256.digest(bytes)
        contentSize = bytes.count
        var writer = ByteWriter()
        // A change to the way blocks are made changes this text.
        writer.put("agentpack block 1, crc64, plain if saving < 1 %\0".utf8)
        writer.put(content.bytes)
        writer.put([chain.rawValue])
        writer.put(littleEndian: XZ.preset)
        writer.put(XZ.libraryVersion.utf8)
        digest = SHA256.digest(writer.bytes)
    }

    /// The directory of the entry, one of 256.
    var shard: String { String(digest.hex.prefix(2)) }
    /// The entry's path in the cache.
    var path: String { shard + "/" + digest.hex.dropFirst(2) }
}
