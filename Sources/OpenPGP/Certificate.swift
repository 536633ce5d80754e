public import Diagnostics
import Digests

/// A public key with what belongs to it: user IDs, subkeys and their self-signatures; RFC 9580, section 10.1.
public struct Certificate: Sendable, Equatable {
    /// A user's name with the signatures that bind it.
    public struct UserID: Sendable, Equatable {
        /// The name, ready to be shown only after control characters are replaced.
        public let text: String
        /// The packet's body.
        let body: [UInt8]
        /// The signatures of any key, in the file's order.
        public internal(set) var signatures: [SignaturePacket] = []
    }

    /// A subkey with the signatures that bind it.
    public struct Subkey: Sendable, Equatable {
        /// The key.
        public let key: PublicKeyPacket
        /// The signatures, in the file's order.
        public internal(set) var signatures: [SignaturePacket] = []
    }

    /// The largest file, in bytes.
    public static let sizeLimit = 4 << 20

    /// The longest user ID that gpg takes, in bytes; g10/parse-packet.c, `MAX_UID_PACKET_LENGTH`.
    static let userIDLimit = 2048

    /// The primary key.
    public let primary: PublicKeyPacket
    /// The signatures over the primary key alone: its revocations, for instance.
    public internal(set) var signatures: [SignaturePacket] = []
    /// The names.
    public internal(set) var userIDs: [UserID] = []
    /// The subkeys.
    public internal(set) var subkeys: [Subkey] = []

    /// Reads a file of keys, armored or not.
    ///
    /// - Parameters:
    ///   - bytes: The file.
    ///   - name: What it is, for messages.
    /// - Returns: At least one key, in the file's order.
    /// - Throws: `.integrity`, with the offset, for a damaged file; `.usage` for secret keys and files without any key.
    public static func read(_ bytes: [UInt8], name: String) throws(Failure) -> [Certificate] {
        guard bytes.count <= sizeLimit else {
            throw Failure(.integrity, "\(name) is larger than \(sizeLimit) bytes, the limit for keys")
        }
        var certificates: [Certificate] = []
        guard Armor.isArmored(bytes) else {
            // A packet's first byte has its highest bit set.
            if let first = bytes.first, first < 0x80 { throw noKey(bytes, name) }
            return try read(packets: Packet.read(bytes, name: name), name: name)
        }
        let blocks = try Armor.read(bytes, name: name)
        for (index, block) in blocks.enumerated() {
            guard block.label != .privateKey else { throw secret(name) }
            // Offsets count in the block's bytes, not in its text.
            let part = blocks.count == 1 ? name : "\(name), block \(index + 1),"
            certificates += try read(packets: Packet.read(block.content, name: part), name: part)
        }
        return certificates
    }

    private static func secret(_ name: String) -> Failure {
        Failure(
            .usage, "\(name) holds a secret key, not a public one",
            hints: ["Export the public part: gpg --export --armor FINGERPRINT"])
    }

    private static func noKey(_ bytes: [UInt8], _ name: String) -> Failure {
        let isPEM = bytes.starts(with: "-----BEGIN ".utf8)
        return Failure(
            .usage, "\(name) holds no OpenPGP key",
            cause: isPEM ? "it is a PEM file" : "neither packets nor an armored block begin at byte 0",
            hints: isPEM
                ? ["An installer's Ed25519 key: agentpack verify takes it with --key, agentpack keys show prints it."]
                : [])
    }

    private static func read(packets: [Packet], name: String) throws(Failure) -> [Certificate] {
        var certificates: [Certificate] = []
        var owner = Owner.nobody
        for packet in packets {
            switch packet.kind {
            case .publicKey:
                certificates.append(Certificate(primary: try PublicKeyPacket(packet, name: name)))
                owner = .primary
            case .secretKey, .secretSubkey: throw secret(name)
            case _ where certificates.isEmpty:
                throw Failure(
                    .usage,
                    "\(name) is no key: expected a packet of kind 6 at byte \(packet.offset), found kind \(packet.tag)")
            case .userID where packet.body.count > userIDLimit:
                throw Failure(
                    .integrity,
                    "\(name) has a user ID of \(packet.body.count) bytes at byte \(packet.offset): expected at most "
                        + "\(userIDLimit)")
            case .userID:
                let user = UserID(text: String(decoding: packet.body, as: UTF8.self), body: packet.body)
                certificates[certificates.count - 1].userIDs.append(user)
                owner = .user
            case .publicSubkey:
                let subkey = Subkey(key: try PublicKeyPacket(packet, name: name))
                certificates[certificates.count - 1].subkeys.append(subkey)
                owner = .subkey
            case .signature:
                certificates[certificates.count - 1].add(try SignaturePacket(packet, name: name), to: owner)
            case .trust: continue
            case .userAttribute, nil: owner = .nobody
            }
        }
        guard !certificates.isEmpty else { throw Failure(.usage, "\(name) holds no key") }
        return certificates
    }

    private enum Owner { case nobody, primary, user, subkey }

    private mutating func add(_ signature: SignaturePacket, to owner: Owner) {
        switch owner {
        case .nobody: break
        case .primary: signatures.append(signature)
        case .user: userIDs[userIDs.count - 1].signatures.append(signature)
        case .subkey: subkeys[subkeys.count - 1].signatures.append(signature)
        }
    }

    init(primary: PublicKeyPacket) { self.primary = primary }
}
