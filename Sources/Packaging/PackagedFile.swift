public import Digests
public import Planning

/// A file of a native package: what its bytes are, and where to read them.
public struct PackagedFile: Sendable {
    /// The number of bytes.
    public var size: UInt64
    /// SHA-256 of the bytes.
    public var digest: SHA256Digest
    /// MD5 of the bytes.
    public var md5: [UInt8]
    /// Where the bytes are, in order.
    public var parts: [StreamPart]

    /// Makes a file.
    public init(size: UInt64, digest: SHA256Digest, md5: [UInt8], parts: [StreamPart]) {
        self.size = size
        self.digest = digest
        self.md5 = md5
        self.parts = parts
    }
}
