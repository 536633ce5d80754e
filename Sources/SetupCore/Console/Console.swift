public import Diagnostics
public import LinuxIO

/// Where a program talks with a person: a terminal, or in tests a script.
///
/// All of it is talk and goes to standard error; data goes to standard output by other ways.
public struct Console {
    /// How answers come in.
    public struct Input {
        /// Writes a prompt and reads a line, shown or not while it is typed.
        public var readLine: (_ prompt: String, _ isEchoed: Bool) throws(Failure) -> Terminal.Line
        /// Writes a prompt and waits for a key.
        public var readKey: (_ prompt: String) throws(Failure) -> Terminal.Key

        /// Makes an input.
        public init(
            readLine: @escaping (_ prompt: String, _ isEchoed: Bool) throws(Failure) -> Terminal.Line,
            readKey: @escaping (_ prompt: String) throws(Failure) -> Terminal.Key
        ) {
            self.readLine = readLine
            self.readKey = readKey
        }
    }

    /// How answers come in; nil where nobody can be asked.
    public var input: Input?
    /// Whether a line that was written can be written over: a terminal, and not a dumb one.
    public var canRedraw: Bool
    /// The terminal's size now.
    public var size: () -> (rows: Int, columns: Int)
    /// Writes text.
    public var write: (String) -> Void
    /// A clock that never goes back.
    public var nanoseconds: () -> UInt64

    /// Makes a console from its parts.
    public init(
        input: Input?, canRedraw: Bool, size: @escaping () -> (rows: Int, columns: Int),
        write: @escaping (String) -> Void, nanoseconds: @escaping () -> UInt64
    ) {
        self.input = input
        self.canRedraw = canRedraw
        self.size = size
        self.write = write
        self.nanoseconds = nanoseconds
    }

    /// The console of the process: questions are asked when standard input and standard error both are a terminal.
    ///
    /// - Returns: A console without input where they are not.
    public static func standard() -> Console {
        let terminal = Terminal()
        let kind = System.environment("TERM") ?? "dumb"
        return Console(
            input: terminal.map { terminal in
                Input(
                    readLine: { (prompt, isEchoed) throws(Failure) in
                        do throws(Failure) { return try terminal.readLine(prompt: prompt, isEchoed: isEchoed) } catch {
                            throw unchanged(error)
                        }
                    },
                    readKey: { (prompt) throws(Failure) in
                        do throws(Failure) { return try terminal.readKey(prompt: prompt) } catch {
                            throw unchanged(error)
                        }
                    })
            },
            canRedraw: StandardStream.error.isTerminal && kind != "dumb" && !kind.isEmpty,
            size: { terminal?.size ?? (24, 80) },
            write: { StandardStream.error.write($0) },
            nanoseconds: { System.monotonicNanoseconds })
    }

    /// An interruption in words that say what became of the machine: every question comes before the first change.
    private static func unchanged(_ failure: Failure) -> Failure {
        guard failure.code == .interrupted else { return failure }
        var failure = failure
        failure.message += "; nothing was changed"
        return failure
    }

    /// Whether a person can be asked.
    public var isInteractive: Bool { input != nil }

    /// Writes a text of one or more lines, broken to the terminal's width, without anything that acts on a terminal.
    public func say(_ text: String) {
        for line in TerminalText.lines(of: text) {
            for piece in TerminalText.wrapped(line, columns: max(20, size().columns)) { write(piece + "\n") }
        }
        if text.isEmpty { write("\n") }
    }

    /// The way to ask, or the failure of not having one.
    func requireInput() throws(Failure) -> Input {
        if let input { return input }
        throw Failure(
            .usage, "there is a question to answer, but standard input and standard error are not both a terminal",
            hints: ["Run the command in a terminal, or give every answer beforehand and add --silent."])
    }
}
