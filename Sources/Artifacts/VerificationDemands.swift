import Diagnostics
import LinuxIO
public import Signing

/// What somebody who verifies an artifact trusts and demands.
public struct VerificationDemands: Sendable {
    /// An Ed25519 key whose signature an installer must have.
    public var key: PublicKey?
    /// Where that key is, for messages.
    public var keyName = ""
    /// Files with OpenPGP keys, by one of which the artifact must be signed.
    public var gpgKeys: [String] = []
    /// The same keys, read before: for many artifacts, one after the other.
    public var verifier: GPGVerifier?
    /// The file with the detached OpenPGP signature; nil for `FILE.asc` where there is one.
    public var detached: String?
    /// Whether a file without any signature is refused.
    public var requiresSignature = false

    /// Whether `FILE.asc` is looked at where nobody named a detached signature.
    var looksBeside = true

    /// Whether OpenPGP keys are named.
    var namesKeys: Bool { !gpgKeys.isEmpty || verifier != nil }

    /// Demands nothing.
    public init() {}

    func check(suit format: ArtifactFormat, path: String) throws(Failure) {
        guard key != nil, format == .deb || format == .rpm else { return }
        throw Failure(
            .usage, "\(PathText.display(path)) is a \(format.title); --key is for installers",
            hints: ["Name an OpenPGP key with --gpg-key."])
    }

    /// Refuses an installer that another key signed, before all of it is read.
    func check(_ signature: ArtifactSignature?, path: String) throws(Failure) {
        guard let key, let signature, signature.fingerprint != key.fingerprint else { return }
        throw Failure(
            .integrity, "\(PathText.display(path)) is signed by another key than \(PathText.display(keyName))",
            cause: "signed by \(signature.fingerprint ?? ""), expected \(key.fingerprint)",
            hints: ["Don't run the file unless you know why its maker has a new key."])
    }

    /// Refuses a file without the signatures that are demanded.
    func check(_ signatures: [ArtifactVerification.CheckedSignature], of artifact: Artifact) throws(Failure) {
        let shown = PathText.display(artifact.path)
        let hints = ["Get the file from its maker again, over a connection that you trust."]
        let isOpenPGP = { (checked: ArtifactVerification.CheckedSignature) in checked.signature.keyID != nil }
        if signatures.isEmpty, requiresSignature || key != nil || namesKeys {
            let beside =
                "Its signature may be in a file of its own: get \(shown).asc, too, or name it with --signature."
            throw Failure(
                .integrity, "\(shown) is not signed",
                cause: artifact.format == .rpm ? nil : "there is no \(shown).asc",
                hints: !namesKeys || artifact.format == .rpm ? hints : [beside])
        }
        if key != nil, !signatures.contains(where: { !isOpenPGP($0) }) {
            throw Failure(.integrity, "\(shown) is not signed with an Ed25519 key", hints: hints)
        }
        if namesKeys, !signatures.contains(where: isOpenPGP) {
            let place = artifact.format == .rpm ? "in it" : "beside it, in \(shown).asc"
            throw Failure(
                .integrity, "\(shown) is not signed with OpenPGP", cause: "no signature is \(place)", hints: hints)
        }
    }
}
