public import Diagnostics

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
        guard let (start, length) = Self.body(bytes), start + length == bytes.count, length > 8 else {
            throw Failure(
                .failed, "the signer returned \(bytes.count) bytes that are not one binary OpenPGP signature packet",
                hints: ["The signature must be binary and detached, not armored."])
        }
        guard bytes[start] == 4, bytes[start + 1] == 0 else {
            throw Failure(
                .failed, "the signer returned a signature of version \(bytes[start]) and type \(bytes[start + 1])",
                cause: "rpm needs version 4 and type 0, a binary document")
        }
        switch bytes[start + 2] {
        case 1, 3: keyKind = .rsa
        case 17, 19, 22: keyKind = .other
        default:
            throw Failure(
                .failed, "the signer used public-key algorithm \(bytes[start + 2]), which rpm doesn't know",
                hints: ["Sign packages with an RSA key: every rpm can verify that."])
        }
        self.bytes = bytes
    }

    /// Where the content of the signature packet is.
    private static func body(_ bytes: [UInt8]) -> (start: Int, length: Int)? {
        guard bytes.count > 6, bytes[0] & 0x80 != 0 else { return nil }
        let isNew = bytes[0] & 0x40 != 0
        guard (isNew ? bytes[0] & 0x3F : bytes[0] >> 2 & 0x0F) == 2 else { return nil }
        func number(_ count: Int, at place: Int) -> Int {
            bytes[place..<place + count].reduce(0) { $0 << 8 | Int($1) }
        }
        if isNew {
            switch bytes[1] {
            case ..<192: return (2, Int(bytes[1]))
            case ..<224: return (3, (Int(bytes[1]) - 192) << 8 + Int(bytes[2]) + 192)
            case 255: return (6, number(4, at: 2))
            default: return nil
            }
        }
        switch bytes[0] & 3 {
        case 0: return (2, Int(bytes[1]))
        case 1: return (3, number(2, at: 1))
        case 2: return (5, number(4, at: 1))
        default: return nil
        }
    }
}
