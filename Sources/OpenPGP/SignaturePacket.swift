public import Diagnostics

/// A signature's fields, right or not; RFC 9580, section 5.2.
public struct SignaturePacket: Sendable, Equatable {
    /// The format's version: 3, 4 or 6.
    public let version: UInt8
    /// What is signed and how, section 5.2.1: 0 for a file's bytes, 1 for a text.
    public let type: UInt8
    /// The signer's algorithm.
    public let algorithm: PublicKeyAlgorithm
    /// The digest that is signed.
    public let hash: HashAlgorithm
    /// The fields that the signature covers.
    public let hashed: [Subpacket]
    /// The fields that anybody can change.
    public let unhashed: [Subpacket]
    /// The first two bytes of the digest.
    public let digestPrefix: [UInt8]
    /// The bytes of the packet that are digested, without the trailer that follows them.
    let hashedPart: [UInt8]
    /// The number of an RSA signature, most significant byte first; nil for other algorithms.
    public let rsaNumber: [UInt8]?
    /// What is digested before everything else, in version 6.
    let salt: [UInt8]
    /// Where the packet starts in its file, in bytes.
    public let offset: Int
    private let oldTime: UInt32?
    private let oldIssuer: [UInt8]?

    /// When it was made, in seconds since 1970; nil where it doesn't say so under its own protection.
    public var creation: UInt32? { oldTime ?? value(.creationTime)?.number }
    /// Seconds after its creation when it expires; nil for never.
    public var lifetime: UInt32? { value(.expirationTime)?.number.flatMap { $0 == 0 ? nil : $0 } }
    /// Seconds after the key's creation when the key expires; nil for never.
    public var keyLifetime: UInt32? { value(.keyExpirationTime)?.number.flatMap { $0 == 0 ? nil : $0 } }
    /// What the key is for, section 5.2.3.29; nil where it doesn't say.
    public var keyFlags: UInt8? { value(.keyFlags).map { $0.body.first ?? 0 } }

    /// The signer's key ID: 8 bytes; nil where neither part has it.
    public var issuer: [UInt8]? {
        if let oldIssuer { return oldIssuer }
        if let body = anyValue(.issuer)?.body, body.count == 8 { return body }
        guard let fingerprint = issuerFingerprint else { return nil }
        return Array(fingerprint.count == 20 ? fingerprint.suffix(8) : fingerprint.prefix(8))
    }

    /// The signer's fingerprint: 20 or 32 bytes; nil where neither part has it.
    public var issuerFingerprint: [UInt8]? {
        guard let body = anyValue(.issuerFingerprint)?.body, let version = body.first,
            body.count == (version == 4 ? 21 : 33)
        else { return nil }
        return Array(body.dropFirst())
    }

    /// The first key ID in it that isn't that of the fingerprint in it; nil where all agree.
    ///
    /// The unhashed part, in which key IDs mostly are, can be changed by anybody; clients look keys up by it.
    public var contradictingIssuer: [UInt8]? {
        guard let fingerprint = issuerFingerprint else { return nil }
        let expected = fingerprint.count == 20 ? fingerprint.suffix(8) : fingerprint.prefix(8)
        return (hashed + unhashed).first { $0.kind == .issuer && !$0.body.elementsEqual(expected) }?.body
    }

    private func value(_ kind: Subpacket.Kind) -> Subpacket? { hashed.last { $0.kind == kind } }
    private func anyValue(_ kind: Subpacket.Kind) -> Subpacket? {
        value(kind) ?? unhashed.last { $0.kind == kind }
    }

    /// The one signature in bytes that are to be nothing else.
    ///
    /// - Parameters:
    ///   - bytes: A binary detached signature.
    ///   - name: What they are, for messages.
    /// - Throws: `.integrity`, with the offset, for anything else.
    public init(_ bytes: [UInt8], name: String) throws(Failure) {
        let packets = try Packet.read(bytes, name: name)
        guard packets.count == 1, let packet = packets.first, packet.kind == .signature else {
            throw Failure(
                .integrity,
                "\(name) is not one OpenPGP signature: expected a packet of kind 2, found "
                    + (packets.isEmpty ? "none" : packets.prefix(8).map { "\($0.tag)" }.joined(separator: ", ")))
        }
        self = try SignaturePacket(packet, name: name)
    }

