import CLinux

/// How a process ended.
public enum ProcessEnd: Sendable, Equatable {
    /// By itself, with a status.
    case exited(Int32)
    /// By a signal.
    case signaled(Signal)

    /// Takes what waitpid(2) reported of a process that ended.
    init(waitStatus status: Int32) {
        self =
            cl_exited(status) != 0
            ? .exited(cl_exit_status(status)) : .signaled(Signal(rawValue: cl_term_signal(status)))
    }

    /// The end in words.
    public var words: String {
        switch self {
        case .exited(let status): "ended with status \(status)"
        case .signaled(let signal): "was ended by signal \(signal.rawValue)"
        }
    }
}
