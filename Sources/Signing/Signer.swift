import COpenSSL
public import Diagnostics
import Digests

/// An Ed25519 key pair that signs; OpenSSL holds the private part and wipes it when the value goes.
public final class Signer: @unchecked Sendable {
    // Never changed after `init`; OpenSSL's keys may be used by several threads then.
    let key: OpaquePointer
    /// The public part.
    public let publicKey: PublicKey

    /// Takes over an OpenSSL key.
    ///
    /// - Parameter key: The key; freed at once unless it is an Ed25519 pair.
    /// - Returns: nil for anything else.
    init?(adopting key: OpaquePointer) {
        var count = 0
        guard let publicKey = PublicKey(key), EVP_PKEY_get_raw_private_key(key, nil, &count) == 1 else {
            EVP_PKEY_free(key)
            return nil
        }
        self.key = key
        self.publicKey = publicKey
    }

    deinit { EVP_PKEY_free(key) }

    /// Makes a new pair.
    ///
    /// - Returns: The pair.
    /// - Throws: `failed` when OpenSSL can't.
    public static func generate() throws(Failure) -> Signer {
        let context = EVP_PKEY_CTX_new_id(EVP_PKEY_ED25519, nil)
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) == 1, EVP_PKEY_keygen(context, &key) == 1, let key,
            let signer = Signer(adopting: key)
        else { throw Failure(.failed, "can't make an Ed25519 key pair", cause: OpenSSL.cause()) }
        return signer
    }

    /// Signs a message.
    ///
    /// - Parameter message: The bytes.
    /// - Returns: The signature's 64 bytes; equal messages have equal ones.
    /// - Throws: `failed` when memory runs out.
    public func sign(_ message: [UInt8]) throws(Failure) -> [UInt8] {
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        var signature = [UInt8](repeating: 0, count: Ed25519.signatureSize)
        var count = signature.count
        guard EVP_DigestSignInit(context, nil, nil, nil, key) == 1,
            EVP_DigestSign(context, &signature, &count, message, message.count) == 1, count == signature.count
        else { throw Failure(.failed, "can't sign with an Ed25519 key", cause: OpenSSL.cause()) }
        return signature
    }
}
