import CLinux
import Glibc

/// Ending on SIGTERM and SIGINT in the middle of whatever the program does.
public enum TerminationSignals {
    /// Ends the process when somebody asks for it, from a thread that does nothing but wait for that.
    ///
    /// Call it before any other thread is made: the two signals are blocked in the calling thread and in every thread that
    /// is made later, so no system call is interrupted by them. Files must be replaced by renaming, since the process may
    /// end between any two calls; `_exit(2)` ends it, because other threads may be inside libraries whose exit handlers
    /// expect to be alone.
    ///
    /// - Parameter body: What to do before the end, in the waiting thread; gets the signal's number and returns the exit
    ///   status.
    /// - Returns: Whether the thread could be made.
    public static func end(after body: @escaping @Sendable (Int32) -> Int32) -> Bool {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGTERM)
        sigaddset(&signals, SIGINT)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        let waiter = Unmanaged.passRetained(Waiter(signals: signals, body: body))
        var thread = pthread_t()
        let status = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<Waiter>.fromOpaque(context).takeRetainedValue().wait()
            }, waiter.toOpaque())
        if status != 0 {
            waiter.release()
            pthread_sigmask(SIG_UNBLOCK, &signals, nil)
            return false
        }
        pthread_detach(thread)
        return true
    }

    private final class Waiter: Sendable {
        let signals: sigset_t
        let body: @Sendable (Int32) -> Int32

        init(signals: sigset_t, body: @escaping @Sendable (Int32) -> Int32) {
            self.signals = signals
            self.body = body
        }

        func wait() -> Never {
            var signals = signals
            var number: Int32 = 0
            while sigwait(&signals, &number) != 0 {}
            _exit(body(number))
        }
    }
}
