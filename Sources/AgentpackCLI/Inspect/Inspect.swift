import ArgumentParser
import Artifacts
import Diagnostics

/// `agentpack inspect`: says what is in an installer or package.
struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say what is in an installer, .deb or .rpm.",
        discussion: """
            Reads a file without running or installing it, whoever made it; what it is is seen from its bytes. What the \
            file says of itself is checked for its form and printed, but nothing is hashed: see agentpack verify. The \
            files of a .deb are listed with --files or --json, which decompress it. Exit codes: 0, 1 not to be read, \
            2 damaged or of another format, 64 wrong command line.
            """)

    @Argument(help: "The installer or package.", completion: .file(extensions: ["bin", "deb", "rpm"]))
    var file: String

    @Flag(help: "List the files, too.")
    var files = false

    @Flag(help: "Print the scripts, too.")
    var scripts = false

    @Flag(help: "Print everything as JSON on standard output.")
    var json = false

    func run() throws {
        let opened = try OpenArtifact(file)
        let artifact = try opened.description(listsPaths: files || json)
        let inspection = Inspection(artifact: artifact, listsFiles: files, showsScripts: scripts)
        if json { inspection.printJSON(to: .standard) } else { inspection.printText(to: .standard) }
    }
}
