public import Diagnostics
public import LinuxIO
import OpenPGP

/// Who makes OpenPGP signatures: GnuPG or an external command.
public protocol OpenPGPSigner: Sendable {
    /// The fingerprint of the key that signs: 40 upper-case hexadecimal digits.
    var fingerprint: String { get }

    /// Signs bytes.
    ///
    /// - Parameter content: What is signed; read in pieces, whatever its size.
    /// - Returns: One binary signature packet of version 4 and type 0 (RFC 9580, section 5.2), checked for its form.
    /// - Throws: `.usage` for a key or passphrase that doesn't fit, `.requirement` without the program that signs,
    ///   `.failed` when it fails, what reading throws.
    func detached(_ content: ByteSource) throws(Failure) -> [UInt8]

    /// Signs a text, whatever ends its lines; what `clearsigned` puts behind it.
    ///
    /// - Parameter text: Lines that end with newlines; blanks at their ends and the last newline are not covered.
    /// - Returns: One binary signature packet of version 4 and type 1, checked for its form.
    /// - Throws: `.usage` for what is no text, and what `detached` throws.
    func textSignature(_ text: [UInt8]) throws(Failure) -> [UInt8]

    /// The same signer, whose signatures have a given time where it can choose, so that equal content has equal ones.
    ///
    /// - Parameter time: Seconds since 1970.
    /// - Throws: `.failed` when that can't be set up.
    func dated(_ time: Int64) throws(Failure) -> Self
}

extension OpenPGPSigner {
    /// Signs at a time of its own choice.
    public func dated(_ time: Int64) -> Self { self }

    /// Signs bytes, for a file of its own beside theirs.
    ///
    /// - Parameter content: What is signed.
    /// - Returns: A detached signature as text: what `.asc` files hold.
    /// - Throws: What `detached` throws.
    public func armored(_ content: ByteSource) throws(Failure) -> [UInt8] {
        Armor.encode(try detached(content), .signature)
    }
}

/// Who makes Ed25519 signatures: a key file or an external command.
public protocol MessageSigner: Sendable {
    /// The key that the signatures verify with.
    var publicKey: PublicKey { get }

    /// Signs a message.
    ///
    /// - Parameter message: The bytes.
    /// - Returns: The signature's 64 bytes; equal messages have equal ones.
    /// - Throws: `.failed` when it can't be made.
    func sign(_ message: [UInt8]) throws(Failure) -> [UInt8]
}

extension Signer: MessageSigner {}
