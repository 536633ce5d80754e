import DefinitionFiles
import Diagnostics
import LinuxIO
import Product

/// Words for a path in the manifest at which nothing is.
enum MissingSource {
    /// Describes how far the path exists and what it may have meant.
    ///
    /// - Parameters:
    ///   - source: The path, relative to `base`.
    ///   - base: The manifest's directory.
    /// - Returns: A problem at the path's place in the manifest.
    static func problem(_ source: Located<String>, below base: String) -> Problem {
        var existing = ""
        for component in source.value.split(separator: "/") {
            let next = PathText.join(existing, String(component))
            guard let status = fileStatus(PathText.join(base, next)) else {
                return problem(source, missing: String(component), in: existing, base)
            }
            existing = next
            if status.kind != .directory, existing != source.value {
                return Problem(
                    at: source.location,
                    "\(shown(source.value)) doesn't exist: \(shown(existing)) is \(status.kind.words)")
            }
        }
        return Problem(at: source.location, "\(shown(source.value)) can't be read")
    }

    private static func problem(
        _ source: Located<String>, missing name: String, in directory: String, _ base: String
    ) -> Problem {
        let names = (try? Directory.open(PathText.join(base, directory)).names()) ?? []
        let near = Suggestion.nearest(to: name, among: names).map { PathText.display(PathText.join(directory, $0)) }
        return Problem(
            at: source.location, "\(shown(source.value)) doesn't exist", suggestion: near,
            hints: [
                "The nearest directory that exists is \(PathText.display(PathText.join(base, directory)))"
                    + (names.isEmpty ? ", which is empty." : ".")
            ])
    }

    private static func shown(_ path: String) -> String { "\"\(PathText.display(path))\"" }
}
