extension Certificate {
    /// The flag of keys that make signatures; RFC 9580, section 5.2.3.29.
    static let signFlag: UInt8 = 2

    /// The self-signatures of the primary key and its user IDs that claim to be this key's own, revocations aside.
    public var selfSignatures: [SignaturePacket] {
        (signatures.filter { $0.type == 0x1F }
            + userIDs.flatMap { user in user.signatures.filter { (0x10...0x13).contains($0.type) } })
            .filter(isOwn)
    }

    /// Whether a signature names this key as its maker.
    public func isOwn(_ signature: SignaturePacket) -> Bool {
        if let fingerprint = signature.issuerFingerprint { return fingerprint == primary.fingerprintBytes }
        return signature.issuer == primary.keyID
    }

    /// The newest self-signature, which says what holds; nil for a key without any.
    public var newestSelfSignature: SignaturePacket? {
        selfSignatures.max { ($0.creation ?? 0) < ($1.creation ?? 0) }
    }

    /// Whether the primary key may sign: its newest self-signature says so, or says nothing.
    public var canSign: Bool {
        guard primary.algorithm.signs else { return false }
        guard let flags = newestSelfSignature?.keyFlags else { return true }
        return flags & Self.signFlag != 0
    }

    /// When the primary key expires, in seconds since 1970; nil for never.
    public var expiry: UInt64? {
        let lifetime = primary.lifetime ?? newestSelfSignature?.keyLifetime
        return lifetime.flatMap { $0 == 0 ? nil : UInt64(primary.creation) + UInt64($0) }
    }

    /// Whether the key says that it is revoked.
    public var isRevoked: Bool { signatures.contains { $0.type == 0x20 && isOwn($0) } }

    /// The first second at which a signature by this key is good for every client: neither before the key nor before its
    /// newest self-signature, since some clients look at what bound the key at that moment.
    public var firstSigningTime: UInt32 { max(primary.creation, newestSelfSignature?.creation ?? 0) }
}
