import ArgumentParser
import Diagnostics
import JSON
import LinuxIO
import Signing

/// `agentpack keys generate`: makes a pair.
struct KeysGenerate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Make a key: an Ed25519 pair for installers, or with --gpg an OpenPGP key.",
        discussion: """
            Two PEM files are written: PREFIX.key, the private part (mode 0600, under a passphrase), and PREFIX.pub, \
            which anybody may have. Without an option the passphrase is asked for on the terminal. Whoever has the \
            private part can sign installers in your name: keep it where only your release job reads it.

            With --gpg the key is for packages and repositories, of the kind that every client takes: RSA with 4096 bits, \
            a primary key that signs, self-signatures with SHA-512, no expiry. Its private part stays in GnuPG's home, \
            beside a certificate that revokes it; the public part is written to PREFIX.asc.
            """)

    @Option(
        help: ArgumentHelp(
            "Path of the files without their endings; a directory gets signing.key, for instance.", valueName: "prefix")
    )
    var out = "signing"

    @OptionGroup(title: "OpenPGP") var openPGP: GPGKeyOptions

    @OptionGroup var passphrase: PassphraseOptions

    @Flag(help: "Leave the private part in the open.")
    var noPassphrase = false

    @Flag(help: "Replace files that are there.")
    var force = false

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if noPassphrase, !passphrase.source.isPrompt {
            throw ValidationError("--no-passphrase and a passphrase exclude each other.")
        }
    }

    func run() throws {
        CleanEnd.prepare()
        let prefix = fileStatus(out)?.kind == .directory ? PathText.join(out, "signing") : out
        guard !openPGP.gpg else { return try generateOpenPGP(prefix: prefix) }
        let secret = noPassphrase ? nil : try passphrase.source.readNew(for: prefix + ".key")
        let signer = try Signer.generate()
        let paths = try signer.write(prefix: prefix, passphrase: secret, overwriting: force)
        let fingerprint = signer.publicKey.fingerprint
        guard !json else {
            let object: JSONObject = [
                "encrypted": .bool(secret != nil), "fingerprint": .string(fingerprint),
                "private_key": .string(paths.privateKey), "public_key": .string(paths.publicKey), "schema": 1,
            ]
            return print(JSONValue.object(object).text(pretty: true))
        }
        print("private key  \(PathText.display(paths.privateKey))\(secret == nil ? " (no passphrase)" : "")")
        print("public key   \(PathText.display(paths.publicKey))")
        print("fingerprint  \(fingerprint)")
    }
}
