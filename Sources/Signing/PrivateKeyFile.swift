import COpenSSL
public import Diagnostics
public import LinuxIO

/// A private key in a file: PEM, PKCS#8 (RFC 5958), in the open or encrypted with AES-256-CBC under scrypt (RFC 7914).
extension Signer {
    // scrypt's costs: 16 MiB, five times over. OpenSSL reads no file that asks for more than 32 MiB.
    private static let scryptN: UInt64 = 1 << 14
    private static let scryptR: UInt64 = 8
    private static let scryptP: UInt64 = 5

    /// Reads a private key.
    ///
    /// - Parameters:
    ///   - path: The file; nobody but its owner may be able to read it.
    ///   - passphrase: Asked only when the key is encrypted.
    /// - Returns: The pair.
    /// - Throws: `usage` when others can read the file, the passphrase is wrong, or it holds anything but an Ed25519
    ///   private key; what the system reports otherwise.
    public static func load(
        path: String, passphrase: () throws(Failure) -> SecretBytes
    ) throws(Failure) -> Signer {
        let shown = PathText.display(path)
        let file = try FileDescriptor.open(path)
        let text = try SecretBytes(reading: file, limit: PEMFile.limit)
        let label = try text.withBytes { PEMFile.label(of: $0) }
        // A public key may well be open to all; that it is the wrong one is what matters then.
        let isOpen = try file.status().mode & 0o077 != 0
        guard label == .publicKey || !isOpen else {
            throw Failure(
                .usage, "the private key \(shown) can be read by others",
                hints: ["Close it to them: chmod 600 \(shown)", "If it wasn't meant to be open, make a new key."])
        }
        switch label {
        case .privateKey: return try parse(text, passphrase: nil, shown: shown)
        case .encryptedPrivateKey: return try parse(text, passphrase: try passphrase(), shown: shown)
        case .publicKey:
            throw Failure(.usage, "\(shown) is a public key; signing takes the private one")
        case nil:
            throw Failure(
                .usage, "\(shown) is not an Ed25519 private key in PEM (PKCS#8)",
                hints: ["Make one with: agentpack keys generate"])
        }
    }

    /// Writes both parts of the pair: `<prefix>.key`, mode 0600, and `<prefix>.pub`, mode 0644.
    ///
    /// - Parameters:
    ///   - prefix: The path that both files' paths start with.
    ///   - passphrase: Encrypts the private part; nil leaves it in the open.
    ///   - overwriting: Whether files that are there are replaced.
    /// - Returns: The two paths.
    /// - Throws: `conflict` when a file is there, before anything is written; what the system reports otherwise.
    public func write(
        prefix: String, passphrase: SecretBytes?, overwriting: Bool
    ) throws(Failure) -> (privateKey: String, publicKey: String) {
        let paths = (privateKey: prefix + ".key", publicKey: prefix + ".pub")
        for path in [paths.privateKey, paths.publicKey] where !overwriting {
            let directory = try Directory.open(PathText.parent(path))
            guard try directory.status(PathText.lastComponent(path)) == nil else {
                throw Failure(
                    .conflict, "\(PathText.display(path)) exists already",
                    hints: [
                        "Choose another name with --out.",
                        "Replace it with --force: what it signed stays signed by it.",
                    ]
                )
            }
        }
        let publicPEM = try publicKey.pem()
        let privateFile = try StagedFile(replacing: paths.privateKey, mode: 0o600)
        try withPrivatePEM(passphrase: passphrase) { pem throws(Failure) in try privateFile.write(pem) }
        let publicFile = try StagedFile(replacing: paths.publicKey, mode: 0o644)
        try publicFile.write(publicPEM)
        try privateFile.commit()
        try publicFile.commit()
        return paths
    }

    private static func parse(_ text: SecretBytes, passphrase: SecretBytes?, shown: String) throws(Failure) -> Signer {
        let key = try text.withBytes { bytes throws(Failure) in
            try OpenSSL.withReader(bytes) { reader in
                let answer = passphrase.map { Unmanaged.passUnretained($0).toOpaque() }
                return withExtendedLifetime(passphrase) {
                    PEM_read_bio_PrivateKey(reader, nil, answerPassphrase, answer)
                }
            }
        }
        guard let key else {
            let cause = OpenSSL.cause()
            if passphrase != nil {
                throw Failure(.usage, "the passphrase of \(shown) is wrong, or the file is damaged", cause: cause)
            }
            throw Failure(.usage, "the private key \(shown) is damaged", cause: cause)
        }
        guard let signer = Signer(adopting: key) else {
            throw Failure(
                .usage, "\(shown) holds another kind of key than Ed25519",
                hints: ["Make one with: agentpack keys generate"])
        }
        return signer
    }

    private func withPrivatePEM(
        passphrase: SecretBytes?, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        guard let passphrase else {
            return try OpenSSL.withText({ PEM_write_bio_PKCS8PrivateKey($0, key, nil, nil, 0, nil, nil) == 1 }, body)
        }
        guard let plain = EVP_PKEY2PKCS8(key) else {
            throw Failure(.failed, "can't write a key as PKCS#8", cause: OpenSSL.cause())
        }
        defer { PKCS8_PRIV_KEY_INFO_free(plain) }
        let algorithm = PKCS5_pbe2_set_scrypt(
            EVP_aes_256_cbc(), nil, 0, nil, Self.scryptN, Self.scryptR, Self.scryptP)
        // On success the encrypted key owns the algorithm.
        let encrypted = try passphrase.withBytes { bytes in
            PKCS8_set0_pbe(bytes.bindMemory(to: CChar.self).baseAddress, Int32(bytes.count), plain, algorithm)
        }
        guard let encrypted else {
            X509_ALGOR_free(algorithm)
            throw Failure(.failed, "can't encrypt a private key", cause: OpenSSL.cause())
        }
        defer { X509_SIG_free(encrypted) }
        try OpenSSL.withText({ PEM_write_bio_PKCS8($0, encrypted) == 1 }, body)
    }
}

/// OpenSSL's `pem_password_cb`: copies the passphrase that `context` holds.
private func answerPassphrase(
    buffer: UnsafeMutablePointer<CChar>?, size: Int32, isWriting: Int32, context: UnsafeMutableRawPointer?
) -> Int32 {
    guard let buffer, let context else { return -1 }
    let passphrase = Unmanaged<SecretBytes>.fromOpaque(context).takeUnretainedValue()
    guard passphrase.count <= Int(size) else { return -1 }
    let copied: Void? = try? passphrase.withBytes { bytes in
        UnsafeMutableRawBufferPointer(start: buffer, count: Int(size)).copyMemory(from: bytes)
    }
    return copied == nil ? -1 : Int32(passphrase.count)
}
