public import OpenPGP

/// What of an RPM package decides who installs it.
public struct RPMFacts: Sendable, Equatable {
    /// A signature of the package.
    public struct Signature: Sendable, Equatable {
        /// Where it is.
        public enum Place: String, Sendable {
            /// RSA or DSA, tags 268 and 267: over the header.
            case header
            /// PGP or GPG, tags 1002 and 1005: over header and payload.
            case headerAndPayload = "header and payload"
            /// OPENPGP, tag 278: over the header, in base64; rpm 6.
            case list
        }

        /// Where it is.
        public var place: Place
        /// The version of its packet.
        public var version: UInt8
        /// The signer's algorithm.
        public var algorithm: PublicKeyAlgorithm
        /// The digest that is signed.
        public var hash: HashAlgorithm

        /// Describes a signature.
        public init(
            place: Place, version: UInt8 = 4, algorithm: PublicKeyAlgorithm = .rsa, hash: HashAlgorithm = .sha512
        ) {
            self.place = place
            self.version = version
            self.algorithm = algorithm
            self.hash = hash
        }
    }

    /// The format's version, 4 or 6.
    public var format: UInt64
    /// How the payload is compressed, as the header has it.
    public var compressor: String
    /// The filters of its xz blocks.
    public var filters: Set<XZFilter>
    /// The features that it requires of rpm, `rpmlib(NAME)`, by their names.
    public var features: Set<String>
    /// Whether the signature header has the header's digests by SHA-1, SHA-256.
    public var hasHeaderSHA1: Bool
    /// Whether it has the header's SHA-256.
    public var hasHeaderSHA256: Bool
    /// Whether it has the MD5 of header and payload.
    public var hasMD5: Bool
    /// Whether the header has a digest of the payload.
    public var hasPayloadDigest: Bool
    /// The digest of its files; nil for a package without files.
    public var fileDigest: HashAlgorithm?
    /// Its signatures.
    public var signatures: [Signature]
    /// Bytes of values in the signature header.
    public var signatureRoom: UInt64
    /// Bytes of the largest file.
    public var largestFile: UInt64
    /// Its version, without epoch and release.
    public var version: String

    /// Describes a package; what isn't said is as in the profile that every client takes.
    public init(
        format: UInt64 = 4, compressor: String = "xz", filters: Set<XZFilter> = [.lzma2], features: Set<String> = [],
        hasHeaderSHA1: Bool = true, hasHeaderSHA256: Bool = true, hasMD5: Bool = true, hasPayloadDigest: Bool = true,
        fileDigest: HashAlgorithm? = .sha256,
        signatures: [Signature] = [Signature(place: .header), Signature(place: .headerAndPayload)],
        signatureRoom: UInt64 = 5000, largestFile: UInt64 = 0, version: String = "1.0"
    ) {
        self.format = format
        self.compressor = compressor
        self.filters = filters
        self.features = features
        self.hasHeaderSHA1 = hasHeaderSHA1
        self.hasHeaderSHA256 = hasHeaderSHA256
        self.hasMD5 = hasMD5
        self.hasPayloadDigest = hasPayloadDigest
        self.fileDigest = fileDigest
        self.signatures = signatures
        self.signatureRoom = signatureRoom
        self.largestFile = largestFile
        self.version = version
    }
}
