import CLinux
public import Diagnostics
import Glibc

/// The terminal at which a person answers questions: read from standard input, written to standard error.
///
/// Its modes are changed only while it is read, and restored before anything else happens: an answer, a failure, a
/// signal that ends the program, or Ctrl-Z.
public struct Terminal: Sendable {
    /// A line that was typed.
    public enum Line: Sendable, Equatable {
        /// Text, without the line ending.
        case text(String)
        /// Something that can't be used, and why.
        case unusable(String)
    }

    /// A key that was pressed.
    public enum Key: Sendable, Equatable {
        /// A key that sends one byte.
        case byte(UInt8)
        /// The arrow up.
        case up
        /// The arrow down.
        case down
        /// Page up.
        case pageUp
        /// Page down.
        case pageDown
        /// Any other key that sends an escape sequence.
        case other
    }

    /// The longest line that the kernel takes whole in canonical mode; termios(3).
    public static let longestLine = 4094

    private let input: Int32
    private let output: Int32

    /// The terminal, if both descriptors are one.
    ///
    /// - Parameters:
    ///   - input: What to read.
    ///   - output: What to write.
    public init?(input: Int32 = 0, output: Int32 = 2) {
        guard isatty(input) == 1, isatty(output) == 1 else { return nil }
        self.input = input
        self.output = output
    }

    /// Its size now; 24 rows and 80 columns where it doesn't know.
    public var size: (rows: Int, columns: Int) {
        var size = winsize()
        guard cl_window_size(output, &size) == 0 else { return (24, 80) }
        return (size.ws_row == 0 ? 24 : Int(size.ws_row), size.ws_col == 0 ? 80 : Int(size.ws_col))
    }

    /// Writes text.
    public func write(_ text: String) throws(Failure) {
        try FileDescriptor(adopting: output, path: "the terminal", closing: false).write(text)
    }

    /// Asks for a line, which the person edits with the kernel's own keys.
    ///
    /// - Parameters:
    ///   - prompt: What to write first, and again after Ctrl-Z.
    ///   - isEchoed: Whether what is typed is shown; otherwise nothing is.
    /// - Throws: `.interrupted` after Ctrl-C and signals that end the program, `.failed` at the end of the input.
    public func readLine(prompt: String, isEchoed: Bool = true) throws(Failure) -> Line {
        let mode = Mode { attributes in
            attributes.c_iflag |= tcflag_t(ICRNL | IUTF8)
            attributes.c_lflag |= tcflag_t(ICANON | ISIG | ECHO | ECHOE | ECHOK)
            if !isEchoed { attributes.c_lflag &= ~tcflag_t(ECHO | ECHOE | ECHOK | ECHONL) }
        }
        var bytes: [UInt8] = []
        try read(mode, prompt: prompt) { (chunk) throws(Failure) in
            guard let last = chunk.last else {
                try? write("\n")
                throw Failure(
                    .failed, "the input ended where an answer was expected",
                    hints: ["Answer at the prompt, or give the settings as options and add --silent."])
            }
            bytes += chunk
            return last == UInt8(ascii: "\n")
        }
        if !isEchoed { try write("\n") }
        bytes.removeLast()
        guard bytes.count <= Self.longestLine else {
            return .unusable("a line typed here can't be longer than \(Self.longestLine) bytes")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { return .unusable("that is not UTF-8 text") }
        return .text(text)
    }

    /// Waits for a key.
    ///
    /// - Parameter prompt: What to write first, and again after Ctrl-Z.
    /// - Throws: `.interrupted` after Ctrl-C and signals that end the program, `.failed` at the end of the input.
    public func readKey(prompt: String) throws(Failure) -> Key {
        let mode = Mode { attributes in
            attributes.c_lflag |= tcflag_t(ISIG)
            attributes.c_lflag &= ~tcflag_t(ICANON | ECHO)
            withUnsafeMutableBytes(of: &attributes.c_cc) { bytes in
                bytes[Int(VMIN)] = 1
                bytes[Int(VTIME)] = 0
            }
        }
        var key = Key.other
        // One byte at a time: what is typed ahead belongs to the next key or question.
        try read(mode, prompt: prompt, limit: 1) { (chunk) throws(Failure) in
            guard let byte = chunk.first else { throw Failure(.failed, "the input ended where a key was expected") }
            key = byte == 0x1B ? keyAfterEscape() : .byte(byte)
            return true
        }
        return key
    }

    /// The key whose first byte was an escape; what it sends comes at once, a lone Escape is followed by nothing.
    private func keyAfterEscape() -> Key {
        var sequence: [UInt8] = []
        var watched = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
        while sequence.count < 8, poll(&watched, 1, 50) == 1 {
            var byte: UInt8 = 0
            guard Glibc.read(input, &byte, 1) == 1 else { break }
            sequence.append(byte)
            let isEnd = sequence.count > 1 ? (0x40...0x7E).contains(byte) : !"[O".utf8.contains(byte)
            if isEnd { break }
        }
        switch sequence {
        case []: return .byte(0x1B)
        case Array("[A".utf8), Array("OA".utf8): return .up
        case Array("[B".utf8), Array("OB".utf8): return .down
        case Array("[5~".utf8): return .pageUp
        case Array("[6~".utf8): return .pageDown
        default: return .other
        }
    }

    /// A change of the terminal's attributes.
    private struct Mode {
        let change: (inout termios) -> Void

        init(_ change: @escaping (inout termios) -> Void) { self.change = change }
    }

    /// Reads chunks in a mode until `take` has enough; it gets an empty chunk at the end of the input.
    private func read(
        _ mode: Mode, prompt: String, limit: Int = 4096, take: ([UInt8]) throws(Failure) -> Bool
    ) throws(Failure) {
        while true {
            switch try readOnce(mode, prompt: prompt, limit: limit, take: take) {
            case nil: return
            case SIGTSTP: kill(getpid(), SIGTSTP)
            case let signal?:
                try? write("\n")
                throw Failure(.interrupted, signal == SIGINT ? "stopped by Ctrl-C" : "stopped by signal \(signal)")
            }
        }
    }

    /// Reads until `take` has enough or a signal comes; the terminal and the signals are as before when it returns.
    private func readOnce(
        _ mode: Mode, prompt: String, limit: Int, take: ([UInt8]) throws(Failure) -> Bool
    ) throws(Failure) -> Int32? {
        let signals = try TerminalSignals()
        defer { signals.end() }
        var saved = termios()
        guard tcgetattr(input, &saved) == 0 else { throw Failure.system("read the modes of", "the terminal", errno) }
        var attributes = saved
        mode.change(&attributes)
        // What was typed ahead stays: people and scripts are sometimes faster than we are.
        guard tcsetattr(input, TCSADRAIN, &attributes) == 0 else {
            throw Failure.system("set the modes of", "the terminal", errno)
        }
        defer { tcsetattr(input, TCSADRAIN, &saved) }
        try write(prompt)
        while true {
            if let signal = try signals.wait(for: input) { return signal }
            var buffer = [UInt8](repeating: 0, count: limit)
            let count = Glibc.read(input, &buffer, buffer.count)
            if count < 0 {
                if errno == EINTR || errno == EAGAIN { continue }
                // EIO: the terminal hung up.
                guard errno == EIO else { throw Failure.system("read", "the terminal", errno) }
            }
            if try take(Array(buffer.prefix(max(0, count)))) { return nil }
        }
    }
}
