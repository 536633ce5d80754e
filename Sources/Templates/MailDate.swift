/// Dates of mail headers and Debian changelogs, in UTC.
enum MailDate {
    /// `Sat, 01 Jan 2000 00:00:00 +0000`; RFC 5322.
    ///
    /// - Parameter seconds: Seconds since 1970, not negative.
    static func text(_ seconds: Int64) -> String {
        let (year, month, day) = date(seconds)
        let rest = seconds % 86_400
        let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(weekdays[Int(seconds / 86_400 % 7)]), \(two(day)) \(months[month - 1]) \(year) "
            + "\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60)) +0000"
    }

    /// The year.
    ///
    /// - Parameter seconds: Seconds since 1970, not negative.
    static func year(_ seconds: Int64) -> String { String(date(seconds).year) }

    /// Days to year, month and day by eras of 400 years that begin on 1 March.
    private static func date(_ seconds: Int64) -> (year: Int64, month: Int, day: Int64) {
        let shifted = seconds / 86_400 + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = Int(marchMonth < 10 ? marchMonth + 3 : marchMonth - 9)
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }
}
