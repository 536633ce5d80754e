public import Diagnostics
import LinuxIO
import OpenPGP

/// The rules for keys that sign with OpenPGP.
public enum SigningKey {
    /// What the signatures are for.
    public enum Use: Sendable {
        /// RPM packages, which the oldest clients verify with RSA alone, and not with a subkey.
        case rpm
        /// Anything that gpg or gpgv verifies.
        case files
    }

    /// What a signature is over; the number is its type, RFC 9580, section 5.2.1.
    enum Content: UInt8 {
        case bytes = 0
        case text = 1
    }

    /// Checks that a text is a whole fingerprint; shorter names of keys can be forged.
    ///
    /// - Parameter text: 40 hexadecimal digits in upper or lower case; blanks between them are allowed.
    /// - Returns: The digits alone, in upper case.
    /// - Throws: `.usage` for anything else.
    public static func fingerprint(_ text: String) throws(Failure) -> String {
        let digits = text.filter { $0 != " " }.uppercased()
        let isHexadecimal = digits.utf8.allSatisfy { (48...57).contains($0) || (65...70).contains($0) }
        guard digits.utf8.count == 40, isHexadecimal else {
            throw Failure(
                .usage, "\(quoted(text)) is no fingerprint of an OpenPGP key: expected 40 hexadecimal digits",
                hints: [
                    "See it with: gpg --list-secret-keys",
                    "Shorter key IDs and names aren't taken: others can make keys that have the same.",
                ])
        }
        return digits
    }

    private static func quoted(_ text: String) -> String {
        "'" + PathText.display(String(text.unicodeScalars.prefix(80).map(Character.init))) + "'"
    }

    /// Checks that a key can sign for a use.
    ///
    /// - Parameters:
    ///   - certificate: The public key.
    ///   - use: What the signatures are for.
    /// - Throws: `.usage` with the reason.
    static func check(_ certificate: Certificate, for use: Use) throws(Failure) {
        let key = certificate.primary
        guard key.version == 4 else {
            throw refusal(key, "has version \(key.version); version 4 is what clients know")
        }
        guard certificate.canSign else {
            throw refusal(key, "can't sign with its primary key, only with a subkey; rpm before 4.13 can't verify that")
        }
        guard use == .rpm else { return }
        guard key.algorithm.isRSA else {
            throw refusal(key, "is \(key.algorithm.name); RPM packages need RSA, which every rpm verifies")
        }
        guard let bits = key.bits, bits >= 2048 else {
            throw refusal(key, "has \(key.bits ?? 0) bits; fewer than 2048 are refused by clients of today")
        }
    }

    private static func refusal(_ key: PublicKeyPacket, _ why: String) -> Failure {
        Failure(
            .usage, "the key \(key.fingerprint) \(why)",
            hints: ["Make a fitting one with: agentpack keys generate --gpg"])
    }

    /// Checks the form of a signature that was just made.
    ///
    /// - Parameters:
    ///   - signature: The bytes.
    ///   - content: What it is to be over.
    ///   - maker: Who made it, for messages.
    ///   - fingerprint: The key that was asked for.
    ///   - use: What it is for.
    /// - Throws: `.failed` with what was expected and found.
    static func check(
        _ signature: [UInt8], of content: Content = .bytes, madeBy maker: String, with fingerprint: String, for use: Use
    ) throws(Failure) -> SignaturePacket {
        guard !Armor.isArmored(signature) else {
            throw Failure(
                .failed, "\(maker) made an armored signature; a binary one is expected",
                hints: ["Let it leave out --armor."])
        }
        let packet: SignaturePacket
        do throws(Failure) {
            packet = try SignaturePacket(signature, name: "the signature")
        } catch {
            throw Failure(.failed, "\(maker) made no OpenPGP signature", cause: error.message)
        }
        let found = packet.issuerFingerprint.map { hexadecimal($0) }
        let complaint: String? =
            if packet.version != 4 {
                "expected version 4, found \(packet.version)"
            } else if packet.type != content.rawValue {
                "expected a signature over \(content) (type \(content.rawValue)), found type \(packet.type)"
            } else if found == nil {
                "expected the issuer's fingerprint in it, which some clients need, found none"
            } else if found != fingerprint {
                "expected the key \(fingerprint), found \(found ?? "")"
            } else if packet.contradictingIssuer != nil {
                "expected the key ID of that fingerprint, found another"
            } else if use == .rpm, !packet.algorithm.isRSA {
                "expected RSA, which every rpm verifies, found \(packet.algorithm.name)"
            } else if !packet.hash.isSHA2 || packet.hash == .sha224 {
                "expected SHA-256, SHA-384 or SHA-512, found \(packet.hash.name)"
            } else if packet.creation == nil {
                "expected a time in it, found none"
            } else if packet.lifetime != nil {
                "expected one that doesn't expire, found one that does"
            } else {
                nil
            }
        guard let complaint else { return packet }
        throw Failure(.failed, "\(maker) made a signature that doesn't fit", cause: complaint)
    }

    /// A fingerprint as GnuPG prints it.
    static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
    }
}
