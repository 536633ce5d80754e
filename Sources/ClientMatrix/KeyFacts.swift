public import OpenPGP

/// What of a public key decides who trusts what it signs.
public struct KeyFacts: Sendable {
    /// The audit of its file.
    public let audit: KeyAudit
    /// The fingerprint, in upper-case hexadecimal digits, of the key or subkey that signs; nil where that isn't known.
    public let signer: String?

    /// Takes an audit, made for the roles that the key has.
    ///
    /// - Parameters:
    ///   - audit: The audit.
    ///   - signer: The fingerprint that signatures name.
    public init(_ audit: KeyAudit, signer: String? = nil) {
        self.audit = audit
        self.signer = signer
    }
}
