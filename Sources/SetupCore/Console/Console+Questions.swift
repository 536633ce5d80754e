public import Diagnostics
import LinuxIO

extension Console {
    /// Asks for a line of text until it is accepted.
    ///
    /// - Parameters:
    ///   - question: The question, without a colon.
    ///   - current: What an empty answer means, as shown in brackets.
    ///   - help: What `?` explains.
    ///   - isSecret: Whether nothing is shown while the answer is typed.
    ///   - accept: Takes the answer, without blanks around it unless it is secret, or throws `.usage` to have the question asked again.
    public func ask(
        _ question: String, current: String? = nil, help: String? = nil, isSecret: Bool = false,
        accept: (String) throws(Failure) -> Void
    ) throws(Failure) {
        let shown = current.map { " [" + TerminalText.escaped($0) + "]" } ?? ""
        let prompt = TerminalText.escaped(question) + shown + (question.hasSuffix("?") ? " " : ": ")
        while true {
            switch try requireInput().readLine(prompt, !isSecret) {
            case .unusable(let reason): say("That can't be taken: \(reason).")
            case .text("?"): say(help ?? "There is no more to say about it.")
            case .text(let answer):
                do throws(Failure) { return try accept(isSecret ? answer : trimmed(answer)) } catch {
                    guard error.code == .usage else { throw error }
                    say(error.message + (error.cause.map { ": " + $0 } ?? ""))
                    for hint in error.hints { say(hint) }
                }
            }
        }
    }

    /// Asks for yes or no.
    ///
    /// - Parameters:
    ///   - question: The question.
    ///   - preset: What an empty answer means; nil to insist on a word.
    ///   - help: What `?` explains.
    /// - Returns: Whether the answer was yes.
    public func confirm(_ question: String, preset: Bool?, help: String? = nil) throws(Failure) -> Bool {
        let question = question.hasSuffix("?") ? String(question.dropLast()) : question
        var isYes = false
        let choices = preset.map { $0 ? "? [Y/n]" : "? [y/N]" } ?? "? [y/n]"
        try ask(question + choices, help: help) { (answer) throws(Failure) in
            switch answer.lowercased() {
            case "y", "yes": isYes = true
            case "n", "no": isYes = false
            case "" where preset != nil: isYes = preset == true
            default: throw Failure(.usage, "Please answer yes or no")
            }
        }
        return isYes
    }

    /// Asks for one of several choices by its number.
    ///
    /// - Parameters:
    ///   - question: The question.
    ///   - choices: What there is to choose.
    ///   - preset: The index that an empty answer means.
    ///   - help: What `?` explains.
    /// - Returns: The index of the choice.
    public func choose(
        _ question: String, from choices: [String], preset: Int? = nil, help: String? = nil
    ) throws(Failure) -> Int {
        for (index, choice) in choices.enumerated() { say("  \(index + 1)) \(TerminalText.escaped(choice))") }
        var chosen = 0
        try ask(question, current: preset.map { String($0 + 1) }, help: help) { (answer) throws(Failure) in
            let number = answer.isEmpty ? preset.map { $0 + 1 } : Int(answer)
            guard let number, choices.indices.contains(number - 1) else {
                throw Failure(.usage, "Please answer with a number from 1 to \(choices.count)")
            }
            chosen = number - 1
        }
        return chosen
    }

    /// Asks for an explicit acceptance: the whole word `yes` or `no`, nothing preset.
    ///
    /// - Parameters:
    ///   - question: The question.
    ///   - help: What `?` explains.
    /// - Returns: Whether it was accepted.
    public func accept(_ question: String, help: String? = nil) throws(Failure) -> Bool {
        var isAccepted = false
        try ask(question + " Type yes or no", help: help) { (answer) throws(Failure) in
            switch answer.lowercased() {
            case "yes": isAccepted = true
            case "no": isAccepted = false
            default: throw Failure(.usage, "Please type the whole word, yes or no")
            }
        }
        return isAccepted
    }

    private func trimmed(_ answer: String) -> String {
        guard let last = answer.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
        return String(answer[...last].drop { $0 == " " || $0 == "\t" })
    }
}
