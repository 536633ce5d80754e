import Digests

extension PlanSignature {
    /// SHA-256 of the public key's 32 bytes, in hexadecimal digits: what people compare.
    public var fingerprint: String { SHA256.digest(publicKey).hex }
}
