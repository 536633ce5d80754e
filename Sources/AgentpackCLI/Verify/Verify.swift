import ArgumentParser
import BinFormat
import Diagnostics
import LinuxIO
import SetupPlan
import Signing

/// `agentpack verify`: checks an installer as far as it can be checked.
struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check an installer: every byte, every file in it, and its signature.",
        discussion: """
            Without --key this proves that the file is whole, not who made it: whoever replaces the file can replace \
            the key in it, too. Name the public key that you trust, from a place other than the file's. Exit codes: \
            0 everything holds, 1 not to be read, 2 something doesn't.
            """)

    @Argument(help: "The installer.", completion: .file(extensions: ["bin"]))
    var file: String

    @Option(
        help: ArgumentHelp("Require the signature of this public key (PEM).", valueName: "file"),
        completion: .file(extensions: ["pub", "pem"]))
    var key: String?

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
        let trusted = try key.map { path throws(Failure) in try PublicKey(path: path) }
        do throws(Failure) {
            let report = try check(trusted)
            if json { Console.standard.print(report.json) } else { Console.standard.print(report.text) }
        } catch {
            if json, error.code == .integrity {
                Console.standard.print(Verification.json(of: error, path: file))
            }
            throw error
        }
    }

    private func check(_ trusted: PublicKey?) throws(Failure) -> Verification {
        let opened = try BinFile(reading: FileDescriptor.open(file))
        try checkSigner(opened.trailer.signature?.publicKey, trusted)
        let verified = try opened.verified(threads: threads)
        try verified.checkContents(threads: threads)
        return Verification(verified, path: file, trusted: trusted)
    }

    /// The signature itself was checked when the trailer was read; what is left is whose it is.
    private func checkSigner(_ signer: [UInt8]?, _ trusted: PublicKey?) throws(Failure) {
        guard let signer else {
            guard trusted == nil, !requireSignature else {
                throw Failure(
                    .integrity, "\(PathText.display(file)) is not signed",
                    hints: ["Get the file from its maker again, over a connection that you trust."])
            }
            return
        }
        guard let trusted, trusted.bytes != signer else { return }
        throw Failure(
            .integrity, "\(PathText.display(file)) is signed by another key than \(PathText.display(key ?? ""))",
            cause: "signed by \(try PublicKey(bytes: signer).fingerprint), expected \(trusted.fingerprint)",
            hints: ["Don't run the file unless you know why its maker has a new key."])
    }
}
