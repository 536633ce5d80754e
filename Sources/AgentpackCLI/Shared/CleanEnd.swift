import LinuxIO

/// The end by a signal, without files that are half made, temporary homes of GnuPG, or half a line.
enum CleanEnd {
    /// Ends the process on SIGINT and SIGTERM, with 128 and the signal's number; called before anything is started.
    ///
    /// - Parameter body: What to do first, in a thread of its own.
    static func prepare(_ body: @escaping @Sendable () -> Void = {}) {
        _ = TerminationSignals.end { signal in
            body()
            Leftovers.remove()
            return 128 + signal
        }
    }
}
