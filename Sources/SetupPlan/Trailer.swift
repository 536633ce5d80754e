import ByteIO
public import Diagnostics
public import Digests

/// The last bytes of every file that carries a plan: where its parts are, their digests, and who signed them.
///
/// ```
/// offset size
///      0   16  magic "AGENTPACK-SETUP\0"
///     16    4  format version, little-endian                      1
///     20    4  reserved                                            0
///     24    8  length of the head (ELF and padding), little-endian
///     32    8  length of the payload, little-endian                0: a config tool
///     40    8  length of the plan (an xz stream), little-endian
///     48   32  SHA-256 of the head
///     80   32  SHA-256 of the plan's xz stream
///    112   32  Ed25519 public key of the signer                    zero: unsigned
///    144   64  Ed25519 signature over bytes 0-19 and 48-111        zero: unsigned
///    208   16  reserved                                            0
///    224   32  SHA-256 of bytes 0-223
/// ```
///
/// The lengths are not signed, so that one signature serves the installer and the config tool, which is the same head
/// and plan without the payload. They must add up to the file's size.
public struct Trailer: Sendable, Equatable {
    /// The number of bytes.
    public static let byteCount = 256
    /// The format version that this code writes and reads.
    public static let version: UInt32 = 1
    /// The first bytes.
    public static let magic = Array("AGENTPACK-SETUP\0".utf8)
    /// The most bytes of a plan's xz stream that a reader accepts.
    public static let maximumPlanSize: UInt64 = 64 << 20

    /// Bytes of the ELF and the zeros that pad it to 4096.
    public var headLength: UInt64
    /// Bytes of the payload.
    public var payloadLength: UInt64
    /// Bytes of the plan's xz stream.
    public var planLength: UInt64
    /// SHA-256 of the head.
    public var headDigest: SHA256Digest
    /// SHA-256 of the plan's xz stream.
    public var planDigest: SHA256Digest
    /// The signer's public key and the signature; nil in an unsigned file.
    public var signature: PlanSignature?

    /// Makes a trailer.
    public init(
        headLength: UInt64, payloadLength: UInt64, planLength: UInt64, headDigest: SHA256Digest,
        planDigest: SHA256Digest, signature: PlanSignature? = nil
    ) {
        self.headLength = headLength
        self.payloadLength = payloadLength
        self.planLength = planLength
        self.headDigest = headDigest
        self.planDigest = planDigest
        self.signature = signature
    }

    /// What a signature covers: magic, format version, and the digests of head and plan.
    public var signedMessage: [UInt8] {
        var writer = ByteWriter()
        writer.put(Self.magic)
        writer.put(littleEndian: Self.version)
        writer.put(headDigest.bytes)
        writer.put(planDigest.bytes)
        return writer.bytes
    }

    /// Whether the signature is the stated key's; nil in an unsigned file.
    public var isSignatureValid: Bool? {
        signature.map { Ed25519.isValid($0.signature, of: signedMessage, publicKey: $0.publicKey) }
    }

    /// The trailer's 256 bytes.
    public var bytes: [UInt8] {
        var writer = ByteWriter(capacity: Self.byteCount)
        writer.put(Self.magic)
        writer.put(littleEndian: Self.version)
        writer.putZeros(4)
        writer.put(littleEndian: headLength)
        writer.put(littleEndian: payloadLength)
        writer.put(littleEndian: planLength)
        writer.put(headDigest.bytes)
        writer.put(planDigest.bytes)
        writer.put(signature?.publicKey ?? [UInt8](repeating: 0, count: Ed25519.keySize))
        writer.put(signature?.signature ?? [UInt8](repeating: 0, count: Ed25519.signatureSize))
        writer.putZeros(16)
        writer.put(SHA256.digest(writer.bytes).bytes)
        return writer.bytes
    }

    /// Reads a trailer, strictly.
    ///
    /// - Parameters:
    ///   - bytes: The last 256 bytes of the file.
    ///   - fileSize: The file's size, which the lengths must add up to.
    /// - Throws: `.integrity`, naming what is wrong; also for a signature that isn't its key's.
    public init(parsing bytes: [UInt8], fileSize: UInt64) throws(Failure) {
        var reader = ByteReader(bytes, name: "the trailer")
        guard try reader.take(Self.magic.count) == Self.magic else {
            throw Failure(
                .integrity,
                "this is no installer, or it was cut, or something was appended to it: the trailer's magic is missing")
        }
        let version = try reader.take(littleEndian: UInt32.self)
        let reserved = try reader.take(littleEndian: UInt32.self)
        headLength = try reader.take(littleEndian: UInt64.self)
        payloadLength = try reader.take(littleEndian: UInt64.self)
        planLength = try reader.take(littleEndian: UInt64.self)
        headDigest = try Self.takeDigest(&reader)
        planDigest = try Self.takeDigest(&reader)
        let publicKey = try reader.take(Ed25519.keySize)
        let signatureBytes = try reader.take(Ed25519.signatureSize)
        let padding = try reader.take(16)
        let digest = try Self.takeDigest(&reader)
        try reader.finish()
        guard SHA256.digest(Array(bytes.prefix(Self.byteCount - SHA256Digest.byteCount))) == digest else {
            throw Failure(.integrity, "the trailer is damaged: its SHA-256 is not the one it states")
        }
        guard version == Self.version, reserved == 0, padding.allSatisfy({ $0 == 0 }) else {
            throw Failure(
                .integrity, "the file has format version \(version); this version reads \(Self.version)",
                hints: ["Use the tool of the version that wrote the file."])
        }
        if publicKey.allSatisfy({ $0 == 0 }) {
            guard signatureBytes.allSatisfy({ $0 == 0 }) else {
                throw Failure(.integrity, "the trailer has a signature without a key")
            }
            signature = nil
        } else {
            signature = PlanSignature(publicKey: publicKey, signature: signatureBytes)
        }
        try checkLengths(fileSize)
        guard isSignatureValid != false else {
            throw Failure(.integrity, "the signature is not that of the key in the trailer")
        }
    }

    private func checkLengths(_ fileSize: UInt64) throws(Failure) {
        var sum = UInt64(Self.byteCount)
        for length in [headLength, payloadLength, planLength] {
            let (next, overflow) = sum.addingReportingOverflow(length)
            guard !overflow else { throw Failure(.integrity, "the trailer's lengths are larger than any file") }
            sum = next
        }
        guard sum == fileSize else {
            throw Failure(
                .integrity, "the file has \(fileSize) bytes; its trailer says \(sum)",
                hints: ["Download the file again."])
        }
        guard planLength <= Self.maximumPlanSize, planLength > 0 else {
            throw Failure(.integrity, "the plan has \(planLength) bytes; at most \(Self.maximumPlanSize) are read")
        }
    }

    private static func takeDigest(_ reader: inout ByteReader) throws(Failure) -> SHA256Digest {
        SHA256Digest(try reader.take(SHA256Digest.byteCount)) ?? .zero
    }
}

/// A signer's key and signature over a trailer's message.
public struct PlanSignature: Sendable, Equatable {
    /// 32 bytes, not all zero.
    public var publicKey: [UInt8]
    /// 64 bytes.
    public var signature: [UInt8]

    /// Makes a signature's record.
    public init(publicKey: [UInt8], signature: [UInt8]) {
        self.publicKey = publicKey
        self.signature = signature
    }
}
