import LinuxIO

/// Dates in a `Release` file: RFC 1123, in UTC.
public enum ReleaseDate {
    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// A moment as text, `Sun, 22 Nov 2026 09:05:00 UTC`: the zone's name that Debian's own archive writes, and that apt
    /// 1.0.1 and all tools read.
    ///
    /// - Parameter seconds: Seconds since 1970; years from 1000 to 9999.
    public static func text(_ seconds: Int64) -> String {
        let time = UTCTime(seconds: seconds)
        let (year, month, day) = time.date
        return "\(days[time.weekday]), \(UTCTime.two(day)) \(months[month - 1]) \(year) \(time.time) UTC"
    }

    /// Reads a date in one of the forms that apt takes.
    ///
    /// They are those of `RFC1123StrToTime` in apt-pkg/contrib/strutl.cc (apt 3.1.12):
    ///
    /// ```
    /// Sun, 06 Nov 1994 08:49:37 +0000     or GMT, UTC, Z, or any number that is zero
    /// Sunday, 06-Nov-94 08:49:37 GMT
    /// Sun Nov  6 08:49:37 1994
    /// ```
    ///
    /// The day of the week isn't compared, as there. Unlike there, a month must be one (apt takes any other word as
    /// January), and nothing may stand behind the seconds.
    ///
    /// - Parameter text: The field's value.
    /// - Returns: Seconds since 1970, or nil.
    public static func seconds(_ text: String) -> Int64? {
        let words = text.utf8.split { $0 == 0x20 || (0x09...0x0D).contains($0) }.map { Array($0) }
        guard let weekday = words.first, weekday.count >= 3, days.contains(where: { matches(weekday, $0) }) else {
            return nil
        }
        switch weekday.count {
        case 4:
            guard weekday[3] == UInt8(ascii: ","), words.count == 6, isZero(words[5]) else { return nil }
            return seconds(day: words[1], month: words[2], year: number(words[3], most: 4), time: words[4])
        case 3:
            guard words.count == 5 else { return nil }
            return seconds(day: words[2], month: words[1], year: number(words[4], most: 4), time: words[3])
        default:
            guard weekday.last == UInt8(ascii: ","), words.count == 4, isZero(words[3]) else { return nil }
            let parts = words[1].split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false).map { Array($0) }
            guard parts.count == 3, let year = number(parts[2], most: 4) else { return nil }
            return seconds(day: parts[0], month: parts[1], year: 1900 + year, time: words[2])
        }
    }

    private static func matches(_ word: [UInt8], _ name: String) -> Bool {
        word.prefix(3).map { $0 | 0x20 }.elementsEqual(name.utf8.map { $0 | 0x20 })
    }

    private static func number(_ digits: some Collection<UInt8>, most: Int) -> Int64? {
        guard !digits.isEmpty, digits.count <= most, digits.allSatisfy(\.isDigit) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }

    /// Whether a zone is UTC.
    private static func isZero(_ zone: [UInt8]) -> Bool {
        if ["GMT", "UTC", "Z"].contains(where: { zone.elementsEqual($0.utf8) }) { return true }
        let digits = zone.first == UInt8(ascii: "+") || zone.first == UInt8(ascii: "-") ? zone.dropFirst() : zone[...]
        return number(digits, most: 9) == 0
    }

    private static func seconds(day: [UInt8], month: [UInt8], year: Int64?, time: [UInt8]) -> Int64? {
        let clock = time.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            .map { number($0, most: 2) ?? 99 }
        guard let year, let day = number(day, most: 2), (1...31).contains(day), month.count >= 3,
            let month = months.firstIndex(where: { matches(month, $0) }),
            clock.count == 3, clock[0] < 24, clock[1] < 60, clock[2] < 62
        else { return nil }
        return days(year, month + 1, day) * 86_400 + clock[0] * 3600 + clock[1] * 60 + clock[2]
    }

    /// Days since 1970; a day that the month doesn't have is one of the next month, as timegm(3) has it.
    private static func days(_ year: Int64, _ month: Int, _ day: Int64) -> Int64 {
        // Years from March on, so that the leap day is the last one: the reverse of `UTCTime.date`.
        let shifted = month > 2 ? year : year - 1
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = Int64((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
