import ArgumentParser
import Building
import Diagnostics
import SetupPlan
import Signing

/// Who signs what a command makes.
struct SigningOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Sign installers and config tools with this Ed25519 private key; see agentpack keys generate. With "
                + "--signer-command, the public key.",
            valueName: "file"),
        completion: .file())
    var key: String?

    @OptionGroup var passphrase: PassphraseOptions

    @OptionGroup var openPGP: OpenPGPOptions

    @Flag(help: "Refuse to make something that is not signed.")
    var requireSignature = false

    /// The signers of some formats.
    ///
    /// - Parameter formats: What is to be signed.
    /// - Throws: `usage` when a signature is required and the key for it was not named, or for a key that doesn't fit.
    func signers(for formats: Set<PackageFormat>) throws(Failure) -> ArtifactSigning {
        if requireSignature, key == nil, formats.contains(.bin) {
            throw Failure(
                .usage, "--require-signature needs a key to sign with",
                hints: ["Name it with --key FILE.", "Make one with: agentpack keys generate"])
        }
        if requireSignature, openPGP.gpgKey == nil, formats != [.bin] {
            throw Failure(
                .usage, "--require-signature needs an OpenPGP key to sign packages with",
                hints: ["Name it with --gpg-key FINGERPRINT.", "Make one with: agentpack keys generate --gpg"])
        }
        if openPGP.signerCommand != nil, key == nil, openPGP.gpgKey == nil {
            throw Failure(
                .usage, "--signer-command needs to know which key signs",
                hints: ["Name it with --gpg-key FINGERPRINT, or an Ed25519 public key with --key FILE."])
        }
        return ArtifactSigning(program: try programSigner(), openPGP: try openPGP.signer(for: use(formats)))
    }

    private func programSigner() throws(Failure) -> (any MessageSigner)? {
        guard let key else { return nil }
        if let command = openPGP.signerCommand {
            return try ExternalMessageSigner(command: command, publicKey: try PublicKey(path: key))
        }
        return try Signer.load(path: key) { () throws(Failure) in try passphrase.source.read(for: key) }
    }

    /// The same signers, whose OpenPGP signatures have the time of the content: equal content has equal signatures.
    func dated(
        _ signers: ArtifactSigning, _ formats: Set<PackageFormat>, time: Int64
    ) throws(Failure) -> ArtifactSigning {
        ArtifactSigning(program: signers.program, openPGP: try openPGP.signer(for: use(formats), time: time))
    }

    private func use(_ formats: Set<PackageFormat>) -> SigningKey.Use { formats.contains(.rpm) ? .rpm : .files }

    /// What nobody can check of the artifacts that are made.
    func warnings(for formats: Set<PackageFormat>) -> [String] {
        var warnings: [String] = []
        if key == nil, formats.contains(.bin) {
            warnings.append(
                "THE INSTALLER IS NOT SIGNED: nobody can check who made it; name a key with --key FILE")
        }
        if openPGP.gpgKey == nil, formats.contains(.rpm) {
            warnings.append(
                "THE RPM PACKAGES ARE NOT SIGNED: dnf and zypper refuse them; name a key with --gpg-key FINGERPRINT")
        }
        return warnings
    }
}
