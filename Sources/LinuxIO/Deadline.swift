import Glibc

/// A moment on the monotonic clock: changes of the wall clock neither shorten nor stretch a wait.
public struct Deadline: Sendable, Equatable, Comparable {
    /// Nanoseconds of `CLOCK_MONOTONIC`.
    private let nanoseconds: Int64

    private init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The moment that lies so far ahead; negative durations lie in the past.
    ///
    /// - Parameter duration: How far ahead; more than a century counts as a century.
    public init(after duration: Duration) {
        let century: Int64 = 100 * 366 * 86_400
        let (seconds, attoseconds) = duration.components
        let ahead = min(max(seconds, -century), century) * 1_000_000_000 + attoseconds / 1_000_000_000
        self.init(nanoseconds: Self.now + ahead)
    }

    /// Whether the moment is over.
    public var hasPassed: Bool { Self.now >= nanoseconds }

    /// Milliseconds left for `poll(2)`, rounded up so that a wait never ends before the deadline; 0 when it is over.
    public var millisecondsLeft: Int32 {
        let left = nanoseconds - Self.now
        return left <= 0 ? 0 : Int32(clamping: (left + 999_999) / 1_000_000)
    }

    /// Whether the left moment comes first.
    public static func < (left: Deadline, right: Deadline) -> Bool { left.nanoseconds < right.nanoseconds }

    private static var now: Int64 {
        var time = timespec()
        // CLOCK_MONOTONIC can't fail on Linux.
        _ = clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
