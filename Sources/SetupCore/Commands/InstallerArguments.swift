import Diagnostics
import SetupPlan

/// The command line of a `.bin`.
struct InstallerArguments: Equatable {
    /// What is to be done.
    enum Action: Equatable {
        case install, help, version, check, info, list
        case extract(directory: String)
    }

    var action = Action.install
    var isJSON = false
    var isDryRun = false
    var isSilent = false
    var acceptsLicense = false
    var allowsDowngrade = false
    var startsService = true
    var answersFile: String?
    var writtenAnswersFile: String?
    var root = "/"
    var logFile: String?
    var waived: [String] = []

    /// Options without a value.
    private static let flags: [(name: String, set: @Sendable (inout InstallerArguments) -> Void)] = [
        ("--help", { $0.action = .help }), ("-h", { $0.action = .help }),
        ("--version", { $0.action = .version }),
        ("--check", { $0.action = .check }),
        ("--info", { $0.action = .info }),
        ("--list", { $0.action = .list }),
        ("--json", { $0.isJSON = true }),
        ("--dry-run", { $0.isDryRun = true }),
        ("--silent", { $0.isSilent = true }),
        ("--accept-eula", { $0.acceptsLicense = true }),
        ("--allow-downgrade", { $0.allowsDowngrade = true }),
        ("--no-start", { $0.startsService = false }),
    ]

    /// Options with a value, `--name VALUE` or `--name=VALUE`.
    private static let values: [(name: String, set: @Sendable (inout InstallerArguments, String) -> Void)] = [
        ("--extract", { $0.action = .extract(directory: $1) }),
        ("--answers", { $0.answersFile = $1 }),
        ("--write-answers", { $0.writtenAnswersFile = $1 }),
        ("--root", { $0.root = $1 }),
        ("--log", { $0.logFile = $1 }),
        ("--waive", { $0.waived += $1.split(separator: ",").map(String.init) }),
    ]

    /// Reads the command line.
    ///
    /// - Parameters:
    ///   - words: The words after the program's name, without those that give settings.
    ///   - settings: The settings' options, of which a mistyped one may mean one.
    init(_ words: [String], settings: [String]) throws(Failure) {
        var rest = words[...]
        while let word = rest.popFirst() {
            if let flag = Self.flags.first(where: { $0.name == word }) {
                flag.set(&self)
            } else if let option = Self.values.first(where: { word == $0.name || word.hasPrefix($0.name + "=") }) {
                let inline = word == option.name ? rest.popFirst() : String(word.dropFirst(option.name.count + 1))
                guard let value = inline, !value.isEmpty else { throw Failure(.usage, "\(option.name) needs a value") }
                option.set(&self, value)
            } else {
                throw Self.unknown(word, settings)
            }
        }
        if !root.hasPrefix("/") {
            throw Failure(.usage, "--root needs an absolute path, found \(TerminalText.escaped(root))")
        }
    }

    private static func unknown(_ word: String, _ settings: [String]) -> Failure {
        let shown = TerminalText.escaped(String(word.prefix { $0 != "=" }))
        guard word.hasPrefix("-") else {
            return Failure(.usage, "unexpected argument \(shown)", hints: ["Run it with --help."])
        }
        return Failure(
            .usage, "unknown option \(shown)",
            hints: Suggestion.hints(for: shown, among: flags.map(\.name) + values.map(\.name) + settings) + [
                "Run it with --help."
            ])
    }
}
