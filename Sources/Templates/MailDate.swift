import LinuxIO

/// Dates of mail headers and Debian changelogs, in UTC.
enum MailDate {
    /// `Sat, 01 Jan 2000 00:00:00 +0000`; RFC 5322.
    ///
    /// - Parameter seconds: Seconds since 1970.
    static func text(_ seconds: Int64) -> String {
        let time = UTCTime(seconds: seconds)
        let (year, month, day) = time.date
        let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        return "\(weekdays[time.weekday]), \(UTCTime.two(day)) \(months[month - 1]) \(year) \(time.time) +0000"
    }

    /// The year.
    ///
    /// - Parameter seconds: Seconds since 1970.
    static func year(_ seconds: Int64) -> String { String(UTCTime(seconds: seconds).date.year) }
}
