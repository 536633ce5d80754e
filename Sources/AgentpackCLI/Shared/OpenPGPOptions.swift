import ArgumentParser
import Diagnostics
import Signing

/// Which OpenPGP key signs, and how it is reached.
struct OpenPGPOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Sign packages with the OpenPGP key of this fingerprint, 40 hexadecimal digits.", valueName: "fingerprint"))
    var gpgKey: String?

    @Option(
        help: ArgumentHelp("Use the keys of this GnuPG home instead of the user's.", valueName: "directory"),
        completion: .directory)
    var gpgHome: String?

    @Option(
        help: ArgumentHelp("Read the OpenPGP key's passphrase from this file's first line.", valueName: "file"),
        completion: .file())
    var gpgPassphraseFile: String?

    @Option(
        help: ArgumentHelp(
            "Take the OpenPGP key's passphrase from this variable of the environment.", valueName: "variable"))
    var gpgPassphraseEnv: String?

    @Option(
        help: ArgumentHelp(
            "Let this program sign. It is run as PROGRAM KIND FINGERPRINT with the bytes on standard input; on standard "
                + "output it writes a binary OpenPGP v4 signature for the kind openpgp, 64 bytes for ed25519.",
            valueName: "program"),
        completion: .file())
    var signerCommand: String?

    @Option(
        help: ArgumentHelp(
            "Verify what the signer command makes with this OpenPGP public key.", valueName: "file"),
        completion: .file(extensions: ["asc", "gpg"]))
    var gpgPublicKey: String?

    func validate() throws {
        if gpgPassphraseFile != nil, gpgPassphraseEnv != nil {
            throw ValidationError("--gpg-passphrase-file and --gpg-passphrase-env exclude each other.")
        }
        let needsKey = [gpgHome, gpgPassphraseFile, gpgPassphraseEnv, gpgPublicKey].contains { $0 != nil }
        if needsKey, gpgKey == nil { throw ValidationError("Name the key with --gpg-key FINGERPRINT.") }
        if signerCommand != nil, gpgHome != nil || passphrase != nil {
            throw ValidationError("With --signer-command the program alone knows where the key is.")
        }
        if gpgPublicKey != nil, signerCommand == nil {
            throw ValidationError("--gpg-public-key is for --signer-command; GnuPG has the public key.")
        }
    }

    /// Where the key's passphrase is; nil where GnuPG's agent has it, asks for it or needs none.
    var passphrase: PassphraseSource? {
        if let gpgPassphraseFile { return .file(gpgPassphraseFile) }
        if let gpgPassphraseEnv { return .environment(gpgPassphraseEnv) }
        return nil
    }

    /// The signer, or nil for something unsigned.
    ///
    /// - Parameters:
    ///   - use: What the signatures are for.
    ///   - passphrase: Where the key's passphrase is.
    /// - Throws: `usage` for a key that isn't there or doesn't fit, `requirement` without GnuPG.
    func signer(
        for use: SigningKey.Use, passphrase: PassphraseSource?
    ) throws(Failure) -> (any OpenPGPSigner)? {
        guard let gpgKey else { return nil }
        if let signerCommand {
            return try ExternalOpenPGPSigner(
                command: signerCommand, fingerprint: gpgKey, publicKey: gpgPublicKey, use: use)
        }
        return try GPGSigner(fingerprint: gpgKey, home: gpgHome, passphrase: passphrase, use: use)
    }

    /// What nobody can be sure of.
    var warnings: [String] {
        guard gpgKey != nil, signerCommand != nil, gpgPublicKey == nil else { return [] }
        return [
            "nobody verifies the OpenPGP signatures that the signer command makes; name the public key with "
                + "--gpg-public-key FILE"
        ]
    }
}
