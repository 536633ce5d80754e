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

    func validate() throws {
        if gpgPassphraseFile != nil, gpgPassphraseEnv != nil {
            throw ValidationError("--gpg-passphrase-file and --gpg-passphrase-env exclude each other.")
        }
        let needsKey = [gpgHome, gpgPassphraseFile, gpgPassphraseEnv].contains { $0 != nil }
        if needsKey, gpgKey == nil { throw ValidationError("Name the key with --gpg-key FINGERPRINT.") }
        if signerCommand != nil, gpgHome != nil || passphrase != nil {
            throw ValidationError("With --signer-command the program alone knows where the key is.")
        }
    }

    /// Where the key's passphrase is; nil where GnuPG's agent has it, asks for it or needs none.
    private var passphrase: PassphraseSource? {
        if let gpgPassphraseFile { return .file(gpgPassphraseFile) }
        if let gpgPassphraseEnv { return .environment(gpgPassphraseEnv) }
        return nil
    }

    /// The signer, or nil for something unsigned.
    ///
    /// - Parameters:
    ///   - use: What the signatures are for.
    ///   - time: The time that signatures are to have, in seconds since 1970; nil for that of the clock.
    /// - Throws: `usage` for a key that isn't there or doesn't fit, `requirement` without GnuPG.
    func signer(for use: SigningKey.Use, time: Int64? = nil) throws(Failure) -> (any OpenPGPSigner)? {
        guard let gpgKey else { return nil }
        if let signerCommand {
            return try ExternalOpenPGPSigner(command: signerCommand, fingerprint: gpgKey)
        }
        return try GPGSigner(fingerprint: gpgKey, home: gpgHome, passphrase: passphrase, use: use, time: time)
    }
}
