import Digests

/// The digests that formats need of a file, from one reading.
struct FileDigest: ~Copyable {
    private let sha256 = SHA256()
    private let md5: MessageDigest?

    /// Starts digests of nothing.
    ///
    /// - Parameter withMD5: Whether an MD5 is wanted, too; there is none where OpenSSL has none.
    init(withMD5: Bool) {
        md5 = withMD5 ? try? MessageDigest(.md5) : nil
    }

    /// Adds bytes.
    func update(_ bytes: UnsafeRawBufferPointer) {
        sha256.update(bytes)
        md5?.update(bytes)
    }

    /// Ends the digests.
    consuming func finish() -> (sha256: SHA256Digest, md5: [UInt8]?) {
        (sha256.finish(), md5?.finish())
    }
}
