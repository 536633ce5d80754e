import COpenSSL

/// SHA-256 of bytes that come in pieces; OpenSSL's EVP interface.
public struct SHA256: ~Copyable {
    private let context: OpaquePointer?

    /// Starts a digest of nothing.
    public init() {
        context = EVP_MD_CTX_new()
        EVP_DigestInit_ex(context, EVP_sha256(), nil)
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Adds bytes.
    public func update(_ bytes: UnsafeRawBufferPointer) {
        EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    }

    /// Adds bytes.
    public func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

    /// Ends the digest.
    ///
    /// - Returns: The digest of all bytes added.
    public consuming func finish() -> SHA256Digest {
        var bytes = [UInt8](repeating: 0, count: SHA256Digest.byteCount)
        var count: UInt32 = 0
        EVP_DigestFinal_ex(context, &bytes, &count)
        return SHA256Digest(bytes) ?? .zero
    }

    /// The digest of bytes at hand.
    ///
    /// - Parameter bytes: All of them.
    /// - Returns: Their digest.
    public static func digest(_ bytes: [UInt8]) -> SHA256Digest { bytes.withUnsafeBytes { digest($0) } }

    /// The digest of bytes at hand.
    ///
    /// - Parameter bytes: All of them.
    /// - Returns: Their digest.
    public static func digest(_ bytes: UnsafeRawBufferPointer) -> SHA256Digest {
        let digest = SHA256()
        digest.update(bytes)
        return digest.finish()
    }
}

/// HMAC with SHA-256; RFC 2104.
public enum HMACSHA256 {
    /// Authenticates a message.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - key: The secret key.
    /// - Returns: 32 bytes.
    public static func authenticate(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: SHA256Digest.byteCount)
        var count = UInt32(code.count)
        _ = HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, &code, &count)
        return code
    }
}

/// Whether two byte strings are equal, in a time that depends only on their lengths.
///
/// - Returns: Whether they are equal.
public func isEqualInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
}
