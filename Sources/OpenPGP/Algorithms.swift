/// A public-key algorithm by its number; RFC 9580, section 9.1.
public struct PublicKeyAlgorithm: Sendable, Hashable, RawRepresentable {
    /// The number.
    public let rawValue: UInt8

    /// Takes a number, known or not.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// RSA, for everything.
    public static let rsa = PublicKeyAlgorithm(rawValue: 1)
    /// RSA for encryption alone; deprecated.
    public static let rsaEncrypt = PublicKeyAlgorithm(rawValue: 2)
    /// RSA for signatures alone; deprecated.
    public static let rsaSign = PublicKeyAlgorithm(rawValue: 3)
    /// Elgamal, for encryption.
    public static let elgamal = PublicKeyAlgorithm(rawValue: 16)
    /// DSA.
    public static let dsa = PublicKeyAlgorithm(rawValue: 17)
    /// Elliptic-curve Diffie-Hellman, for encryption.
    public static let ecdh = PublicKeyAlgorithm(rawValue: 18)
    /// ECDSA.
    public static let ecdsa = PublicKeyAlgorithm(rawValue: 19)
    /// EdDSA as GnuPG writes it, in v4 keys alone.
    public static let eddsaLegacy = PublicKeyAlgorithm(rawValue: 22)
    /// X25519, for encryption.
    public static let x25519 = PublicKeyAlgorithm(rawValue: 25)
    /// X448, for encryption.
    public static let x448 = PublicKeyAlgorithm(rawValue: 26)
    /// Ed25519 as RFC 9580 has it.
    public static let ed25519 = PublicKeyAlgorithm(rawValue: 27)
    /// Ed448.
    public static let ed448 = PublicKeyAlgorithm(rawValue: 28)

    /// Whether it is RSA under any of its three numbers.
    public var isRSA: Bool { (1...3).contains(rawValue) }
    /// Whether it can make signatures.
    public var signs: Bool { [.rsa, .rsaSign, .dsa, .ecdsa, .eddsaLegacy, .ed25519, .ed448].contains(self) }

    /// The name for messages.
    public var name: String {
        switch self {
        case .rsa, .rsaEncrypt, .rsaSign: "RSA"
        case .elgamal: "Elgamal"
        case .dsa: "DSA"
        case .ecdh: "ECDH"
        case .ecdsa: "ECDSA"
        case .eddsaLegacy: "EdDSA"
        case .x25519: "X25519"
        case .x448: "X448"
        case .ed25519: "Ed25519"
        case .ed448: "Ed448"
        default: "algorithm \(rawValue)"
        }
    }
}

/// A hash algorithm by its number; RFC 9580, section 9.5.
public struct HashAlgorithm: Sendable, Hashable, RawRepresentable {
    /// The number.
    public let rawValue: UInt8

    /// Takes a number, known or not.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// MD5, broken.
    public static let md5 = HashAlgorithm(rawValue: 1)
    /// SHA-1, broken.
    public static let sha1 = HashAlgorithm(rawValue: 2)
    /// RIPEMD-160.
    public static let ripemd160 = HashAlgorithm(rawValue: 3)
    /// SHA-256.
    public static let sha256 = HashAlgorithm(rawValue: 8)
    /// SHA-384.
    public static let sha384 = HashAlgorithm(rawValue: 9)
    /// SHA-512.
    public static let sha512 = HashAlgorithm(rawValue: 10)
    /// SHA-224.
    public static let sha224 = HashAlgorithm(rawValue: 11)

    /// Whether clients of today refuse it: MD5, SHA-1 and RIPEMD-160.
    public var isWeak: Bool { (1...3).contains(rawValue) }
    /// Whether it is SHA-224, SHA-256, SHA-384 or SHA-512, which every client has.
    public var isSHA2: Bool { (8...11).contains(rawValue) }

    /// The name for messages, as in an armor's `Hash:` line but for the hyphen.
    public var name: String {
        switch self {
        case .md5: "MD5"
        case .sha1: "SHA-1"
        case .ripemd160: "RIPEMD-160"
        case .sha256: "SHA-256"
        case .sha384: "SHA-384"
        case .sha512: "SHA-512"
        case .sha224: "SHA-224"
        case HashAlgorithm(rawValue: 12): "SHA3-256"
        case HashAlgorithm(rawValue: 14): "SHA3-512"
        default: "hash \(rawValue)"
        }
    }
}
