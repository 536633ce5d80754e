import COpenSSL
public import Diagnostics
import Digests
public import LinuxIO
import OpenPGP

/// An Ed25519 public key; in a file as PEM, `PUBLIC KEY` (SubjectPublicKeyInfo, RFC 8410).
public struct PublicKey: Sendable, Equatable {
    /// The 32 bytes.
    public let bytes: [UInt8]

    /// Takes a raw key.
    ///
    /// - Parameter bytes: 32 bytes.
    /// - Throws: `usage` for another number of bytes.
    public init(bytes: [UInt8]) throws(Failure) {
        guard bytes.count == Ed25519.keySize else {
            throw Failure(.usage, "an Ed25519 public key has \(Ed25519.keySize) bytes, not \(bytes.count)")
        }
        self.bytes = bytes
    }

    /// Takes the public part of an OpenSSL key.
    ///
    /// - Parameter key: Any key, or nil where none could be read.
    /// - Returns: nil unless it is an Ed25519 key.
    init?(_ key: OpaquePointer?) {
        var bytes = [UInt8](repeating: 0, count: Ed25519.keySize)
        var count = bytes.count
        guard let key, EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519,
            EVP_PKEY_get_raw_public_key(key, &bytes, &count) == 1, count == Ed25519.keySize
        else { return nil }
        self.bytes = bytes
    }

    /// Reads a key file.
    ///
    /// - Parameter path: A PEM file with a public key.
    /// - Throws: `usage` when it holds anything else; what the system reports otherwise.
    public init(path: String) throws(Failure) {
        let text = try readFile(path, limit: PEMFile.limit)
        let shown = PathText.display(path)
        guard PEMFile.label(of: text) == .publicKey else {
            // Armored, or packets.
            let isOpenPGP = Armor.isArmored(text) || text.first.map { $0 >= 0x80 } == true
            throw Failure(
                .usage, "\(shown) is not an Ed25519 public key in PEM",
                hints: isOpenPGP
                    ? ["It looks like an OpenPGP key: see it with agentpack keys audit, verify with --gpg-key."]
                    : ["A pair made by agentpack keys generate has its public part in the file that ends in .pub."])
        }
        let key = try text.withUnsafeBytes { bytes in
            Result { () throws(Failure) in
                try OpenSSL.withReader(bytes) { reader in PEM_read_bio_PUBKEY(reader, nil, nil, nil) }
            }
        }.get()
        defer { EVP_PKEY_free(key) }
        guard let publicKey = PublicKey(key) else {
            throw Failure(.usage, "\(shown) holds no Ed25519 public key", cause: OpenSSL.cause())
        }
        self = publicKey
    }

    /// SHA-256 of the 32 bytes, in lower-case hexadecimal digits: what people compare.
    public var fingerprint: String { SHA256.digest(bytes).hex }

    /// Whether a signature is this key's.
    ///
    /// - Parameters:
    ///   - signature: 64 bytes.
    ///   - message: What was signed.
    /// - Returns: Whether it is.
    public func isValid(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        Ed25519.isValid(signature, of: message, publicKey: bytes)
    }

    /// The key as PEM.
    ///
    /// - Returns: The text, with a newline at its end.
    /// - Throws: `failed` when memory runs out.
    public func pem() throws(Failure) -> [UInt8] {
        guard let key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, bytes, bytes.count) else {
            throw Failure(.failed, "can't use an Ed25519 public key", cause: OpenSSL.cause())
        }
        defer { EVP_PKEY_free(key) }
        return try OpenSSL.withText {
            PEM_write_bio_PUBKEY($0, key) == 1
        } _: {
            Array($0)
        }
    }
}

extension PublicKey {
    /// Reads the public part of a key from whichever file of the pair is at hand.
    ///
    /// - Parameters:
    ///   - path: The file with the public or the private key.
    ///   - passphrase: Asked only when the key is encrypted.
    /// - Returns: The public key.
    /// - Throws: What reading a file of that kind throws.
    public static func ofPair(
        path: String, passphrase: () throws(Failure) -> SecretBytes
    ) throws(Failure) -> PublicKey {
        let text = try SecretBytes(reading: FileDescriptor.open(path), limit: PEMFile.limit)
        let label = try text.withBytes { PEMFile.label(of: $0) }
        switch label {
        case .privateKey, .encryptedPrivateKey: return try Signer.load(path: path, passphrase: passphrase).publicKey
        case .publicKey, nil: return try PublicKey(path: path)
        }
    }
}
