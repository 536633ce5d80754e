import ArgumentParser
import Diagnostics
import JSON
import Signing

/// `agentpack keys show`: what a key is known by.
struct KeysShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Print the fingerprint of a key.",
        discussion: "The fingerprint is the SHA-256 of the public key's 32 bytes; both files of a pair have the same.")

    @Argument(
        help: ArgumentHelp("The file with the public or the private key.", valueName: "file"), completion: .file())
    var path: String

    @OptionGroup var passphrase: PassphraseOptions

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let key = try PublicKey.ofPair(path: path) { () throws(Failure) in try passphrase.source.read(for: path) }
        guard !json else {
            let object: JSONObject = [
                "algorithm": "ed25519", "fingerprint": .string(key.fingerprint),
                "public_key": .string(String(decoding: try key.pem(), as: UTF8.self)), "schema": 1,
            ]
            return print(JSONValue.object(object).text(pretty: true))
        }
        print(key.fingerprint)
    }
}
