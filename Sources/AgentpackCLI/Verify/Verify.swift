import ArgumentParser
import Artifacts
import Diagnostics
import LinuxIO
import Signing

/// `agentpack verify`: checks an installer or package as far as it can be checked.
struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check an installer, .deb or .rpm: every byte, every file in it, its signatures.",
        discussion: """
            Without a key this proves that the file is whole, not who made it: whoever replaces the file can replace \
            what it says of itself, too. Name the public key that you trust, from a place other than the file's: an \
            installer's own with --key, that of an .rpm's signatures or of a FILE.asc beside any file with --gpg-key. \
            The report says what was proven and what wasn't. Of an .rpm compressed with zstd, bzip2 or lzma the digests \
            and signatures are checked, not the files in it; a .deb compressed so can't be read. Exit codes: 0 everything \
            holds, 1 not to be read, 2 something doesn't hold, 3 GnuPG is missing, 64 wrong command line.
            """)

    @Argument(help: "The installer or package.", completion: .file(extensions: ["bin", "deb", "rpm"]))
    var file: String

    @Option(
        help: ArgumentHelp(
            "Require the signature of this Ed25519 public key (PEM) in an installer.", valueName: "file"),
        completion: .file(extensions: ["pub", "pem"]))
    var key: String?

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Require the signature of an OpenPGP public key in this file; may be repeated, one key is enough.",
            valueName: "file"),
        completion: .file(extensions: ["asc", "gpg"]))
    var gpgKey: [String] = []

    @Option(
        help: ArgumentHelp("Take the detached OpenPGP signature from here instead of FILE.asc.", valueName: "file"),
        completion: .file(extensions: ["asc", "sig"]))
    var signature: String?

    @Flag(help: "Require a signature, whosever it is.")
    var requireSignature = false

    @Option(help: ArgumentHelp("Use so many threads.", valueName: "number"))
    var threads = Threads.processorCount

    @Flag(help: "Print JSON on standard output.")
    var json = false

    func validate() throws {
        guard (1...1024).contains(threads) else { throw ValidationError("--threads takes a number from 1 to 1024.") }
    }

    func run() throws {
        var demands = VerificationDemands()
        if let key {
            demands.key = try PublicKey(path: key)
            demands.keyName = key
        }
        demands.gpgKeys = gpgKey
        demands.detached = signature
        demands.requiresSignature = requireSignature
        do throws(Failure) {
            let report = Verification(checked: try ArtifactVerification(of: file, demands: demands, threads: threads))
            if json { Console.standard.print(report.json) } else { Console.standard.print(report.text) }
        } catch {
            if json, error.code == .integrity { Console.standard.print(Verification.json(of: error, path: file)) }
            throw error
        }
    }
}
