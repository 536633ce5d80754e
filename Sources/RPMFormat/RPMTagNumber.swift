/// The number of a tag in one of a package's two headers, where equal numbers mean different things.
public protocol RPMTagNumber: RawRepresentable, Hashable, Comparable, Sendable where RawValue == UInt32 {
    /// Makes a tag of any number.
    init(rawValue: UInt32)

    /// The tag of the region that covers the header.
    static var region: Self { get }
    /// What the header is called in messages.
    static var headerName: String { get }
    /// The most tags a header may have.
    static var maximumCount: UInt32 { get }
    /// The most bytes of values a header may have.
    static var maximumDataSize: UInt32 { get }
    /// The most bytes of a whole header that are read or written here, so that memory stays bounded.
    static var readLimit: Int { get }

    /// The name that upstream gives it, without its prefix; nil for one that isn't known.
    var knownName: String? { get }
    /// The type its value must have; nil where that isn't checked.
    var knownType: RPMValueType? { get }
}

extension RPMTagNumber {
    /// Orders by number.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// The name for people: upstream's, or the number.
    public var name: String { knownName ?? String(rawValue) }
}

/// A tag of the signature header; `rpmSigTag_e` of rpm's include/rpm/rpmtag.h.
///
/// SHA256 is 273: the tables of docs/manual/format_v4.md say 272, the code says `RPMTAG_SIG_BASE+17`.
public struct RPMSignatureTag: RPMTagNumber {
    /// The number.
    public let rawValue: UInt32
    /// Makes a tag of any number.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `HEADER_SIGNATURES`.
    public static let region = RPMSignatureTag(rawValue: 62)
    /// An OpenPGP packet over the header, by a key for DSA, ECDSA or EdDSA.
    public static let dsa = RPMSignatureTag(rawValue: 267)
    /// An OpenPGP packet over the header, by an RSA key.
    public static let rsa = RPMSignatureTag(rawValue: 268)
    /// Of the header, hexadecimal.
    public static let sha1 = RPMSignatureTag(rawValue: 269)
    /// Bytes of header and payload, where they don't fit `size`.
    public static let longSize = RPMSignatureTag(rawValue: 270)
    /// Bytes of the decompressed payload, where they don't fit `payloadSize`.
    public static let longArchiveSize = RPMSignatureTag(rawValue: 271)
    /// Of the header, hexadecimal.
    public static let sha256 = RPMSignatureTag(rawValue: 273)
    /// OpenPGP packets over the header, in base64, any number of them; rpm 6.
    public static let openPGP = RPMSignatureTag(rawValue: 278)
    /// Of the header, hexadecimal; rpm 6.
    public static let sha3_256 = RPMSignatureTag(rawValue: 279)
    /// Zeros that make room for signatures, in version 6 of the format.
    public static let reserved = RPMSignatureTag(rawValue: 999)
    /// Bytes of header and payload.
    public static let size = RPMSignatureTag(rawValue: 1000)
    /// An OpenPGP packet over header and payload, by an RSA key.
    public static let pgp = RPMSignatureTag(rawValue: 1002)
    /// Of header and payload, 16 bytes.
    public static let md5 = RPMSignatureTag(rawValue: 1004)
    /// An OpenPGP packet over header and payload, by a key for DSA, ECDSA or EdDSA.
    public static let gpg = RPMSignatureTag(rawValue: 1005)
    /// Bytes of the decompressed payload.
    public static let payloadSize = RPMSignatureTag(rawValue: 1007)
    /// Zeros that make room for signatures.
    public static let reservedSpace = RPMSignatureTag(rawValue: 1008)

    /// Named in messages.
    public static let headerName = "signature header"
    /// `hdrblobVerifyLengths` of lib/header.cc.
    public static let maximumCount: UInt32 = 32
    /// `hdrblobVerifyLengths` of lib/header.cc.
    public static let maximumDataSize: UInt32 = 64 << 20
    /// Some thousand signatures.
    public static let readLimit = 16 << 20

    private static let table: [UInt32: (name: String, type: RPMValueType)] = [
        62: ("HEADERSIGNATURES", .bin), 264: ("BADSHA1_1", .string), 265: ("BADSHA1_2", .string), 267: ("DSA", .bin),
        268: ("RSA", .bin), 269: ("SHA1", .string), 270: ("LONGSIZE", .int64), 271: ("LONGARCHIVESIZE", .int64),
        273: ("SHA256", .string), 274: ("FILESIGNATURES", .stringArray), 275: ("FILESIGNATURELENGTH", .int32),
        276: ("VERITYSIGNATURES", .stringArray), 277: ("VERITYSIGNATUREALGO", .int32), 278: ("OPENPGP", .stringArray),
        279: ("SHA3_256", .string), 999: ("RESERVED", .bin), 1000: ("SIZE", .int32), 1001: ("LEMD5_1", .bin),
        1002: ("PGP", .bin), 1003: ("LEMD5_2", .bin), 1004: ("MD5", .bin), 1005: ("GPG", .bin), 1006: ("PGP5", .bin),
        1007: ("PAYLOADSIZE", .int32), 1008: ("RESERVEDSPACE", .bin),
    ]

    /// Upstream's name without `RPMSIGTAG_`.
    public var knownName: String? { Self.table[rawValue]?.name }
    /// The type of its value.
    public var knownType: RPMValueType? { Self.table[rawValue]?.type }
}
