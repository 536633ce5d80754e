import Decompression
import Diagnostics
import Digests
import LinuxIO
import RepositoryFiles

/// The content of a metadata file, decompressed piece by piece, measured and digested on the way.
final class MetadataContent {
    private let decode: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
    private let digest: HashBox?
    private let limit: UInt64
    private let name: String
    /// Bytes so far.
    private(set) var size: UInt64 = 0

    /// A digest in a class, where a closure may have it.
    private final class HashBox {
        private var digest: MessageDigest?

        init(_ algorithm: MessageDigest.Algorithm) throws(Failure) { digest = try MessageDigest(algorithm) }

        func update(_ bytes: UnsafeRawBufferPointer) { digest?.update(bytes) }

        func finish() -> [UInt8] {
            guard let digest = digest.take() else { return [] }
            return digest.finish()
        }
    }

    /// Starts before the first byte.
    ///
    /// - Parameters:
    ///   - source: The file.
    ///   - compression: How it is compressed; not zchunk.
    ///   - algorithm: How to digest the content; nil for not at all.
    init(
        _ source: ByteSource, _ compression: MetadataCompression, digest algorithm: MessageDigest.Algorithm?
    ) throws(Failure) {
        limit = UnpackedLimit.bytes(packed: source.size)
        name = source.name
        digest = if let algorithm { try HashBox(algorithm) } else { nil }
        if case .own(let own) = compression {
            let decoder = try Decompressor(source, compression: own, limit: limit, isConcatenated: true)
            decode = { buffer throws(Failure) in
                do throws(Failure) {
                    return try decoder.read(into: buffer)
                } catch {
                    throw error.during("\(source.name) can't be decompressed")
                }
            }
        } else {
            let decoder = try ForeignDecoder(source)
            decode = { buffer throws(Failure) in try decoder.read(into: buffer) }
        }
    }

    /// Takes the next bytes.
    ///
    /// - Returns: How many; 0 at the end.
    /// - Throws: `.integrity` for damage and for more than such a file can sensibly hold.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
        let count = try decode(buffer)
        size += UInt64(count)
        guard size <= limit else { throw Failure(.integrity, "\(name) unpacks to more than \(limit) bytes") }
        digest?.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        return count
    }

    /// Takes all that is left.
    ///
    /// - Returns: The digest of everything; nothing where none was wanted.
    func finish() throws(Failure) -> [UInt8] {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { buffer.deallocate() }
        while try read(into: buffer) > 0 {}
        return digest?.finish() ?? []
    }
}

extension RepositoryChecksum {
    /// How to compute it; nil for an algorithm that isn't known here.
    var digest: MessageDigest.Algorithm? {
        switch algorithm {
        case "sha256": .sha256
        case "sha512": .sha512
        case "sha", "sha1": .sha1
        case "md5": .md5
        default: nil
        }
    }

    /// The fault that it is, where somebody can make two files with the same digest.
    ///
    /// All clients take SHA-1 still, and repositories for EL 5 had nothing else; those in FIPS mode don't take MD5.
    func weakness(of what: String, _ path: String) -> RepositoryFault? {
        guard digest == .sha1 || digest == .md5 else { return nil }
        return RepositoryFault(
            digest == .md5 ? .error : .warning, "checksum-weak", path: path,
            "\(what) is listed with \(algorithm) alone, which can be forged")
    }
}
