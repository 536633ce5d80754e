import Digests

extension Certificate {
    /// Whether the first two bytes of a certification's digest are those that the signature has.
    ///
    /// That is no proof, since anybody can write them, but it tells a signature of something else.
    ///
    /// - Parameters:
    ///   - signature: A certification of a user ID.
    ///   - user: The user ID.
    /// - Returns: nil where the digest can't be made here.
    func hasRightDigest(_ signature: SignaturePacket, over user: UserID) -> Bool? {
        guard let algorithm = signature.hash.digest, signature.version == 3 || signature.version == primary.version,
            [4, 6].contains(primary.version)
        else { return nil }
        let count = UInt32(truncatingIfNeeded: user.body.count)
        var bytes = signature.salt + PublicKeyPacket.framed(primary.version, primary.body)
        // A version 3 signature covers the name alone, a later one its length, too; RFC 9580, section 5.2.4.
        if signature.version > 3 { bytes += [0xB4] + Self.bytes(count) }
        bytes += user.body + signature.hashedPart
        if signature.version > 3 {
            bytes += [signature.version, 0xFF] + Self.bytes(UInt32(truncatingIfNeeded: signature.hashedPart.count))
        }
        guard let digest = try? MessageDigest.digest(bytes, algorithm) else { return nil }
        return Array(digest.prefix(2)) == signature.digestPrefix
    }

    private static func bytes(_ number: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> UInt32(24 - 8 * $0)) }
    }
}

extension HashAlgorithm {
    /// The algorithm by which we digest, where we have it.
    fileprivate var digest: MessageDigest.Algorithm? {
        switch self {
        case .md5: .md5
        case .sha1: .sha1
        case .sha256: .sha256
        case .sha512: .sha512
        default: nil
        }
    }
}
