import CGPGME
public import Diagnostics
public import LinuxIO
import OpenPGP

/// A new OpenPGP key in a home of GnuPG, made so that every client takes it: RSA with 4096 bits, a primary key that signs,
/// no subkey, self-signatures with SHA-512.
public struct GPGKeyPair: Sendable {
    /// The fingerprint: 40 upper-case hexadecimal digits.
    public let fingerprint: String
    /// The public key, armored.
    public let publicKey: [UInt8]
    /// The home that has the secret key.
    public let home: String
    /// The certificate that revokes the key, in that home; nil where gpg made none.
    public let revocation: String?

    /// Makes a key.
    ///
    /// gpg runs in a home of our own, so that no setting of the user's decides the digest; the agent of the user's home
    /// makes and keeps the secret key, which never leaves it.
    ///
    /// - Parameters:
    ///   - name: Whose key it is.
    ///   - email: The address for it.
    ///   - home: GnuPG's home directory, made where it is missing; nil for the one of the user or of `GNUPGHOME`.
    ///   - passphrase: What protects the secret key; nil for nothing.
    ///   - lifetime: Seconds until the key expires; nil for never.
    /// - Returns: The key.
    /// - Throws: `.usage` for a name or address that can't be a user ID, `.requirement` without GnuPG.
    public static func generate(
        name: String, email: String, home: String? = nil, passphrase: SecretBytes?, lifetime: Int? = nil
    ) throws(Failure) -> GPGKeyPair {
        let user = try userID(name, email)
        let keyHome = if let home { try preparedHome(home) } else { try preparedHome(GPGME.defaultHome()) }
        try launchAgent(of: keyHome)
        let temporary = try TemporaryHome(settings: ["no-autostart", "cert-digest-algo SHA512"])
        try temporary.useAgent(of: keyHome)

        let context = try GPGContext(home: temporary.path, passphrase: passphrase.map { PassphraseReply($0) })
        var flags = UInt32(GPGME_CREATE_SIGN | GPGME_CREATE_CERT)
        if lifetime == nil { flags |= UInt32(GPGME_CREATE_NOEXPIRE) }
        if passphrase == nil { flags |= UInt32(GPGME_CREATE_NOPASSWD) }
        let error = gpgme_op_createkey(context.pointer, user, "rsa4096", 0, UInt(lifetime ?? 0), nil, flags)
        try context.check(error, "make a key")
        guard let text = gpgme_op_genkey_result(context.pointer)?.pointee.fpr else {
            throw Failure(.failed, "gpg made a key without saying which")
        }
        let fingerprint = String(cString: text)
        let publicKey = try context.export(fingerprint)
        try check(publicKey, fingerprint, lifetime: lifetime)
        try GPGContext(home: keyHome).importKeys(publicKey)
        return GPGKeyPair(
            fingerprint: fingerprint, publicKey: Armor.encode(publicKey, .publicKey), home: keyHome,
            revocation: try keepRevocation(of: fingerprint, from: temporary.path, in: keyHome))
    }

    private static func userID(_ name: String, _ email: String) throws(Failure) -> String {
        let isPlain: (String) -> Bool = { text in
            !text.isEmpty && text.utf8.count <= 200
                && !text.unicodeScalars.contains { $0.value < 32 || $0.value == 127 || $0 == "<" || $0 == ">" }
        }
        guard isPlain(name), name.first != " ", name.last != " " else {
            throw Failure(.usage, "a key's name has 1 to 200 bytes, no < or >, and no blank at its ends")
        }
        let parts = email.split(separator: "@", omittingEmptySubsequences: false)
        guard isPlain(email), parts.count == 2, parts.allSatisfy({ !$0.isEmpty && !$0.contains(" ") }) else {
            throw Failure(.usage, "\(PathText.display(email)) is no address: expected one like releases@example.com")
        }
        return "\(name) <\(email)>"
    }

    private static func preparedHome(_ path: String) throws(Failure) -> String {
        if fileStatus(path) == nil {
            let parent = try Directory.open(resolvedPath(PathText.parent(path)))
            _ = try parent.makeDirectory(PathText.lastComponent(path), mode: 0o700)
        }
        let path = try resolvedPath(path)
        guard fileStatus(path)?.kind == .directory else {
            throw Failure(.usage, "GnuPG's home \(PathText.display(path)) is no directory")
        }
        return path
    }

    private static func launchAgent(of home: String) throws(Failure) {
        let result = try Subprocess.run(
            [GPGME.configurationProgram(), "--homedir", home, "--launch", "gpg-agent"],
            environment: System.environment, timeout: 60)
        guard result.status == 0 else {
            throw Failure(
                .failed, "can't start the agent of GnuPG's home \(PathText.display(home))",
                cause: SignerCommand.tail(result.errors))
        }
    }

    /// The key is what was asked for, whichever gpg made it.
    private static func check(_ bytes: [UInt8], _ fingerprint: String, lifetime: Int?) throws(Failure) {
        let certificates = try Certificate.read(bytes, name: "the new key")
        guard let certificate = certificates.first, certificate.primary.fingerprint == fingerprint,
            certificate.primary.algorithm == .rsa, certificate.primary.bits == 4096, certificate.canSign,
            certificate.subkeys.isEmpty, (certificate.expiry == nil) == (lifetime == nil),
            !certificate.selfSignatures.isEmpty, certificate.selfSignatures.allSatisfy({ $0.hash == .sha512 })
        else { throw Failure(.failed, "gpg made another key than it was asked for: \(fingerprint)") }
    }

    private static func keepRevocation(
        of fingerprint: String, from temporary: String, in home: String
    ) throws(Failure) -> String? {
        let name = "openpgp-revocs.d/\(fingerprint).rev"
        guard fileStatus(PathText.join(temporary, name)) != nil else { return nil }
        let bytes = try readFile(PathText.join(temporary, name))
        _ = try Directory.open(home).makeDirectories("openpgp-revocs.d", mode: 0o700)
        let file = try StagedFile(replacing: PathText.join(home, name), mode: 0o600)
        try file.write(bytes)
        try file.commit()
        return PathText.join(home, name)
    }
}
