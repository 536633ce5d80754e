import Digests
public import OpenPGP

/// A digest as metadata uses it.
public enum MetadataDigest: String, Sendable, CaseIterable, Comparable {
    /// MD5.
    case md5
    /// SHA-1.
    case sha1
    /// SHA-256.
    case sha256
    /// SHA-384.
    case sha384
    /// SHA-512.
    case sha512

    /// Orders by strength.
    public static func < (left: MetadataDigest, right: MetadataDigest) -> Bool { left.rank < right.rank }
    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// Whether clients of today refuse it.
    var isWeak: Bool { self < .sha256 }

    /// The name for messages.
    var name: String {
        switch self {
        case .md5: "MD5"
        case .sha1: "SHA-1"
        case .sha256: "SHA-256"
        case .sha384: "SHA-384"
        case .sha512: "SHA-512"
        }
    }
}

/// A signature of a repository's metadata.
public struct MetadataSignature: Sendable, Equatable {
    /// The signer's algorithm.
    public var algorithm: PublicKeyAlgorithm
    /// The digest that is signed.
    public var hash: HashAlgorithm
    /// The signer's fingerprint, upper-case hexadecimal digits; nil where it doesn't say.
    public var fingerprint: String?
    /// Whether clients have the key.
    public var isKnown: Bool
    /// Whether the key that made it had expired when it did, or has since.
    public var isExpired: Bool

    /// Describes a signature.
    public init(
        algorithm: PublicKeyAlgorithm = .rsa, hash: HashAlgorithm = .sha512, fingerprint: String? = nil,
        isKnown: Bool = true, isExpired: Bool = false
    ) {
        self.algorithm = algorithm
        self.hash = hash
        self.fingerprint = fingerprint
        self.isKnown = isKnown
        self.isExpired = isExpired
    }

    /// Reads a signature's fields and looks its maker up; nothing is verified.
    ///
    /// - Parameters:
    ///   - packet: The signature.
    ///   - keys: The keys that clients have.
    ///   - now: The time of the judgement, in seconds since 1970.
    public init(_ packet: SignaturePacket, keys: [Certificate], now: UInt64) {
        let maker = keys.lazy.compactMap { certificate in
            ([certificate.primary] + certificate.subkeys.map(\.key)).first { key in
                packet.issuerFingerprint.map { $0 == key.fingerprintBytes } ?? (packet.issuer == key.keyID)
            }.map { (certificate, $0) }
        }.first
        self.init(
            algorithm: packet.algorithm, hash: packet.hash,
            fingerprint: maker?.1.fingerprint ?? packet.issuerFingerprint.map { Hexadecimal.text($0).uppercased() },
            isKnown: maker != nil, isExpired: maker?.0.expiry.map { $0 <= now } ?? false)
    }
}
