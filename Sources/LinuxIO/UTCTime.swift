/// A time of day in UTC; the proleptic Gregorian calendar, without leap seconds.
public struct UTCTime: Sendable, Equatable {
    /// Seconds since 1970-01-01T00:00:00Z.
    public let seconds: Int64

    /// Takes seconds since 1970.
    public init(seconds: Int64) { self.seconds = seconds }

    private var days: Int64 { seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400 }

    /// Year, month from 1 and day from 1.
    public var date: (year: Int64, month: Int, day: Int) {
        // Days to year, month and day by eras of 400 years that begin on 1 March.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), Int(month), Int(day))
    }

    /// The day of the week; Sunday is 0.
    public var weekday: Int { Int(((days + 4) % 7 + 7) % 7) }

    /// `23:59:59`.
    public var time: String {
        let rest = seconds - days * 86_400
        return "\(Self.two(rest / 3600)):\(Self.two(rest / 60 % 60)):\(Self.two(rest % 60))"
    }

    /// `2026-01-31T23:59:59Z`; RFC 3339.
    public var text: String {
        let (year, month, day) = date
        return "\(year)-\(Self.two(month))-\(Self.two(day))T\(time)Z"
    }

    /// A number of two digits, as dates and times have them.
    public static func two(_ number: some BinaryInteger) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
