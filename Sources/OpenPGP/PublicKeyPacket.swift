public import Diagnostics
import Digests

/// A public key's or subkey's fields; RFC 9580, section 5.5.2.
public struct PublicKeyPacket: Sendable, Equatable {
    /// The most bytes that a key packet may have.
    static let sizeLimit = 1 << 16

    /// The format's version: 3, 4, 5 (LibrePGP's) or 6.
    public let version: UInt8
    /// When it was made, in seconds since 1970.
    public let creation: UInt32
    /// Its algorithm.
    public let algorithm: PublicKeyAlgorithm
    /// The length of RSA's, DSA's or Elgamal's modulus, or of a curve's field, in bits; nil where it isn't known.
    public let bits: Int?
    /// The elliptic curve's name, or its object identifier in hexadecimal digits; nil for an algorithm without one.
    public let curve: String?
    /// The digest that names the key: 16 bytes for version 3, 20 for 4, 32 for 5 and 6.
    public let fingerprintBytes: [UInt8]
    /// The eight bytes by which signatures without a fingerprint name the key.
    public let keyID: [UInt8]
    /// Seconds after its creation when it expires, which only version 3 says here; nil for never.
    public let lifetime: UInt32?
    /// The two numbers of an RSA key, most significant byte first.
    public struct RSANumbers: Sendable, Equatable {
        /// The modulus.
        public let modulus: [UInt8]
        /// The exponent.
        public let exponent: [UInt8]
    }

    /// The numbers of an RSA key; nil for other algorithms.
    public let rsaNumbers: RSANumbers?
    /// The packet's body, which self-signatures cover.
    let body: [UInt8]
    /// Where the packet starts in its file, in bytes.
    public let offset: Int

    /// The fingerprint in upper-case hexadecimal digits, as GnuPG prints it.
    public var fingerprint: String { Hexadecimal.text(fingerprintBytes).uppercased() }

    /// Reads a packet.
    ///
    /// - Parameters:
    ///   - packet: One of the kinds `publicKey` and `publicSubkey`.
    ///   - name: What the file is, for messages.
    /// - Throws: `.integrity`, with the offset.
    public init(_ packet: Packet, name: String) throws(Failure) {
        var cursor = Cursor(packet.body[...], offset: packet.bodyOffset, name: name)
        offset = packet.offset
        body = packet.body
        guard packet.body.count <= Self.sizeLimit else {
            throw cursor.damage(
                "a key", at: packet.offset, expected: "at most \(Self.sizeLimit) bytes", found: "\(packet.body.count)")
        }
        version = try cursor.byte()
        guard (3...6).contains(version) else {
            throw cursor.damage("a key", at: packet.bodyOffset, expected: "version 3, 4, 5 or 6", found: "\(version)")
        }
        creation = try cursor.time()
        lifetime = version == 3 ? UInt32(clamping: try cursor.number(bytes: 2) * 86400) : nil
        algorithm = PublicKeyAlgorithm(rawValue: try cursor.byte())
        if version >= 5 {
            let offset = cursor.offset
            let count = try cursor.number(bytes: 4)
            guard count == cursor.remaining else {
                throw cursor.damage(
                    "key material of a wrong length", at: offset, expected: "\(cursor.remaining) bytes",
                    found: "\(count)")
            }
        }
        let material = try Self.material(&cursor, algorithm)
        try cursor.finish("a key")
        bits = material.bits
        curve = material.curve
        rsaNumbers =
            algorithm.isRSA && material.numbers.count == 2
            ? RSANumbers(modulus: Array(material.numbers[0]), exponent: Array(material.numbers[1])) : nil
        (fingerprintBytes, keyID) = try Self.names(version, packet.body, material.numbers)
    }

    private typealias Material = (bits: Int?, curve: String?, numbers: [ArraySlice<UInt8>])

