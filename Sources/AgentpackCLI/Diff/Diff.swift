import ArgumentParser
import Artifacts
import Diagnostics

/// `agentpack diff`: compares two artifacts.
struct Diff: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compare two installers or packages, of any formats.",
        discussion: """
            Of one format: fields, relations, scripts, paths with modes, owners, sizes, hashes, targets and flags, \
            signatures, compression and sizes are compared, and in the end the bytes. Of two formats: what both have, \
            which is name, version and the paths as they are when installed; what isn't compared is said. Exit codes, \
            like diff(1): 0 alike, 1 they differ, 2 a file can't be read or is damaged, 64 wrong command line.
            """)

    @Argument(help: "The first installer or package.", completion: .file(extensions: ["bin", "deb", "rpm"]))
    var first: String

    @Argument(help: "The second one.", completion: .file(extensions: ["bin", "deb", "rpm"]))
    var second: String

    @Flag(help: "Exit with 0 when they differ, too.")
    var exitZero = false

    @Flag(help: "Print JSON on standard output.")
    var json = false

    func run() throws {
        let report: Difference
        do throws(Failure) {
            let (left, right, comparison) = try ArtifactComparison.compare(first, second)
            report = Difference(left: left, right: right, comparison: comparison)
        } catch {
            // 1 says that they differ here, so trouble of any kind is 2.
            var failure = error
            if failure.code != .usage { failure.code = .integrity }
            throw failure
        }
        if json { Console.standard.print(report.json) } else { Console.standard.print(report.text) }
        if !report.comparison.isAlike, !exitZero { throw ArgumentParser.ExitCode(1) }
    }
}
