import CLinux
import Glibc

/// The last signal that asked to stop; 0 for none.
///
/// Written by the handler, read by any thread.
nonisolated(unsafe) private var notedNumber: Int32 = 0

/// Somebody's wish that a run stop, by Ctrl-C or SIGTERM: noted, and heeded where the run can take everything back.
///
/// A hang-up is no such wish: an installation goes on when the connection to its terminal breaks.
public enum StopRequest {
    /// Whether SIGINT is noted, and so must not end what this process starts.
    nonisolated(unsafe) private(set) static var isWatching = false

    /// Notes SIGINT and SIGTERM from now on, and lets nothing else that a terminal or a pipe sends end the process.
    ///
    /// What was ignored already, as nohup(1) and background jobs have it, stays so. Programs that are started later get
    /// the default actions.
    public static func watch() {
        isWatching = true
        ignore([SIGHUP, SIGQUIT, SIGTSTP, SIGPIPE])
        for number in [SIGINT, SIGTERM] {
            var action = sigaction()
            guard sigaction(number, nil, &action) == 0 else { continue }
            if unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1 { continue }
            action = sigaction()
            action.__sigaction_handler.sa_handler = { notedNumber = $0 }
            action.sa_flags = SA_RESTART
            sigaction(number, &action, nil)
        }
    }

    /// Lets the process go on until it is done, whatever a terminal or another process asks.
    public static func ignore() { ignore([SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGPIPE]) }

    /// Has a write beyond the limit on the size of files fail, rather than end the process; setrlimit(2), RLIMIT_FSIZE.
    public static func failLargeWrites() { ignore([SIGXFSZ]) }

    /// Has a write to a pipe that nobody reads fail, rather than end the process.
    public static func outliveReaders() { ignore([SIGPIPE]) }

    private static func ignore(_ numbers: [Int32]) {
        for number in numbers { signal(number, SIG_IGN) }
    }

    /// The signal that asked for it last; nil when none came.
    public static var noted: Signal? { notedNumber == 0 ? nil : Signal(rawValue: notedNumber) }
}

extension Signal {
    /// What a person calls it.
    public var words: String {
        switch self {
        case .interrupt: "Ctrl-C"
        case .terminate: "SIGTERM"
        default: "signal \(rawValue)"
        }
    }
}
