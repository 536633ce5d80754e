import ArgumentParser
import Diagnostics
import DistSite
import Signing
import SiteDefinition

/// How the keys are reached that the definition names.
struct SiteSignerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Use the keys of this GnuPG home instead of the user's.", valueName: "directory"),
        completion: .directory)
    var gpgHome: String?

    @Option(
        help: ArgumentHelp("Read the keys' passphrase from this file's first line.", valueName: "file"),
        completion: .file())
    var gpgPassphraseFile: String?

    @Option(
        help: ArgumentHelp("Take the keys' passphrase from this variable of the environment.", valueName: "variable"))
    var gpgPassphraseEnv: String?

    @Option(
        help: ArgumentHelp(
            "Let this program sign. It is run as PROGRAM KIND FINGERPRINT; KIND is openpgp or openpgp-text.",
            valueName: "program"),
        completion: .file())
    var signerCommand: String?

    func validate() throws {
        if gpgPassphraseFile != nil, gpgPassphraseEnv != nil {
            throw ValidationError("--gpg-passphrase-file and --gpg-passphrase-env exclude each other.")
        }
        if signerCommand != nil, gpgHome != nil || gpgPassphraseFile != nil || gpgPassphraseEnv != nil {
            throw ValidationError("With --signer-command the program alone knows where the keys are.")
        }
    }

    /// The signers of both roles.
    func signers(_ definition: SiteDefinition, directory: String) throws(Failure) -> SiteSigners {
        let source: PassphraseSource? =
            if let gpgPassphraseFile { .file(gpgPassphraseFile) } else {
                gpgPassphraseEnv.map { .environment($0) }
            }
        let passphrase = try PassphraseSource.takingEnvironment([source])[0]
        var signers = SiteSigners(apt: [], rpm: nil)
        if definition.apt != nil, let role = definition.keys.apt {
            for key in role.signers {
                signers.apt.append(try signer(key, directory, use: .files, passphrase))
            }
        }
        // repomd.xml.asc has one signature; while both sign, clients still know the current key for sure.
        if definition.yum != nil, let role = definition.keys.rpm {
            signers.rpm = try signer(role.signers[0], directory, use: .rpm, passphrase)
        }
        return signers
    }

    private func signer(
        _ key: SiteKey, _ directory: String, use: SigningKey.Use, _ passphrase: PassphraseSource?
    ) throws(Failure) -> any OpenPGPSigner {
        guard let signerCommand else {
            return try GPGSigner(fingerprint: key.fingerprint, home: gpgHome, passphrase: passphrase, use: use)
        }
        return try ExternalOpenPGPSigner(
            command: signerCommand, fingerprint: key.fingerprint,
            publicKey: key.path(relativeTo: directory), use: use)
    }
}
