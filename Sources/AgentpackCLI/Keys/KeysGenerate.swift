import ArgumentParser
import Diagnostics
import JSON
import LinuxIO
import Signing

/// `agentpack keys generate`: makes a pair.
struct KeysGenerate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Make an Ed25519 key pair.",
        discussion: """
            Two PEM files are written: PREFIX.key, the private part (mode 0600, under a passphrase), and PREFIX.pub, \
            which anybody may have. Without an option the passphrase is asked for on the terminal. Whoever has the \
            private part can sign installers in your name: keep it where only your release job reads it.
            """)

    @Option(
        help: ArgumentHelp(
            "Path of both files without their endings; a directory gets signing.key.", valueName: "prefix"))
    var out = "signing"

    @OptionGroup var passphrase: PassphraseOptions

    @Flag(help: "Leave the private part in the open.")
    var noPassphrase = false

    @Flag(help: "Replace files that are there.")
    var force = false

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if noPassphrase, passphrase.source != .prompt {
            throw ValidationError("--no-passphrase and a passphrase exclude each other.")
        }
    }

    func run() throws {
        let prefix = fileStatus(out)?.kind == .directory ? PathText.join(out, "signing") : out
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
