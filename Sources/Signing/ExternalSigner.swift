public import Diagnostics
public import LinuxIO

/// A command that makes OpenPGP signatures; see `Documentation/signing.md` for what it gets and gives.
public struct ExternalOpenPGPSigner: OpenPGPSigner {
    /// The first argument that the command gets for bytes.
    public static let kind = "openpgp"
    /// The first argument that the command gets for a text.
    public static let textKind = "openpgp-text"
    /// The fingerprint of the key that is to sign: 40 upper-case hexadecimal digits.
    public let fingerprint: String
    private let command: SignerCommand
    private let use: SigningKey.Use
    private let verifier: GPGVerifier?

    /// Takes a command.
    ///
    /// - Parameters:
    ///   - command: The program.
    ///   - fingerprint: The primary key's, 40 hexadecimal digits.
    ///   - publicKey: A file with the public key, by which each signature is verified; nil to check the form alone.
    ///   - use: What the signatures are for; the public key has to fit it, and so does every signature.
    ///   - timeout: Seconds that one signature may take.
    /// - Throws: `.usage` for a command that isn't there or a key that doesn't fit.
    public init(
        command: String, fingerprint: String, publicKey: String? = nil, use: SigningKey.Use = .rpm, timeout: Int = 300
    ) throws(Failure) {
        self.fingerprint = try SigningKey.fingerprint(fingerprint)
        self.command = try SignerCommand(command, timeout: timeout)
        self.use = use
        verifier =
            if let publicKey {
                try GPGVerifier(keys: [publicKey])
            } else {
                nil
            }
        if let verifier { try SigningKey.check(verifier.certificate(self.fingerprint), for: use) }
    }

    /// Has the command sign, and checks what it gives: its form, and with the public key what it proves.
    public func detached(_ content: ByteSource) throws(Failure) -> [UInt8] { try sign(content, as: .bytes) }

    /// Has the command sign a text, and checks what it gives.
    public func textSignature(_ text: [UInt8]) throws(Failure) -> [UInt8] {
        try sign(ByteSource(CleartextMessage.canonical(text), name: "the text"), as: .text)
    }

    private func sign(_ content: ByteSource, as type: SigningKey.Content) throws(Failure) -> [UInt8] {
        let kind = type == .text ? Self.textKind : Self.kind
        let signature = try command.sign(content, kind: kind, fingerprint: fingerprint, limit: 1 << 16)
        _ = try SigningKey.check(signature, of: type, madeBy: command.name, with: fingerprint, for: use)
        guard let verifier else { return signature }
        let verdict = try verifier.verify(signature, of: content)
        guard case .good(let found) = verdict, found.primary == fingerprint else {
            throw Failure(
                .failed, "\(command.name) made a signature of \(content.name) that doesn't verify",
                cause: verdict.words)
        }
        return signature
    }
}

/// A command that makes Ed25519 signatures.
public struct ExternalMessageSigner: MessageSigner {
    /// The first argument that the command gets.
    public static let kind = "ed25519"
    /// The key that the signatures verify with.
    public let publicKey: PublicKey
    private let command: SignerCommand

    /// Takes a command.
    ///
    /// - Parameters:
    ///   - command: The program.
    ///   - publicKey: The public part of the key that is to sign; its fingerprint is the command's second argument.
    ///   - timeout: Seconds that one signature may take.
    /// - Throws: `.usage` for a command that isn't there.
    public init(command: String, publicKey: PublicKey, timeout: Int = 300) throws(Failure) {
        self.command = try SignerCommand(command, timeout: timeout)
        self.publicKey = publicKey
    }

    /// Has the command sign, and verifies what it gives.
    public func sign(_ message: [UInt8]) throws(Failure) -> [UInt8] {
        let signature = try command.sign(
            ByteSource(message, name: "the plan"), kind: Self.kind, fingerprint: publicKey.fingerprint, limit: 64)
        guard signature.count == 64, publicKey.isValid(signature, of: message) else {
            throw Failure(
                .failed, "\(command.name) made no Ed25519 signature of the key \(publicKey.fingerprint)",
                cause: signature.count == 64
                    ? "the 64 bytes don't verify with that key" : "expected 64 bytes, found \(signature.count)")
        }
        return signature
    }
}
