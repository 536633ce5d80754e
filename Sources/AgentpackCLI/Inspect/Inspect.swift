import ArgumentParser
import BinFormat
import Diagnostics
import LinuxIO

/// `agentpack inspect`: says what is in an installer.
struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say what is in an installer.",
        discussion: """
            Reads an installer or an installed config tool without running it. Trailer and plan are checked, the rest \
            isn't: see agentpack verify. Exit codes: 0, 1 not to be read, 2 damaged.
            """)

    @Argument(help: "The installer.", completion: .file(extensions: ["bin"]))
    var file: String

    @Flag(help: "List the files, too.")
    var files = false

    @Flag(help: "Print JSON on standard output.")
    var json = false

    func run() throws {
        let inspection = try Inspection(BinFile(reading: FileDescriptor.open(file)), path: file, listsFiles: files)
        if json { Console.standard.print(inspection.json) } else { Console.standard.print(inspection.text) }
    }
}
