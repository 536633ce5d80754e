import Diagnostics
import JSON
import LinuxIO
import SetupPlan

/// What the config tool's commands need from outside; tests replace the parts.
struct ToolContext {
    /// `/`, or the directory of an image.
    var basePath = "/"
    /// Where a person is asked and told.
    var console = Console.standard()
    /// Where data goes: standard output.
    var output: (String) -> Void = { StandardStream.output.write($0) }
    /// The Ed25519 key of who signed this program and its plan; nil when nobody did.
    var ownKey: [UInt8]?
    /// The effective user's number.
    var user = System.effectiveUser
    /// Reads a secret's file, or standard input for `-`.
    var readSecret: (String) throws(Failure) -> [UInt8] = { path throws(Failure) in
        try SettingValues.readSecretFile(path)
    }
    /// The machine that checks look at.
    var preflight = PreflightContext()
    /// Runs the agent's health command.
    var askHealth: () throws(Failure) -> ProcessResult = { () throws(Failure) in try HealthProbe.ask() }

    /// Refuses a command to everybody but root.
    ///
    /// - Parameters:
    ///   - action: What the command does, as the start of a sentence.
    ///   - command: The words to repeat with sudo.
    func requireRoot(_ action: String, _ command: String) throws(Failure) {
        guard user != 0 else { return }
        throw Failure(.requirement, "\(action) needs root's rights", hints: ["Run `sudo \(command)`."])
    }

    /// Says that a file which a setting names isn't there; it may still be put there.
    func warnOfMissingFiles(_ values: SettingValues) {
        guard let path = values["ca_file"]?.exposedText, fileStatus(preflight.path(path)) == nil else { return }
        console.say("Warning: ca_file: there is no \(PathText.display(path)).")
    }

    /// Writes a JSON document.
    func put(_ json: JSONValue) { output(json.text(pretty: true) + "\n") }
}

extension Plan {
    /// The config tool as it is typed: its directory isn't in anybody's `PATH`.
    var configToolPath: String { PathText.join(paths.root, configTool) }
}

/// Pieces of text that several commands write.
enum ToolText {
    /// Names and values in two columns.
    static func table(_ rows: [(String, String)]) -> String {
        let width = rows.map { $0.0.utf8.count }.max() ?? 0
        return rows.map { name, value in
            TerminalText.padded(name + ":", to: width + 2) + TerminalText.escaped(value) + "\n"
        }.joined()
    }

    /// A failure in one line, without its hints.
    static func line(_ failure: Failure) -> String { failure.message + (failure.cause.map { ": " + $0 } ?? "") }
}
