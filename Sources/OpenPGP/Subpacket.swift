import Diagnostics

/// A field of a signature; RFC 9580, section 5.2.3.7.
public struct Subpacket: Sendable, Equatable {
    /// The fields that matter to us.
    public enum Kind: UInt8, Sendable {
        /// When the signature was made.
        case creationTime = 2
        /// Seconds after its creation when the signature expires.
        case expirationTime = 3
        /// Seconds after the key's creation when the key expires.
        case keyExpirationTime = 9
        /// The signer's key ID.
        case issuer = 16
        /// What the key is for.
        case keyFlags = 27
        /// The signer's fingerprint, after its key's version.
        case issuerFingerprint = 33
    }

    /// The most fields that one part of a signature may have.
    static let limit = 1024

    /// The kind's number, without the critical bit.
    public let type: UInt8
    /// Whether a reader that doesn't know the kind must refuse the signature.
    public let isCritical: Bool
    /// The content.
    public let body: [UInt8]

    /// The kind, or nil for one that doesn't matter to us.
    public var kind: Kind? { Kind(rawValue: type) }

    /// Reads the fields of a signature's hashed or unhashed part.
    static func read(_ cursor: inout Cursor) throws(Failure) -> [Subpacket] {
        var subpackets: [Subpacket] = []
        while !cursor.isAtEnd {
            guard subpackets.count < limit else { throw cursor.damage("more than \(limit) subpackets") }
            let offset = cursor.offset
            guard let length = try cursor.variableLength(ofSubpacket: true), length > 0 else {
                throw cursor.damage("a subpacket without a type", at: offset)
            }
            let content = try cursor.take(length)
            let type = content[content.startIndex]
            subpackets.append(
                Subpacket(type: type & 0x7F, isCritical: type & 0x80 != 0, body: Array(content.dropFirst())))
        }
        return subpackets
    }

    /// The content as a number of four bytes, or nil for another length.
    var number: UInt32? { body.count == 4 ? body.reduce(0) { $0 << 8 | UInt32($1) } : nil }
}
