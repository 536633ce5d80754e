public import Diagnostics

/// One thing that is wrong with a file that people wrote.
public struct Problem: Sendable, Equatable {
    /// Where it is.
    public var location: Location
    /// What was expected and what was found; no trailing full stop.
    public var message: String
    /// What the author probably meant: a known key, word or id.
    public var suggestion: String?
    /// What to do, one sentence each.
    public var hints: [String]

    /// Makes a problem.
    public init(at location: Location, _ message: String, suggestion: String? = nil, hints: [String] = []) {
        self.location = location
        self.message = message
        self.suggestion = suggestion
        self.hints = hints
    }

    /// One line: `product.yaml:3:9: settings[0].id: expected …; did you mean "token"?`.
    public var rendered: String {
        var text = location.line > 0 ? "\(location.file):\(location.line):\(location.column): " : location.file + ": "
        if !location.keyPath.isEmpty { text += location.keyPath + ": " }
        text += message
        if let suggestion { text += "; did you mean \"\(suggestion)\"?" }
        return text
    }
}

extension Failure {
    /// All problems of a file as one failure, a line each; exit code 64.
    ///
    /// - Parameters:
    ///   - problems: What is wrong; at least one.
    ///   - file: The file's name.
    public init(problems: [Problem], in file: String) {
        let count = problems.count == 1 ? "a problem" : "\(problems.count) problems"
        var hints: [String] = []
        for hint in problems.flatMap(\.hints) where !hints.contains(hint) { hints.append(hint) }
        self.init(
            .usage, "\(file) has \(count)", cause: problems.map(\.rendered).joined(separator: "\n    "), hints: hints)
    }
}

extension [Problem] {
    /// The problems in the order of the file.
    package var inOrder: [Problem] {
        sorted { ($0.location.line, $0.location.column) < ($1.location.line, $1.location.column) }
    }
}
