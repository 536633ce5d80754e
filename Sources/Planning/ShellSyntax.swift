public import Diagnostics
import LinuxIO

/// Parses shell scripts with the shells of this machine, without running any of it.
///
/// A package's scripts meet dash on Debian and bash on RPM systems, so both are asked where they are there: dash is the
/// stricter parser. What only one of them takes is a mistake, too.
public struct ShellSyntax: Sendable {
    /// What a shell doesn't understand.
    public struct Mistake: Sendable, Equatable {
        /// The line, from 1; nil where the shell doesn't say.
        public var line: Int?
        /// The shell's words, with its name.
        public var message: String

        /// `line 3: "then" unexpected (dash)`.
        public var words: String { (line.map { "line \($0): " } ?? "") + message }
    }

    /// How each shell is asked, with its name.
    private let shells: [(name: String, command: [String])]

    /// Finds the shells.
    ///
    /// - Throws: `.requirement` on a machine without any.
    public init() throws(Failure) {
        let known = [("dash", ["-n"]), ("bash", ["--posix", "-n"])]
        let found = known.compactMap { name, options in Subprocess.find(name).map { (name, [$0] + options) } }
        let any = Subprocess.find("sh").map { [("sh", [$0, "-n"])] } ?? []
        shells = found.isEmpty ? any : found
        guard !shells.isEmpty else {
            throw Failure(
                .requirement, "no shell is here to parse the scripts of packages with",
                hints: ["Install dash or bash."])
        }
    }

    /// Looks for a mistake in a whole script.
    ///
    /// - Parameter script: The script.
    /// - Returns: nil when every shell takes it.
    /// - Throws: When a shell can't be run.
    public func mistake(in script: String) throws(Failure) -> Mistake? {
        for shell in shells {
            let result = try Subprocess.run(shell.command, input: Array(script.utf8))
            guard result.status != 0 else { continue }
            return Self.mistake(result.errorText, shell.name)
        }
        return nil
    }

    /// Looks for a mistake in a text that becomes the body of a function.
    ///
    /// The text must be whole by itself, and leave nothing open that takes in what follows: an here-document without
    /// its end is no mistake at the end of a file.
    ///
    /// - Parameter text: Lines, each with its end.
    /// - Returns: nil when every shell takes it in both ways.
    /// - Throws: When a shell can't be run.
    public func mistake(inBody text: String) throws(Failure) -> Mistake? {
        if let found = try mistake(in: text) { return found }
        guard try mistake(in: "body() (\n:\n\(text))\n") != nil else { return nil }
        return HereDocument.unfinished(in: text).map {
            Mistake(line: $0.line, message: "the here-document has no end: no line after it is \"\($0.word)\" alone")
        } ?? Mistake(line: nil, message: "something in it has no end, such as a here-document")
    }

    /// Takes `dash: 2: Syntax error: "then" unexpected` or `bash: line 2: syntax error near …` apart.
    private static func mistake(_ errors: String, _ name: String) -> Mistake {
        let first = errors.split(separator: "\n").first.map(String.init) ?? "a mistake that it has no words for"
        var parts = first.split(separator: ": ", omittingEmptySubsequences: false)[...]
        if parts.first?.hasSuffix(name) == true { parts = parts.dropFirst() }
        let number = parts.first.flatMap { Int($0.hasPrefix("line ") ? $0.dropFirst(5) : $0) }
        if number != nil { parts = parts.dropFirst() }
        if parts.count > 1, parts.first?.lowercased() == "syntax error" { parts = parts.dropFirst() }
        return Mistake(line: number, message: "\(PathText.display(parts.joined(separator: ": "))) (\(name))")
    }
}

/// Where a here-document starts; POSIX.1-2017, XCU 2.7.4.
private struct HereDocument {
    var line: Int
    var word: String
    private var stripsTabs: Bool

    /// The first one that no line ends; words that are put together are not looked at.
    static func unfinished(in text: String) -> HereDocument? {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            guard let document = HereDocument(line, number: index + 1) else { continue }
            let isClosed = lines[(index + 1)...].contains { line in
                (document.stripsTabs ? line.drop { $0 == "\t" } : line) == document.word
            }
            if !isClosed { return document }
        }
        return nil
    }

    private init?(_ text: Substring, number: Int) {
        guard let operation = text.firstRange(of: "<<") else { return nil }
        var rest = text[operation.upperBound...]
        stripsTabs = rest.first == "-"
        if stripsTabs { rest = rest.dropFirst() }
        rest = rest.drop { $0 == " " || $0 == "\t" || $0 == "\\" }
        let word: Substring
        if let quote = rest.first, "'\"".contains(quote) {
            word = rest.dropFirst().prefix { $0 != quote }
        } else {
            word = rest.prefix { !" \t;|&<>)".contains($0) }
        }
        guard !word.isEmpty, !word.contains(where: { "$`'\"".contains($0) }) else { return nil }
        self.word = String(word)
        line = number
    }
}
