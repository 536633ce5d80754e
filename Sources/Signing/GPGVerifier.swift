import CGPGME
public import Diagnostics
public import LinuxIO
import OpenPGP

/// What a detached OpenPGP signature proves.
public enum SignatureVerdict: Sendable, Equatable {
    /// A key that made a signature.
    public struct Signer: Sendable, Equatable {
        /// The fingerprint of the key or subkey that signed, in upper-case hexadecimal digits.
        public let fingerprint: String
        /// The fingerprint of the primary key.
        public let primary: String
        /// When it signed, in seconds since 1970.
        public let time: Int64
    }

    /// The bytes are those that the key signed.
    case good(Signer)
    /// The bytes are those that the key signed, but the signature or the key has expired.
    case expired(Signer)
    /// The key is revoked.
    case revoked(Signer)
    /// The bytes or the signature were changed.
    case bad(fingerprint: String)
    /// None of the keys at hand made it.
    case unknownKey(fingerprint: String)
    /// It can't be judged, for a reason in GnuPG's words.
    case unusable(String)

    /// The verdict for people, ready to follow a colon.
    public var words: String {
        switch self {
        case .good(let signer): "good, by \(signer.primary)"
        case .expired(let signer): "by \(signer.primary), which has expired"
        case .revoked(let signer): "by \(signer.primary), which is revoked"
        case .bad(let fingerprint): "BAD: the bytes are not those that \(fingerprint) signed"
        case .unknownKey(let fingerprint): "by \(fingerprint), a key that is not at hand"
        case .unusable(let reason): "can't be judged: \(reason)"
        }
    }
}

/// Verifies detached signatures with GnuPG and given keys: in a home of its own, without the user's keys, an agent, a key
/// server or the network.
public final class GPGVerifier: Sendable {
    private let home: TemporaryHome
    private let certificates: [Certificate]
    /// The primary keys of which GnuPG took a signature for good.
    private let proven = Monitor<Set<String>>([])

    /// Takes keys.
    ///
    /// - Parameter keys: Files with public keys, armored or binary.
    /// - Throws: `.usage` for a file without a key, `.integrity` for a damaged one, `.requirement` without GnuPG.
    public init(keys: [String]) throws(Failure) {
        var certificates: [Certificate] = []
        home = try TemporaryHome(settings: ["no-autostart"])
        let context = try GPGContext(home: home.path)
        for path in keys {
            // Who signs names a key by its fingerprint, who verifies by its file.
            if fileStatus(path) == nil, let digits = try? SigningKey.fingerprint(path) {
                throw Failure(
                    .usage, "\(digits) is a fingerprint; a file with the public key is needed",
                    hints: ["Write one with: gpg --armor --output key.asc --export \(digits)"])
            }
            let bytes = try readFile(path, limit: Certificate.sizeLimit)
            certificates += try Certificate.read(bytes, name: PathText.display(path))
            try context.importKeys(bytes)
        }
        self.certificates = certificates
    }

    /// The fingerprints of the primary keys, in the order of the files.
    public var fingerprints: [String] { certificates.map(\.primary.fingerprint) }

    /// When the key expires that made a signature, in seconds since 1970; nil for never, and for a key that isn't at hand.
    ///
    /// - Parameter signer: Who signed; where that is a subkey, what expires first counts.
    public func expiry(of signer: SignatureVerdict.Signer) -> Int64? {
        guard let certificate = certificates.first(where: { $0.primary.fingerprint == signer.primary }) else {
            return nil
        }
        let subkey = certificate.subkeys.first { $0.key.fingerprint == signer.fingerprint }
        let binding = subkey?.signatures.max { ($0.creation ?? 0) < ($1.creation ?? 0) }
        let subkeyExpiry = subkey.flatMap { subkey in
            binding?.keyLifetime.map { Int64(subkey.key.creation) + Int64($0) }
        }
        return [certificate.expiry.map { Int64($0) }, subkeyExpiry].compactMap { $0 }.min()
    }

    /// A key by its primary fingerprint.
    ///
    /// - Throws: `.usage` when it isn't at hand.
    func certificate(_ fingerprint: String) throws(Failure) -> Certificate {
        if let found = certificates.first(where: { $0.primary.fingerprint == fingerprint }) { return found }
        throw Failure(
            .usage, "the public keys at hand don't have \(fingerprint)",
            hints: ["They have: \(fingerprints.joined(separator: ", "))"])
    }

