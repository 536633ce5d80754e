import CLinux
public import Diagnostics
import Glibc

/// A signal's number.
public struct Signal: RawRepresentable, Sendable, Hashable {
    /// The kernel's number.
    public let rawValue: Int32

    /// Takes the kernel's number.
    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// The terminal is gone; SIGHUP.
    public static let hangup = Signal(rawValue: SIGHUP)
    /// Ctrl-C; SIGINT.
    public static let interrupt = Signal(rawValue: SIGINT)
    /// A polite end; SIGTERM.
    public static let terminate = Signal(rawValue: SIGTERM)
    /// An end that can't be refused; SIGKILL.
    public static let kill = Signal(rawValue: SIGKILL)
    /// A pipe's reader is gone; SIGPIPE.
    public static let pipe = Signal(rawValue: SIGPIPE)
    /// A child has ended; SIGCHLD.
    public static let childEnded = Signal(rawValue: SIGCHLD)
}

/// Signals of this process, received one at a time where it waits for them, without handlers.
public enum Signals {
    /// Keeps signals pending until `wait` takes them; sigprocmask(2).
    public static func block(_ signals: [Signal]) {
        var set = sigset(of: signals)
        sigprocmask(SIG_BLOCK, &set, nil)
        for signal in signals { Glibc.signal(signal.rawValue, SIG_DFL) }
    }

    /// Waits for one of some blocked signals; sigtimedwait(2).
    ///
    /// - Parameters:
    ///   - signals: Signals that are blocked.
    ///   - milliseconds: How long to wait; nil waits for ever.
    /// - Returns: The signal, or nil when the time is over.
    public static func wait(for signals: [Signal], milliseconds: Int?) -> Signal? {
        var set = sigset(of: signals)
        let end = milliseconds.map { System.monotonicNanoseconds + UInt64(max(0, $0)) * 1_000_000 }
        while true {
            let number: Int32
            if let end {
                let now = System.monotonicNanoseconds
                let left = end > now ? end - now : 0
                var time = timespec(tv_sec: Int(left / 1_000_000_000), tv_nsec: Int(left % 1_000_000_000))
                number = sigtimedwait(&set, nil, &time)
            } else {
                number = sigwaitinfo(&set, nil)
            }
            if number > 0 { return Signal(rawValue: number) }
            if errno != EINTR { return nil }
        }
    }

    /// Unblocks every signal and gives each its default effect, as a program expects to find them.
    public static func reset() {
        for number in 1..<Int32(NSIG) { signal(number, SIG_DFL) }
        var none = sigset_t()
        sigemptyset(&none)
        sigprocmask(SIG_SETMASK, &none, nil)
    }

    /// Sends a signal; kill(2).
    ///
    /// - Parameters:
    ///   - signal: The signal.
    ///   - process: A process's number, or the negative number of a process group.
    /// - Throws: When it isn't allowed; a process that is gone is no failure.
    public static func send(_ signal: Signal, to process: Int32) throws(Failure) {
        if Glibc.kill(process, signal.rawValue) == -1, errno != ESRCH {
            throw Failure.system("send signal \(signal.rawValue) to", "process \(process)", errno)
        }
    }

    private static func sigset(of signals: [Signal]) -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal.rawValue) }
        return set
    }
}