    private static func material(
        _ cursor: inout Cursor, _ algorithm: PublicKeyAlgorithm
    ) throws(Failure) -> Material {
        switch algorithm {
        case .rsa, .rsaEncrypt, .rsaSign: return try numbers(2, &cursor)
        case .dsa: return try numbers(4, &cursor)
        case .elgamal: return try numbers(3, &cursor)
        case .ecdsa, .eddsaLegacy, .ecdh:
            let count = Int(try cursor.byte())
            guard count != 0, count != 255 else { throw cursor.damage("a curve of a reserved length") }
            let curve = Curve(identifier: Array(try cursor.take(count)))
            // A point's bits say nothing: curve 25519's begins with a byte of its own.
            _ = try cursor.take((try cursor.number(bytes: 2) + 7) / 8)
            if algorithm == .ecdh { _ = try cursor.take(Int(try cursor.byte())) }
            return (curve.bits, curve.name, [])
        case .x25519, .ed25519:
            _ = try cursor.take(32)
            return (256, "Curve25519", [])
        case .x448:
            _ = try cursor.take(56)
            return (448, "Curve448", [])
        case .ed448:
            _ = try cursor.take(57)
            return (456, "Curve448", [])
        default:
            _ = cursor.takeRest()
            return (nil, nil, [])
        }
    }

    private static func numbers(_ count: Int, _ cursor: inout Cursor) throws(Failure) -> Material {
        var numbers: [ArraySlice<UInt8>] = []
        var bits: Int?
        for _ in 0..<count {
            let number = try cursor.bigNumber()
            bits = bits ?? number.bits
            numbers.append(number.bytes)
        }
        return (bits, nil, numbers)
    }

    /// Fingerprint and key ID; section 5.5.4.
    private static func names(
        _ version: UInt8, _ body: [UInt8], _ numbers: [ArraySlice<UInt8>]
    ) throws(Failure) -> ([UInt8], [UInt8]) {
        switch version {
        case 3:
            let fingerprint = try MessageDigest.digest(numbers.flatMap { Array($0) }, .md5)
            let identifier: [UInt8] = numbers.first.map { Array($0.suffix(8)) } ?? []
            return (fingerprint, identifier)
        case 4:
            let fingerprint = try MessageDigest.digest(Self.framed(version, body), .sha1)
            return (fingerprint, Array(fingerprint.suffix(8)))
        default:
            let fingerprint = try MessageDigest.digest(Self.framed(version, body), .sha256)
            return (fingerprint, Array(fingerprint.prefix(8)))
        }
    }

    /// A key as it goes into digests: a byte that names the version, the length, the packet's body.
    static func framed(_ version: UInt8, _ body: [UInt8]) -> [UInt8] {
        let count = UInt32(truncatingIfNeeded: body.count)
        let short = [UInt8(truncatingIfNeeded: count >> 8), UInt8(truncatingIfNeeded: count)]
        let long = [UInt8(truncatingIfNeeded: count >> 24), UInt8(truncatingIfNeeded: count >> 16)] + short
        return switch version {
        case 5: [0x9A] + long + body
        case 6: [0x9B] + long + body
        default: [0x99] + short + body
        }
    }
}

/// An elliptic curve by its object identifier; RFC 9580, section 9.2.
struct Curve {
    let name: String
    let bits: Int?

    init(identifier: [UInt8]) {
        (name, bits) =
            switch Hexadecimal.text(identifier) {
            case "2a8648ce3d030107": ("NIST P-256", 256)
            case "2b81040022": ("NIST P-384", 384)
            case "2b81040023": ("NIST P-521", 521)
            case "2b8104000a": ("secp256k1", 256)
            case "2b2403030208010107": ("brainpoolP256r1", 256)
            case "2b240303020801010b": ("brainpoolP384r1", 384)
            case "2b240303020801010d": ("brainpoolP512r1", 512)
            case "2b06010401da470f01": ("Ed25519", 256)
            case "2b060104019755010501": ("Curve25519", 256)
            case let other: (other, nil)
            }
    }
}