    /// Reads a packet.
    ///
    /// - Parameters:
    ///   - packet: One of the kind `signature`.
    ///   - name: What the file is, for messages.
    /// - Throws: `.integrity`, with the offset.
    public init(_ packet: Packet, name: String) throws(Failure) {
        var cursor = Cursor(packet.body[...], offset: packet.bodyOffset, name: name)
        offset = packet.offset
        version = try cursor.byte()
        var salt: [UInt8] = []
        switch version {
        case 3:
            guard try cursor.byte() == 5 else { throw cursor.damage("a signature with a wrong hashed length") }
            hashedPart = Array(packet.body[2..<min(7, packet.body.count)])
            type = try cursor.byte()
            oldTime = try cursor.time()
            oldIssuer = Array(try cursor.take(8))
            algorithm = PublicKeyAlgorithm(rawValue: try cursor.byte())
            hash = HashAlgorithm(rawValue: try cursor.byte())
            hashed = []
            unhashed = []
        case 4, 6:
            oldTime = nil
            oldIssuer = nil
            type = try cursor.byte()
            algorithm = PublicKeyAlgorithm(rawValue: try cursor.byte())
            hash = HashAlgorithm(rawValue: try cursor.byte())
            let width = version == 4 ? 2 : 4
            hashed = try Self.subpackets(&cursor, width, name)
            hashedPart = Array(packet.body.prefix(cursor.offset - packet.bodyOffset))
            unhashed = try Self.subpackets(&cursor, width, name)
        default:
            throw cursor.damage(
                "a signature", at: packet.bodyOffset, expected: "version 3, 4 or 6", found: "\(version)")
        }
        digestPrefix = Array(try cursor.take(2))
        if version == 6 { salt = Array(try cursor.take(Int(try cursor.byte()))) }
        self.salt = salt
        rsaNumber = try Self.checkValues(&cursor, algorithm)
    }

    /// What is digested behind the bytes that are signed, in version 4; RFC 9580, section 5.2.4.
    public var digestTrailer: [UInt8] {
        let count = UInt32(truncatingIfNeeded: hashedPart.count)
        return hashedPart + [version, 0xFF] + (0..<4).map { UInt8(truncatingIfNeeded: count >> (24 - 8 * $0)) }
    }

    private static func subpackets(
        _ cursor: inout Cursor, _ width: Int, _ name: String
    ) throws(Failure) -> [Subpacket] {
        let count = try cursor.number(bytes: width)
        let offset = cursor.offset
        var part = Cursor(try cursor.take(count), offset: offset, name: name)
        return try Subpacket.read(&part)
    }

    /// The algorithm's numbers end where the packet ends; sections 5.2.3.1 to 5.2.3.5.
    ///
    /// - Returns: The number of an RSA signature.
    private static func checkValues(
        _ cursor: inout Cursor, _ algorithm: PublicKeyAlgorithm
    ) throws(Failure) -> [UInt8]? {
        var number: [UInt8]?
        switch algorithm {
        case .rsa, .rsaSign: number = Array(try cursor.bigNumber().bytes)
        case .dsa, .ecdsa:
            _ = try cursor.bigNumber()
            _ = try cursor.bigNumber()
        // Its numbers are opaque bytes: leading zero bits don't count as they do elsewhere.
        case .eddsaLegacy: for _ in 0..<2 { _ = try cursor.take((try cursor.number(bytes: 2) + 7) / 8) }
        case .ed25519: _ = try cursor.take(64)
        case .ed448: _ = try cursor.take(114)
        default: _ = cursor.takeRest()
        }
        try cursor.finish("a signature")
        return number
    }
}
