import CLinux
import Diagnostics
import Glibc

/// Where the handler writes; -1 outside of ``TerminalSignals``.
nonisolated(unsafe) private var wakeUpDescriptor: Int32 = -1

/// Writes the signal's number into the pipe: all that a handler may do.
private func noteSignal(_ number: Int32) {
    let saved = errno
    var byte = UInt8(truncatingIfNeeded: number)
    _ = write(wakeUpDescriptor, &byte, 1)
    errno = saved
}

/// Turns the signals that end or suspend a program into something to wait for beside a terminal's input.
///
/// As long as it is active, such a signal doesn't act: whoever waits restores the terminal first. Only one may be
/// active in a process at a time.
struct TerminalSignals {
    private static let numbers = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP]

    private let pipe: (read: Int32, write: Int32)
    private let previous: [(number: Int32, action: sigaction)]

    init() throws(Failure) {
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else { throw Failure.system("make", "a pipe", errno) }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        pipe = (ends[0], ends[1])
        wakeUpDescriptor = ends[1]
        previous = Self.numbers.compactMap { number in
            var old = sigaction()
            guard sigaction(number, nil, &old) == 0 else { return nil }
            // A signal that is ignored, as nohup(1) and background jobs have them, stays ignored.
            if unsafeBitCast(old.__sigaction_handler.sa_handler, to: Int.self) == 1 { return nil }
            var new = sigaction()
            new.__sigaction_handler.sa_handler = noteSignal
            return sigaction(number, &new, nil) == 0 ? (number, old) : nil
        }
    }

    /// Gives the signals back to those who handled them before.
    func end() {
        for (number, action) in previous {
            var action = action
            sigaction(number, &action, nil)
        }
        wakeUpDescriptor = -1
        close(pipe.read)
        close(pipe.write)
    }

    /// Waits until a descriptor has input or a signal comes.
    ///
    /// - Returns: The signal's number; nil for input, its end included, and after the time is over.
    func wait(for input: Int32, milliseconds: Int32 = -1) throws(Failure) -> Int32? {
        var watched = [
            pollfd(fd: pipe.read, events: Int16(POLLIN), revents: 0),
            pollfd(fd: input, events: Int16(POLLIN), revents: 0),
        ]
        while poll(&watched, 2, milliseconds) < 0 {
            guard errno == EINTR else { throw Failure.system("wait for", "the terminal", errno) }
        }
        var number: UInt8 = 0
        return read(pipe.read, &number, 1) == 1 ? Int32(number) : nil
    }
}
