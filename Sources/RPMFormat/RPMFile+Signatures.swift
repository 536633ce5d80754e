public import Diagnostics
public import LinuxIO
import OpenPGP

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
                    // rpm breaks no lines; others may.
                    guard let packet = Base64.decode(text.filter { $0 != UInt8(ascii: "\n") }) else {
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
