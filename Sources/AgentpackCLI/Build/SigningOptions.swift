import ArgumentParser
import Diagnostics
import Signing

/// Who signs what a command makes.
struct SigningOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Sign with this private key; see agentpack keys generate.", valueName: "file"),
        completion: .file())
    var key: String?

    @OptionGroup var passphrase: PassphraseOptions

    @Flag(help: "Refuse to make something that is not signed.")
    var requireSignature = false

    /// The signer, or nil for something unsigned.
    ///
    /// - Throws: `usage` when a signature is required and no key was named.
    func signer() throws(Failure) -> Signer? {
        guard let key else {
            guard requireSignature else { return nil }
            throw Failure(
                .usage, "--require-signature needs a key to sign with",
                hints: ["Name it with --key FILE.", "Make one with: agentpack keys generate"])
        }
        return try Signer.load(path: key) { () throws(Failure) in try passphrase.source.read(for: key) }
    }
}
