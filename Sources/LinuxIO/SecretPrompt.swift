public import Diagnostics
import Glibc

/// Asks for a secret on the terminal, without echo.
public enum SecretPrompt {
    /// The most bytes that an answer may have.
    public static let limit = 1024

    /// Shows a question and reads a line, on the terminal itself, whatever the standard streams are.
    ///
    /// Signals from the keyboard are off meanwhile, so that the terminal is always put back as it was; ^C is a failure
    /// instead. Backspace and ^U work.
    ///
    /// - Parameter question: The question, without a space at its end.
    /// - Returns: The line without its end.
    /// - Throws: `usage` where there is no terminal, `interrupted` after ^C, ^D or ^\.
    public static func ask(_ question: String) throws(Failure) -> SecretBytes {
        let terminal = try open(for: question)
        var before = termios()
        guard tcgetattr(terminal.number, &before) == 0 else {
            throw Failure.system("ask on", terminal.path, errno)
        }
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
        // Silent before the question shows: whoever answers at once must not see it.
        guard tcsetattr(terminal.number, TCSAFLUSH, &silent) == 0 else {
            throw Failure.system("silence", terminal.path, errno)
        }
        defer {
            tcsetattr(terminal.number, TCSAFLUSH, &before)
            try? terminal.write("\n")
        }
        try terminal.write(question + " ")
        return try SecretBytes(capacity: limit) { memory throws(Failure) in
            try readLine(terminal, into: memory)
        }
    }

    private static func open(for question: String) throws(Failure) -> FileDescriptor {
        do throws(Failure) {
            return try FileDescriptor.open("/dev/tty", .readWrite)
        } catch {
            throw Failure(.usage, "there is no terminal to ask on: \(question)", cause: error.cause)
        }
    }

    private static func readLine(
        _ terminal: borrowing FileDescriptor, into memory: UnsafeMutableRawBufferPointer
    ) throws(Failure) -> Int {
        var count = 0
        while true {
            var key: UInt8 = 0
            let got = try withUnsafeMutableBytes(of: &key) { buffer in
                Result { () throws(Failure) in try terminal.read(into: buffer) }
            }.get()
            switch key {
            case _ where got == 0: throw Failure(.interrupted, "the terminal went away")
            case 0x03, 0x04, 0x1C: throw Failure(.interrupted, "stopped at a question")
            case 0x0A, 0x0D: return count
            case 0x08, 0x7F: count = max(0, count - 1)
            case 0x15: count = 0
            default:
                guard count < memory.count else { throw Failure(.usage, "the answer is longer than \(limit) bytes") }
                memory[count] = key
                count += 1
            }
        }
    }
}
