public import Diagnostics
public import LinuxIO
import OpenPGP

extension Array where Element == any OpenPGPSigner {
    /// Signs a text so that it stays readable, with every key: what apt's `InRelease` is.
    ///
    /// One armor holds all signatures, as in `gpg --clear-sign -u A -u B`; a client needs to know one of the keys.
    ///
    /// - Parameter text: Lines that end with newlines; blanks at their ends are not covered.
    /// - Returns: The whole message.
    /// - Throws: `.usage` without a key, for a key twice, and for what is no text; what the signers throw.
    public func clearsigned(_ text: [UInt8]) throws(Failure) -> [UInt8] {
        try check()
        var signatures: [[UInt8]] = []
        for signer in self { signatures.append(try signer.textSignature(text)) }
        return try CleartextMessage.encode(text, signatures: signatures)
    }

    /// Signs bytes with every key, for a file of its own beside theirs: what apt's `Release.gpg` is.
    ///
    /// - Parameter content: What is signed; read once for each key.
    /// - Returns: The detached signatures in one armor.
    /// - Throws: `.usage` without a key and for a key twice; what the signers throw.
    public func armored(_ content: ByteSource) throws(Failure) -> [UInt8] {
        try check()
        var signatures: [UInt8] = []
        for signer in self { signatures += try signer.detached(content) }
        return Armor.encode(signatures, .signature)
    }

    private func check() throws(Failure) {
        guard !isEmpty else { throw Failure(.usage, "no key is named that signs") }
        guard Set(map(\.fingerprint)).count == count else {
            throw Failure(.usage, "a key is named twice among those that sign")
        }
    }
}

extension OpenPGPSigner {
    /// Signs a text so that it stays readable: the cleartext form of RFC 9580, section 7.
    ///
    /// - Parameter text: Lines; blanks at their ends are not covered by the signature.
    /// - Returns: The whole signed text.
    /// - Throws: `.usage` for what is no text, and what `textSignature` throws.
    public func clearsigned(_ text: [UInt8]) throws(Failure) -> [UInt8] { try [self].clearsigned(text) }
}
