import CLinux
import Diagnostics
import Foundation
import LinuxIO
import Testing

/// Serialized: only one prompt of a process may handle signals at a time.
@Suite(.serialized) struct TerminalTests {
    private let screen: PseudoTerminal
    private let terminal: Terminal

    init() throws {
        screen = try #require(PseudoTerminal())
        terminal = try #require(Terminal(input: screen.slave, output: screen.slave))
    }

    @Test func `a file is no terminal`() throws {
        let file = open("/dev/null", O_RDWR)
        defer { close(file) }
        #expect(Terminal(input: file, output: screen.slave) == nil)
        #expect(Terminal(input: screen.slave, output: file) == nil)
    }

    @Test func `a line is read and echoed`() throws {
        screen.type("é x\u{7f}y\n")
        #expect(try terminal.readLine(prompt: "Name: ") == .text("é y"))
        screen.look()
        #expect(screen.shown.contains("Name: "))
        #expect(screen.modes == (true, true))
    }

    @Test func `a secret isn't shown`() throws {
        screen.play([(after: "Token: ", action: { $0.type("hunter2\n") })])
        #expect(try terminal.readLine(prompt: "Token: ", isEchoed: false) == .text("hunter2"))
        screen.look()
        #expect(!screen.shown.contains("hunter2"))
        #expect(screen.shown.hasSuffix("Token: \r\n"))
        #expect(screen.modes == (true, true))
    }

    @Test func `what is typed ahead of a page is there for the question after it`() throws {
        screen.type("   ")
        // Its echo says that it has arrived.
        screen.look()
        #expect(try terminal.readKey(prompt: "") == .byte(0x20))
        screen.type("yes\n")
        #expect(try terminal.readLine(prompt: "") == .text("  yes"))
    }

    @Test func `a line that the kernel would cut is refused`() throws {
        screen.type(String(repeating: "a", count: 3000))
        screen.type(String(repeating: "b", count: 1094) + "\n")
        #expect(
            try terminal.readLine(prompt: "")
                == .text(String(repeating: "a", count: 3000) + String(repeating: "b", count: 1094)))
        screen.type(String(repeating: "a", count: 3000))
        screen.type(String(repeating: "b", count: 3000) + "\n")
        #expect(try terminal.readLine(prompt: "") == .unusable("a line typed here can't be longer than 4094 bytes"))
    }

    @Test func `the end of the input is a failure`() throws {
        screen.type("\u{4}")
        let failure = #expect(throws: Failure.self) { try terminal.readLine(prompt: "Name: ") }
        #expect(failure?.code == .failed)
        #expect(screen.modes == (true, true))
    }

    @Test func `a terminal that hangs up is a failure`() throws {
        screen.play([(after: "Name: ", action: { $0.hangUp() })])
        let failure = #expect(throws: Failure.self) { try terminal.readLine(prompt: "Name: ") }
        #expect(failure?.code == .failed)
    }

    @Test(arguments: [
        (" ", Terminal.Key.byte(0x20)), ("\n", .byte(0x0A)), ("\u{1b}[A", .up), ("\u{1b}OB", .down),
        ("\u{1b}[5~", .pageUp),
        ("\u{1b}[6~", .pageDown), ("\u{1b}[H", .other), ("\u{1b}[1;5Cx", .other), ("\u{1b}x", .other),
        ("\u{1b}", .byte(0x1B)),
    ])
    func `keys are read one at a time`(text: String, key: Terminal.Key) throws {
        screen.play([(after: "key?", action: { $0.type(text) })])
        #expect(try terminal.readKey(prompt: "key?") == key)
        #expect(screen.modes == (true, true))
    }

    @Test func `the size is the terminal's, or 24 by 80`() {
        #expect(terminal.size == (24, 80))
        var size = winsize(ws_row: 7, ws_col: 31, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(screen.slave, UInt(TIOCSWINSZ), &size)
        #expect(terminal.size == (7, 31))
    }
}

/// Each in a process of its own that owns the terminal, because the kernel sends signals to whole processes.
@Suite struct TerminalSignalTests {
    @Test func `Ctrl-C restores the terminal and interrupts`() async {
        await #expect(processExitsWith: .exitCode(42)) { try interrupt { $0.type("hunter2\u{3}") } }
    }

    @Test func `SIGTERM restores the terminal and interrupts`() async {
        await #expect(processExitsWith: .exitCode(42)) { try interrupt { _ in kill(getpid(), SIGTERM) } }
    }

    @Test func `Ctrl-Z restores the terminal, and the question comes again`() async {
        await #expect(processExitsWith: .exitCode(42)) {
            let screen = try #require(PseudoTerminal(isControlling: true))
            let terminal = try #require(Terminal(input: screen.slave, output: screen.slave))
            screen.play([
                (after: "Token: ", action: { $0.type("hun\u{1a}") }),
                (after: "Token: ", action: { $0.type("hunter2\n") }),
            ])
            let line = try terminal.readLine(prompt: "Token: ", isEchoed: false)
            exit(line == .text("hunter2") && screen.modes == (true, true) ? 42 : 1)
        }
    }

    /// A process that ignores the signal, as nohup(1) starts it, goes on ignoring it.
    @Test func `a signal that is ignored stays ignored`() async {
        await #expect(processExitsWith: .exitCode(42)) {
            signal(SIGHUP, SIG_IGN)
            let screen = try #require(PseudoTerminal(isControlling: true))
            let terminal = try #require(Terminal(input: screen.slave, output: screen.slave))
            screen.play([
                (
                    after: "Name: ",
                    action: {
                        kill(getpid(), SIGHUP)
                        $0.type("x\n")
                    }
                )
            ])
            exit(try terminal.readLine(prompt: "Name: ") == .text("x") ? 42 : 1)
        }
    }
}

/// Asks for a secret, acts, and exits with 42 when that interrupted the question and the terminal is as before.
private func interrupt(_ action: @escaping @Sendable (PseudoTerminal) -> Void) throws {
    let screen = try #require(PseudoTerminal(isControlling: true))
    let terminal = try #require(Terminal(input: screen.slave, output: screen.slave))
    screen.play([(after: "Token: ", action: action)])
    let failure = #expect(throws: Failure.self) { try terminal.readLine(prompt: "Token: ", isEchoed: false) }
    var action = sigaction()
    sigaction(SIGINT, nil, &action)
    let isDefault = unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 0
    exit(failure?.code == .interrupted && screen.modes == (true, true) && isDefault ? 42 : 1)
}
