import COpenSSL
import Diagnostics
import Digests
import LinuxIO
import OpenPGP

/// RSA signatures of version 4 over bytes, verified by OpenSSL in this process; RFC 9580, section 5.2.
///
/// It says only whether the number is right. Whether the key counts is for GnuPG to say.
enum RSASignature {
    /// Whether a signature is one that can be verified here: over bytes, by RSA, with a digest that everybody takes, and
    /// without statements that have to be understood.
    static func isPlain(_ signature: SignaturePacket) -> Bool {
        signature.version == 4 && signature.type == 0 && signature.algorithm.isRSA && signature.lifetime == nil
            && digest(signature.hash) != nil && signature.contradictingIssuer == nil
            && signature.hashed.allSatisfy { [.creationTime, .issuerFingerprint, .issuer].contains($0.kind) }
    }

    /// Whether a key made a signature of bytes.
    ///
    /// - Parameters:
    ///   - signature: A plain one.
    ///   - content: What it is of; read in pieces.
    ///   - key: An RSA key.
    /// - Throws: What reading throws.
    static func isValid(
        _ signature: SignaturePacket, of content: ByteSource, by key: PublicKeyPacket
    ) throws(Failure) -> Bool {
        guard let algorithm = digest(signature.hash), let numbers = key.rsaNumbers, let number = signature.rsaNumber,
            number.count <= numbers.modulus.count
        else { return false }
        let digest = try MessageDigest(algorithm)
        try content.forEachPiece { piece in digest.update(piece) }
        digest.update(signature.digestTrailer)
        // OpenSSL wants as many bytes as the modulus has; OpenPGP leaves out zeros in front.
        let padded = [UInt8](repeating: 0, count: numbers.modulus.count - number.count) + number
        return verify(padded, digest: digest.finish(), algorithm, numbers)
    }

    private static func digest(_ hash: HashAlgorithm) -> MessageDigest.Algorithm? {
        switch hash {
        case .sha256: .sha256
        case .sha512: .sha512
        default: nil
        }
    }

    private static func verify(
        _ signature: [UInt8], digest: [UInt8], _ algorithm: MessageDigest.Algorithm,
        _ numbers: PublicKeyPacket.RSANumbers
    ) -> Bool {
        // RSAPublicKey of RFC 8017, section A.1.1.
        let text = der(0x30, der(0x02, unsigned(numbers.modulus)) + der(0x02, unsigned(numbers.exponent)))
        return text.withUnsafeBufferPointer { text in
            var place = text.baseAddress
            guard let key = d2i_PublicKey(EVP_PKEY_RSA, nil, &place, text.count) else { return false }
            defer { EVP_PKEY_free(key) }
            guard let context = EVP_PKEY_CTX_new(key, nil) else { return false }
            defer { EVP_PKEY_CTX_free(context) }
            return EVP_PKEY_verify_init(context) == 1
                && EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1
                && EVP_PKEY_CTX_set_signature_md(context, algorithm == .sha256 ? EVP_sha256() : EVP_sha512()) == 1
                && EVP_PKEY_verify(context, signature, signature.count, digest, digest.count) == 1
        }
    }

    /// A number that isn't negative, as DER has it.
    private static func unsigned(_ bytes: [UInt8]) -> [UInt8] { bytes.first ?? 0 >= 0x80 ? [0] + bytes : bytes }

    private static func der(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        var length: [UInt8] = []
        var rest = content.count
        while rest > 0 {
            length.insert(UInt8(truncatingIfNeeded: rest), at: 0)
            rest >>= 8
        }
        if content.count < 0x80 { return [tag, UInt8(content.count)] + content }
        return [tag, 0x80 | UInt8(length.count)] + length + content
    }
}
