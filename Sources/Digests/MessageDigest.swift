import COpenSSL
public import Diagnostics

/// A digest of bytes that come in pieces, by one of the algorithms that package formats use; OpenSSL's EVP interface.
public struct MessageDigest: ~Copyable {
    /// An algorithm.
    public enum Algorithm: String, Sendable, CaseIterable {
        /// 16 bytes; only where a format asks for it.
        case md5
        /// 20 bytes; only where a format asks for it.
        case sha1
        /// 32 bytes.
        case sha256
        /// 64 bytes.
        case sha512

        /// Bytes of a digest.
        public var byteCount: Int {
            switch self {
            case .md5: 16
            case .sha1: 20
            case .sha256: 32
            case .sha512: 64
            }
        }
    }

    private let context: OpaquePointer?
    private let algorithm: Algorithm

    /// Starts a digest of nothing.
    ///
    /// - Parameter algorithm: How to digest.
    /// - Throws: `.failed` where OpenSSL refuses the algorithm, as MD5 in FIPS mode.
    public init(_ algorithm: Algorithm) throws(Failure) {
        let method =
            switch algorithm {
            case .md5: EVP_md5()
            case .sha1: EVP_sha1()
            case .sha256: EVP_sha256()
            case .sha512: EVP_sha512()
            }
        self.algorithm = algorithm
        context = EVP_MD_CTX_new()
        guard EVP_DigestInit_ex(context, method, nil) == 1 else {
            throw Failure(.failed, "OpenSSL has no \(algorithm.rawValue) here")
        }
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Adds bytes.
    public func update(_ bytes: UnsafeRawBufferPointer) { EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) }

    /// Adds bytes.
    public func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

    /// Ends the digest.
    ///
    /// - Returns: The digest's bytes.
    public consuming func finish() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: algorithm.byteCount)
        var count: UInt32 = 0
        EVP_DigestFinal_ex(context, &bytes, &count)
        return bytes
    }

    /// The digest of bytes at hand.
    ///
    /// - Parameters:
    ///   - bytes: All of them.
    ///   - algorithm: How to digest.
    public static func digest(_ bytes: [UInt8], _ algorithm: Algorithm) throws(Failure) -> [UInt8] {
        let digest = try MessageDigest(algorithm)
        digest.update(bytes)
        return digest.finish()
    }
}
