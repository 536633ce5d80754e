import ByteIO
import Diagnostics
import Digests
import XZ

/// One file of the cache: a block and what vouches for it.
///
/// ```
///   0  16  magic, "agentpack block" and a zero
///  16  32  the key
///  48   8  unpadded size
///  56   8  content size
///  64  32  SHA-256 of the block
///  96  32  HMAC-SHA256 of bytes 0 to 95 under the user's secret
/// 128      the block
/// ```
///
/// Numbers have their least significant byte first.
struct CacheEntry {
    /// Bytes before the block.
    static let headerSize = 128
    private static let magic = Array("agentpack block\0".utf8)
    private static let authenticatedSize = 96

    /// The block.
    let block: StoredBlock
    /// Whether the user's secret vouches for it; otherwise anybody may have written it.
    let isAuthentic: Bool

    /// Writes a block's header.
    ///
    /// - Returns: The bytes that go before the block.
    static func header(of block: StoredBlock, key: CacheKey, secret: CacheSecret) -> [UInt8] {
        var writer = ByteWriter(capacity: headerSize)
        writer.put(magic)
        writer.put(key.digest.bytes)
        writer.put(littleEndian: block.size.unpaddedSize)
        writer.put(littleEndian: block.size.contentSize)
        writer.put(block.digest.bytes)
        writer.put(secret.authenticate(writer.bytes))
        return writer.bytes
    }

    /// Reads an entry.
    ///
    /// - Parameters:
    ///   - header: The file's first 128 bytes.
    ///   - bytes: The rest.
    ///   - key: The key it must have.
    ///   - secret: The user's secret.
    /// - Throws: `integrity` when the entry is damaged or another key's.
    init(header: [UInt8], bytes: [UInt8], key: CacheKey, secret: CacheSecret) throws(Failure) {
        var reader = ByteReader(header, name: "the entry's header")
        guard try reader.take(Self.magic.count) == Self.magic else {
            throw Failure(.integrity, "it isn't a cache entry")
        }
        guard try reader.take(SHA256Digest.byteCount) == key.digest.bytes else {
            throw Failure(.integrity, "it is another content's entry")
        }
        let size = XZBlockSize(
            unpaddedSize: try reader.take(littleEndian: UInt64.self),
            contentSize: try reader.take(littleEndian: UInt64.self))
        let stated = try reader.take(SHA256Digest.byteCount)
        let code = try reader.take(SHA256Digest.byteCount)
        try reader.finish()
        guard size.contentSize == UInt64(key.contentSize), size.storedSize == UInt64(bytes.count) else {
            throw Failure(.integrity, "its header states other sizes than it has")
        }
        let digest = SHA256.digest(bytes)
        guard digest.bytes == stated else { throw Failure(.integrity, "the block has another SHA-256 than it should") }
        isAuthentic = isEqualInConstantTime(code, secret.authenticate(Array(header.prefix(Self.authenticatedSize))))
        block = StoredBlock(XZEncodedBlock(bytes: bytes, size: size), digest: digest, isCached: true)
    }
}
