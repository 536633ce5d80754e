import ArgumentParser
import Diagnostics
import JSON
import Product

/// `agentpack validate`: finds every problem of a manifest.
struct Validate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Find every problem of a manifest.",
        discussion: """
            Each problem says where it is: file, line, column and the path of keys. Exit code 0: none, 64: some. \
            Whether the files exist that the manifest names is found out by a build.
            """)

    @OptionGroup var options: ManifestOptions

    @Flag(help: "Print the result as JSON on standard output.")
    var json = false

    func run() throws {
        let console = Console.standard
        switch try options.read() {
        case .manifest(let manifest):
            if json {
                console.print(Self.report(file: options.manifest, manifest: manifest, problems: []))
            } else {
                console.print("\(options.manifest) is valid: \(manifest.name) \(manifest.version)-\(manifest.release)")
            }
        case .problems(let problems):
            let failure = Failure(problems: problems, in: options.manifest)
            guard json else { throw failure }
            console.print(Self.report(file: options.manifest, manifest: nil, problems: problems))
            throw ArgumentParser.ExitCode(failure.code.rawValue)
        }
    }

    /// The result as JSON: `schema` is the version of this layout.
    static func report(file: String, manifest: Product.Manifest?, problems: [Problem]) -> JSONValue {
        .object([
            "schema": 1, "file": .string(file), "valid": .bool(manifest != nil),
            "name": manifest.map { .string($0.name) }, "version": manifest.map { .string($0.version) },
            "release": manifest.map { .integer(Int64($0.release)) },
            "problems": .array(problems.map(report)),
        ])
    }

    private static func report(_ problem: Problem) -> JSONValue {
        .object([
            "file": .string(problem.location.file), "line": .integer(Int64(problem.location.line)),
            "column": .integer(Int64(problem.location.column)), "key_path": .string(problem.location.keyPath),
            "message": .string(problem.message), "suggestion": problem.suggestion.map { .string($0) },
            "hints": problem.hints.isEmpty ? nil : .array(problem.hints.map { .string($0) }),
        ])
    }
}
