/// Text in scripts.
enum ScriptText {
    /// A word of a POSIX shell that is the text itself.
    ///
    /// - Parameter text: Any text.
    static func shellWord(_ text: String) -> String {
        guard text.contains(where: { "\"\\$`!".contains($0) }) else { return "\"\(text)\"" }
        return "'" + text.replacing("'", with: "'\\''") + "'"
    }

    /// A string of Lua that is the text itself.
    ///
    /// - Parameter text: One line.
    static func luaString(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}

/// Dates of mail headers and Debian changelogs.
enum MailDate {
    /// `Sat, 01 Jan 2000 00:00:00 +0000`; RFC 5322.
    ///
    /// - Parameter seconds: Seconds since 1970, not negative.
    static func text(_ seconds: Int64) -> String {
        let days = seconds / 86_400
        let rest = seconds % 86_400
        // Days to year, month and day by eras of 400 years that begin on 1 March.
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        let month = Int(marchMonth < 10 ? marchMonth + 3 : marchMonth - 9)
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        return "\(weekdays[Int(days % 7)]), \(two(day)) \(months[month - 1]) \(year) "
            + "\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60)) +0000"
    }
}
