public import Diagnostics
public import LinuxIO

/// A signature that a package carries.
public struct RPMSignature: Sendable {
    /// What it is over.
    public enum Scope: Sendable, Equatable {
        /// The main header, which has digests of everything else.
        case header
        /// Main header and payload.
        case headerAndPayload
    }

    /// The tag that holds it.
    public let tag: RPMSignatureTag
    /// What it is over.
    public let scope: Scope
    /// OpenPGP packets, binary.
    public let packet: [UInt8]
}

extension RPMFile {
    /// The signatures, in the order of their tags.
    ///
    /// - Throws: `.integrity` when one in base64 isn't.
    public func signatures() throws(Failure) -> [RPMSignature] {
        var signatures: [RPMSignature] = []
        for tag in [RPMSignatureTag.dsa, .rsa, .openPGP, .pgp, .gpg] {
            guard let entry = signatureHeader.entry(tag) else { continue }
            let scope: RPMSignature.Scope = tag == .pgp || tag == .gpg ? .headerAndPayload : .header
            switch signatureHeader.value(entry) {
            case .bin(let packet): signatures.append(RPMSignature(tag: tag, scope: scope, packet: packet))
            case let value:
                for text in value.texts ?? [] {
                    guard let packet = Base64.bytes(text) else {
                        throw source.damage(
                            at: signatureHeader.offset + UInt64(entry.place),
                            "\(tag.name) has a text that is not base64")
                    }
                    signatures.append(RPMSignature(tag: tag, scope: scope, packet: packet))
                }
            }
        }
        return signatures
    }

    /// What a signature is over.
    public func signedBytes(_ scope: RPMSignature.Scope) throws(Failure) -> ByteSource {
        switch scope {
        case .header: signedHeader()
        case .headerAndPayload: try signedContent()
        }
    }
}

/// RFC 4648, with or without line breaks.
enum Base64 {
    static func bytes(_ text: [UInt8]) -> [UInt8]? {
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        var padding = 0
        for character in text where character != UInt8(ascii: "\n") && character != UInt8(ascii: "\r") {
            if character == UInt8(ascii: "=") {
                padding += 1
                continue
            }
            guard padding == 0, let value = value(character) else { return nil }
            bits = bits << 6 | value
            count += 1
            if count % 4 == 0 {
                bytes += [
                    UInt8(truncatingIfNeeded: bits >> 16), UInt8(truncatingIfNeeded: bits >> 8),
                    UInt8(truncatingIfNeeded: bits),
                ]
                bits = 0
            }
        }
        switch (count % 4, padding) {
        case (0, 0): return bytes
        case (2, 0), (2, 2): return bytes + [UInt8(truncatingIfNeeded: bits >> 4)]
        case (3, 0), (3, 1):
            return bytes + [UInt8(truncatingIfNeeded: bits >> 10), UInt8(truncatingIfNeeded: bits >> 2)]
        default: return nil
        }
    }

    private static func value(_ character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
