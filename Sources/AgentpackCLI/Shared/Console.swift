import Diagnostics
import Foundation
import JSON
import LinuxIO

/// Where commands talk: standard output is for data, standard error for people.
struct Console: Sendable {
    /// Whether standard error takes colours.
    var isColored: Bool

    /// The process's own streams; colours only on a terminal, and never with `NO_COLOR` (no-color.org).
    static let standard = Console(
        isColored: {
            let environment = ProcessInfo.processInfo.environment
            let isWelcome = (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
            return isWelcome && StandardStream.error.isTerminal
        }())

    /// A failure, with its cause and hints.
    func report(_ failure: Failure) {
        StandardStream.error.write(render(failure) + "\n")
    }

    /// Something to know that stops nothing.
    func warn(_ message: String) {
        StandardStream.error.write(colored("warning:", "33") + " " + message + "\n")
    }

    /// A line for people.
    func note(_ message: String) {
        StandardStream.error.write(message + "\n")
    }

    /// A line of data.
    func print(_ text: String) {
        StandardStream.output.write(text + "\n")
    }

    /// Data as JSON.
    func print(_ value: JSONValue) {
        print(value.text(pretty: true))
    }

    func render(_ failure: Failure) -> String {
        failure.rendered.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            if line.hasPrefix("error:") { return colored("error:", "1;31") + line.dropFirst(6) }
            if line.hasPrefix("  hint:") { return "  " + colored("hint:", "36") + line.dropFirst(7) }
            return String(line)
        }.joined(separator: "\n")
    }

    private func colored(_ text: String, _ code: String) -> String {
        isColored ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
