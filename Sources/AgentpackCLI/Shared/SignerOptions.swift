import ArgumentParser
import Building
import Diagnostics
import Signing

/// Which keys sign, and how they are reached.
struct SignerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Sign installers and config tools with this Ed25519 private key; see agentpack keys generate. With "
                + "--signer-command, the public key.",
            valueName: "file"),
        completion: .file())
    var key: String?

    @OptionGroup var passphrase: PassphraseOptions

    @OptionGroup var openPGP: OpenPGPOptions

    func validate() throws {
        if openPGP.signerCommand != nil, !passphrase.source.isPrompt {
            throw ValidationError("With --signer-command the program alone knows where the key is.")
        }
    }

    /// The signers that are named.
    ///
    /// All passphrases are taken out of the environment first: gpg's agent, which stays, and every command would inherit
    /// them.
    ///
    /// - Parameter use: What OpenPGP signatures are for.
    /// - Throws: `usage` for a key that isn't there or doesn't fit, `requirement` without GnuPG.
    func signers(for use: SigningKey.Use) throws(Failure) -> ArtifactSigning {
        if openPGP.signerCommand != nil, key == nil, openPGP.gpgKey == nil {
            throw Failure(
                .usage, "--signer-command needs to know which key signs",
                hints: ["Name it with --gpg-key FINGERPRINT, or an Ed25519 public key with --key FILE."])
        }
        let taken = try PassphraseSource.takingEnvironment([passphrase.source, openPGP.passphrase])
        return ArtifactSigning(
            program: try programSigner(taken[0] ?? .prompt), openPGP: try openPGP.signer(for: use, passphrase: taken[1])
        )
    }

    private func programSigner(_ passphrase: PassphraseSource) throws(Failure) -> (any MessageSigner)? {
        guard let key else { return nil }
        if let command = openPGP.signerCommand {
            return try ExternalMessageSigner(command: command, publicKey: try PublicKey(path: key))
        }
        return try Signer.load(path: key) { () throws(Failure) in try passphrase.read(for: key) }
    }
}
