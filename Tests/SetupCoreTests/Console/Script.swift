import Diagnostics
import LinuxIO
import SetupCore
import Testing

/// A console that answers by a script and remembers what it showed.
final class Script {
    /// What a person does at a question.
    enum Answer {
        case line(String)
        case unusable(String)
        case key(Terminal.Key)
        case interrupt
    }

    var answers: [Answer]
    var shown = ""
    var clock: UInt64 = 0
    var size = (rows: 24, columns: 80)
    /// Prompts at which nothing was shown while the answer was typed.
    var secretPrompts: [String] = []

    init(_ lines: [String] = [], answers: [Answer] = []) {
        self.answers = lines.map { .line($0) } + answers
    }

    func console(isInteractive: Bool = true, canRedraw: Bool = true) -> Console {
        let input = Console.Input(
            readLine: { [self] (prompt, isEchoed) throws(Failure) in
                shown += prompt
                if !isEchoed { secretPrompts.append(prompt) }
                switch try next() {
                case .line(let text):
                    shown += isEchoed ? "«\(text)»\n" : "\n"
                    return .text(text)
                case .unusable(let reason): return .unusable(reason)
                case .key: throw Failure(.failed, "a key where a line is asked for")
                case .interrupt: throw Failure(.interrupted, "stopped by Ctrl-C")
                }
            },
            readKey: { [self] (prompt) throws(Failure) in
                shown += prompt
                switch try next() {
                case .key(let key): return key
                case .interrupt: throw Failure(.interrupted, "stopped by Ctrl-C")
                case .line, .unusable: throw Failure(.failed, "a line where a key is asked for")
                }
            })
        return Console(
            input: isInteractive ? input : nil, canRedraw: canRedraw, size: { [self] in size },
            write: { [self] in shown += $0 }, nanoseconds: { [self] in clock })
    }

    private func next() throws(Failure) -> Answer {
        guard !answers.isEmpty else { throw Failure(.failed, "the script has no more answers") }
        return answers.removeFirst()
    }
}
