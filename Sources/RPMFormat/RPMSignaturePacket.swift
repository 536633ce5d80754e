public import Diagnostics
import OpenPGP

/// What rpm needs to know of an OpenPGP signature to give it a tag; RFC 9580, sections 4.2 and 5.2.
public struct RPMSignaturePacket: Sendable, Equatable {
    /// The kind of key that made it.
    public enum KeyKind: Sendable, Equatable {
        /// RSA: `RSA` and `PGP`.
        case rsa
        /// DSA, ECDSA, EdDSA: `DSA` and `GPG`.
        case other
    }

    /// The packet, with its header.
    public let bytes: [UInt8]
    /// The kind of key.
    public let keyKind: KeyKind

    /// Takes what a signer made.
    ///
    /// - Parameter bytes: Exactly one binary signature packet of version 4 over a document.
    /// - Throws: `.failed` for anything else: no rpm before 6 could verify it.
    public init(_ bytes: [UInt8]) throws(Failure) {
        let signature: SignaturePacket
        do throws(Failure) {
            signature = try SignaturePacket(bytes, name: "what the signer returned")
        } catch {
            throw Failure(
                .failed, "the signer returned \(bytes.count) bytes that are not one binary OpenPGP signature packet",
                cause: error.message, hints: ["The signature must be binary and detached, not armored."])
        }
        guard signature.version == 4, signature.type == 0 else {
            throw Failure(
                .failed,
                "the signer returned a signature of version \(signature.version) and type \(signature.type)",
                cause: "rpm needs version 4 and type 0, a binary document")
        }
        switch signature.algorithm {
        case .rsa, .rsaSign: keyKind = .rsa
        case .dsa, .ecdsa, .eddsaLegacy: keyKind = .other
        default:
            throw Failure(
                .failed, "the signer used \(signature.algorithm.name), which rpm doesn't know",
                hints: ["Sign packages with an RSA key: every rpm can verify that."])
        }
        self.bytes = bytes
    }
}