    /// Judges a detached signature.
    ///
    /// - Parameters:
    ///   - signature: Binary or armored, with one signature.
    ///   - content: What it is of; read in pieces.
    /// - Returns: The verdict; nothing but `good` proves anything.
    /// - Throws: `.failed` when gpg can't be run, `.integrity` when there isn't exactly one signature; what reading throws.
    public func verify(_ signature: [UInt8], of content: ByteSource) throws(Failure) -> SignatureVerdict {
        if let signer = try provenSigner(signature, of: content) { return .good(signer) }
        let verdicts = try verdicts(signature, of: content)
        guard verdicts.count == 1 else {
            throw Failure(.integrity, "\(content.name) has several signatures where one is expected")
        }
        if case .good(let signer) = verdicts[0] { proven.with { _ = $0.insert(signer.primary) } }
        return verdicts[0]
    }

    /// Who made a signature that is certainly good: by the primary key that GnuPG took one of for good before.
    ///
    /// Starting gpg takes longer than verifying, and repositories have signatures by the thousand. Everything that isn't
    /// plain and right is for GnuPG to judge.
    private func provenSigner(
        _ signature: [UInt8], of content: ByteSource
    ) throws(Failure) -> SignatureVerdict.Signer? {
        guard !Armor.isArmored(signature), let packet = try? SignaturePacket(signature, name: "the signature"),
            RSASignature.isPlain(packet), let issuer = packet.issuerFingerprint, let time = packet.creation,
            let key = certificates.first(where: { $0.primary.fingerprintBytes == issuer }),
            proven.with({ $0.contains(key.primary.fingerprint) })
        else { return nil }
        let now = UInt64(max(0, System.now))
        let isAlive = key.expiry.map { $0 > now } ?? true
        guard isAlive, !key.isRevoked, key.canSign, time >= key.firstSigningTime, UInt64(time) <= now,
            try RSASignature.isValid(packet, of: content, by: key.primary)
        else { return nil }
        return SignatureVerdict.Signer(
            fingerprint: key.primary.fingerprint, primary: key.primary.fingerprint, time: Int64(time))
    }

    /// Judges detached signatures of one content.
    ///
    /// - Parameters:
    ///   - signatures: Binary or armored.
    ///   - content: What they are of; read in pieces.
    /// - Returns: A verdict for each, in their order, up to the first bad one; nothing but `good` proves anything.
    /// - Throws: `.failed` when gpg can't be run, `.integrity` when there is no signature; what reading throws.
    public func verdicts(_ signatures: [UInt8], of content: ByteSource) throws(Failure) -> [SignatureVerdict] {
        let context = try GPGContext(home: home.path)
        let given = try GPGSource(ByteSource(signatures, name: "the signature"))
        let source = try GPGSource(content)
        let error = gpgme_op_verify(context.pointer, given.data, source.data, nil)
        try source.check()
        if GPGME.code(error) == GPG_ERR_NO_DATA || GPGME.code(error) == GPG_ERR_BAD_DATA {
            throw Failure(.integrity, "the signature of \(content.name) is no OpenPGP signature")
        }
        try context.check(error, "verify the signature of \(content.name)")
        var verdicts: [SignatureVerdict] = []
        var next = gpgme_op_verify_result(context.pointer)?.pointee.signatures
        while let signature = next {
            verdicts.append(verdict(signature.pointee))
            next = signature.pointee.next
        }
        guard !verdicts.isEmpty else {
            throw Failure(.integrity, "the signature of \(content.name) is no OpenPGP signature")
        }
        return verdicts
    }

    private func verdict(_ signature: _gpgme_signature) -> SignatureVerdict {
        let fingerprint = signature.fpr.map { String(cString: $0) } ?? ""
        let signer = SignatureVerdict.Signer(
            fingerprint: fingerprint, primary: primary(of: fingerprint), time: Int64(signature.timestamp))
        // gpg takes SHA-1; nobody should.
        let weak = [GPGME_MD_MD5, GPGME_MD_SHA1, GPGME_MD_RMD160].contains(signature.hash_algo)
        return switch GPGME.code(signature.status) {
        case GPG_ERR_NO_ERROR where weak: .unusable("its digest can be forged; SHA-256 or better is wanted")
        case GPG_ERR_NO_ERROR: .good(signer)
        case GPG_ERR_KEY_EXPIRED, GPG_ERR_SIG_EXPIRED: .expired(signer)
        case GPG_ERR_CERT_REVOKED: .revoked(signer)
        case GPG_ERR_BAD_SIGNATURE: .bad(fingerprint: signer.primary)
        case GPG_ERR_NO_PUBKEY: .unknownKey(fingerprint: fingerprint)
        default: .unusable(GPGME.words(signature.status))
        }
    }

    /// The primary key that a fingerprint or key ID of it or of its subkeys belongs to.
    private func primary(of name: String) -> String {
        let owner = certificates.first { certificate in
            ([certificate.primary] + certificate.subkeys.map(\.key)).contains { $0.fingerprint.hasSuffix(name) }
        }
        return name.isEmpty ? name : owner?.primary.fingerprint ?? name
    }
}
