import Diagnostics
import Digests
import OpenPGP
import SetupPlan

/// A signature as it says of itself; nothing here says whether it holds.
public struct ArtifactSignature: Sendable, Equatable {
    /// What it covers: `header`, `header and payload`, `program and plan`, `whole file`.
    public var covers: String
    /// Where it is: a tag, the trailer, or the path of a file beside the artifact.
    public var place: String
    /// The signer's algorithm: `RSA`, `Ed25519`.
    public var algorithm: String
    /// The digest that is signed: `SHA-512`; nil where the algorithm has its own.
    public var hash: String?
    /// The last 16 digits of the signer's fingerprint, as GnuPG has it; nil for a key that isn't OpenPGP's.
    public var keyID: String?
    /// The signer's fingerprint; nil where the signature doesn't say.
    public var fingerprint: String?
    /// When it was made, in seconds since 1970, as its maker says.
    public var time: Int64?

    /// The installer's own signature.
    init(_ signature: PlanSignature) {
        covers = "program and plan"
        place = "trailer"
        algorithm = "Ed25519"
        fingerprint = signature.fingerprint
    }

    /// An OpenPGP signature.
    ///
    /// - Parameters:
    ///   - bytes: One signature packet.
    ///   - covers: What it is of.
    ///   - place: Where it is.
    ///   - name: What the bytes are, for messages.
    /// - Throws: `.integrity` unless the bytes are one signature packet.
    init(openPGP bytes: [UInt8], covers: String, place: String, name: String) throws(Failure) {
        let packet = try SignaturePacket(bytes, name: name)
        if let fingerprint = packet.issuerFingerprint, let issuer = packet.contradictingIssuer {
            throw Failure(
                .integrity,
                "\(name) names the key ID \(Hexadecimal.text(issuer).uppercased()), which is not that of the key "
                    + "\(Hexadecimal.text(fingerprint).uppercased())",
                cause: "it is in a signature packet at byte \(packet.offset) of it; no client would find the key")
        }
        self.covers = covers
        self.place = place
        algorithm = packet.algorithm.name
        hash = packet.hash.name
        keyID = packet.issuer.map { Hexadecimal.text($0).uppercased() } ?? "unknown"
        fingerprint = packet.issuerFingerprint.map { Hexadecimal.text($0).uppercased() }
        time = packet.creation.map { Int64($0) }
    }

    /// The signature on one line.
    public var words: String {
        let name = fingerprint ?? keyID.map { "the key \($0)" } ?? "a key that it doesn't name"
        return "\(covers): \(algorithm)\(hash.map { " with \($0)" } ?? "") by \(name)"
    }
}
