import ArgumentParser
import DefinitionFiles
import Diagnostics
import JSON
import Planning
import Product

/// `agentpack validate`: finds every problem of a product.
struct Validate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Find every problem of a manifest and of the files that it names.",
        discussion: """
            Each problem says where it is: file, line, column and the path of keys. Exit code 0: none, 64: some. \
            Files are read as for a build, programs and libraries with what they need, scripts of packages parsed by \
            the shells of this machine, once the manifest itself has no problem.
            """)

    @OptionGroup var options: ManifestOptions

    @Flag(help: "Print the result as JSON on standard output.")
    var json = false

    @Flag(help: "Look at the manifest alone, not at the files that it names.")
    var manifestOnly = false

    func run() throws {
        let console = Console.standard
        var warnings: [String] = []
        switch try options.read() {
        case .manifest(let manifest):
            let problems = try check(manifest, &warnings)
            guard problems.isEmpty else { return try fail(problems) }
            if json {
                console.print(
                    Self.report(file: options.manifest, manifest: manifest, problems: [], warnings: warnings))
            } else {
                for warning in warnings { console.warn(warning) }
                console.print("\(options.manifest) is valid: \(manifest.name) \(manifest.version)-\(manifest.release)")
            }
        case .problems(let problems): try fail(problems)
        }
    }

    /// What is wrong with the files.
    private func check(_ manifest: Product.Manifest, _ warnings: inout [String]) throws(Failure) -> [Problem] {
        if manifestOnly {
            warnings = manifest.warnings.map(\.rendered)
            return []
        }
        let planner = Planner(manifest, directory: options.directory)
        var problems: [Problem] = []
        for architecture in manifest.architectures {
            let found = try planner.check(for: architecture)
            problems += found.problems.filter { !problems.contains($0) }
            warnings += found.warnings.filter { !warnings.contains($0) }
        }
        return problems
    }

    private func fail(_ problems: [Problem]) throws {
        let failure = Failure(problems: problems, in: options.manifest)
        guard json else { throw failure }
        Console.standard.print(Self.report(file: options.manifest, manifest: nil, problems: problems, warnings: []))
        throw ArgumentParser.ExitCode(failure.code.rawValue)
    }

    /// The result as JSON: `schema` is the version of this layout.
    static func report(file: String, manifest: Product.Manifest?, problems: [Problem], warnings: [String]) -> JSONValue
    {
        .object([
            "schema": 1, "file": .string(file), "valid": .bool(manifest != nil),
            "name": manifest.map { .string($0.name) }, "version": manifest.map { .string($0.version) },
            "release": manifest.map { .integer(Int64($0.release)) },
            "problems": .array(problems.map(report)), "warnings": .array(warnings.map { .string($0) }),
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
