import ArgumentParser
import Signing

/// Where a private key's passphrase comes from; the terminal when nothing else is named.
struct PassphraseOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Read the key's passphrase from this file's first line.", valueName: "file"))
    var passphraseFile: String?

    @Option(
        help: ArgumentHelp("Take the key's passphrase from this variable of the environment.", valueName: "variable"))
    var passphraseEnv: String?

    /// The place that was named, or the terminal.
    var source: PassphraseSource {
        if let passphraseFile { return .file(passphraseFile) }
        if let passphraseEnv { return .environment(passphraseEnv) }
        return .prompt
    }

    func validate() throws {
        if passphraseFile != nil, passphraseEnv != nil {
            throw ValidationError("--passphrase-file and --passphrase-env exclude each other.")
        }
    }
}
