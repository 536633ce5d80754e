import ArgumentParser
import Artifacts
import Building
import Diagnostics
import LinuxIO
import Signing

/// `agentpack sign`: signs what was built before.
struct Sign: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Sign installers and packages that were built before, here or elsewhere.",
        discussion: """
            An .rpm gets its signatures in itself, in the room that it keeps for them: its payload stays as it is, \
            and those that it had are replaced. A .deb or .bin gets FILE.asc beside it. With --key a .bin gets an \
            Ed25519 signature in its last 256 bytes, too, which installed versions compare with; all else in it stays. \
            Whatever changed appears whole or not at all, and its FILE.sha256 is made anew where there is one. A \
            damaged file isn't signed. Exit codes: 0, 1 failed, 2 damaged, 3 GnuPG is missing, 5 a FILE.asc would no \
            longer hold, 64 wrong command line or key.
            """)

    @Argument(help: "The installers and packages.", completion: .file(extensions: ["bin", "deb", "rpm"]))
    var files: [String]

    @OptionGroup var signers: SignerOptions

    @Flag(help: "Say what would be signed and write nothing.")
    var dryRun = false

    @Flag(help: "Print JSON on standard output.")
    var json = false

    func run() throws {
        CleanEnd.prepare()
        let signers = try signers.signers(for: use())
        let signer = try ArtifactSigner(openPGP: signers.openPGP, message: signers.program)
        for warning in self.signers.openPGP.warnings { Console.standard.warn(warning) }
        // All are checked before the first is changed.
        var outcomes: [ArtifactSigner.Outcome] = []
        for file in files { outcomes.append(try signer.plan(file)) }
        if !dryRun { outcomes = try outcomes.map { planned throws(Failure) in try signer.sign(planned: planned) } }
        let report = SigningReport(outcomes: outcomes, isDryRun: dryRun)
        if json { Console.standard.print(report.json) } else { Console.standard.print(report.text) }
    }

    private func use() throws(Failure) -> SigningKey.Use {
        for file in files where try OpenArtifact(file).format == .rpm { return .rpm }
        return .files
    }
}
