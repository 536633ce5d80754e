import Glibc

/// A time of day in a time zone, in calendar parts.
public struct CalendarTime: Sendable, Equatable {
    /// Year, with century.
    public let year: Int
    /// Month from 1.
    public let month: Int
    /// Day of the month from 1.
    public let day: Int
    /// Day of the week; Sunday is 0.
    public let weekday: Int
    /// Hour from 0.
    public let hour: Int
    /// Minute from 0.
    public let minute: Int
    /// Second from 0.
    public let second: Int

    /// The parts of a moment in UTC.
    ///
    /// - Parameter seconds: Seconds since 1970.
    public init(utc seconds: Int64) {
        var (time, parts) = (time_t(seconds), tm())
        self.init(gmtime_r(&time, &parts) == nil ? tm() : parts)
    }

    /// The parts of a moment in the machine's time zone: `TZ` or `/etc/localtime`.
    ///
    /// - Parameter seconds: Seconds since 1970.
    public init(local seconds: Int64) {
        var (time, parts) = (time_t(seconds), tm())
        self.init(localtime_r(&time, &parts) == nil ? tm() : parts)
    }

    private init(_ parts: tm) {
        (year, month, day) = (Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday))
        (weekday, hour) = (Int(parts.tm_wday), Int(parts.tm_hour))
        (minute, second) = (Int(parts.tm_min), Int(parts.tm_sec))
    }
}
