import COpenSSL
public import Diagnostics

/// Ed25519 signatures over raw keys; RFC 8032, OpenSSL's EVP_PKEY-ED25519.
public enum Ed25519 {
    /// Bytes of a public key, and of a private seed.
    public static let keySize = 32
    /// Bytes of a signature.
    public static let signatureSize = 64

    /// Checks a signature.
    ///
    /// - Parameters:
    ///   - signature: 64 bytes.
    ///   - message: What was signed.
    ///   - publicKey: 32 bytes.
    /// - Returns: Whether the signature is the key's over the message.
    public static func isValid(_ signature: [UInt8], of message: [UInt8], publicKey: [UInt8]) -> Bool {
        guard signature.count == signatureSize, publicKey.count == keySize else { return false }
        let key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, publicKey, publicKey.count)
        let context = EVP_MD_CTX_new()
        defer {
            EVP_MD_CTX_free(context)
            EVP_PKEY_free(key)
        }
        guard key != nil, EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1 else { return false }
        return EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }

    /// Signs a message.
    ///
    /// - Parameters:
    ///   - message: What to sign.
    ///   - seed: The 32 secret bytes.
    /// - Returns: 64 bytes.
    /// - Throws: `.failed` when the seed is no key.
    public static func sign(_ message: [UInt8], seed: [UInt8]) throws(Failure) -> [UInt8] {
        let key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count)
        let context = EVP_MD_CTX_new()
        defer {
            EVP_MD_CTX_free(context)
            EVP_PKEY_free(key)
        }
        var signature = [UInt8](repeating: 0, count: signatureSize)
        var count = signature.count
        guard key != nil, EVP_DigestSignInit(context, nil, nil, nil, key) == 1,
            EVP_DigestSign(context, &signature, &count, message, message.count) == 1, count == signatureSize
        else { throw Failure(.failed, "can't sign with an Ed25519 key of \(seed.count) bytes") }
        return signature
    }
}
