/// Times of day.
enum Calendar {
    private static let months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
    private static let weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]

    static func month(_ text: Text) -> Int? { months.firstIndex { $0.utf8.elementsEqual(text) }.map { $0 + 1 } }
    static func weekday(_ text: Text) -> Int? { weekdays.firstIndex { $0.utf8.elementsEqual(text) } }

    /// Seconds since 1970 of a time in UTC; days are counted as in Howard Hinnant's days_from_civil.
    static func seconds(_ moment: Environment.Moment) -> Int {
        let year = moment.month <= 2 ? moment.year - 1 : moment.year
        let era = (year >= 0 ? year : year - 399) / 400
        let dayOfYear = (153 * (moment.month + (moment.month > 2 ? -3 : 9)) + 2) / 5 + moment.day - 1
        let yearOfEra = year - era * 400
        let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
        return days * 86_400 + moment.hour * 3600 + moment.minute * 60 + moment.second
    }

    /// What a method of dates answers.
    static func part(_ native: Native, of moment: Environment.Moment) -> Int {
        switch native {
        case .getDate, .getUTCDate: moment.day
        case .getDay, .getUTCDay: moment.weekday
        case .getFullYear, .getUTCFullYear: moment.year
        case .getHours, .getUTCHours: moment.hour
        case .getMinutes, .getUTCMinutes: moment.minute
        case .getMonth, .getUTCMonth: moment.month - 1
        default: moment.second
        }
    }
}

extension Interpreter {
    /// weekdayRange, dateRange and timeRange; a range whose end lies before its start goes round, as Firefox has it
    /// (`netwerk/base/ascii_pac_utils.js`).
    func isInRange(_ native: Native, _ arguments: [Value]) throws(ScriptError) -> Bool {
        var words: [Text] = []
        for argument in arguments { words.append(try text(argument)) }
        let isUTC = words.last?.elementsEqual("GMT".utf8) == true
        if isUTC { words.removeLast() }
        let moment = isUTC ? now.utc : now.local
        guard !words.isEmpty, words.count <= 6 else { return false }
        switch native {
        case .weekdayRange:
            let days = words.compactMap(Calendar.weekday)
            guard days.count == words.count, days.count <= 2 else { return false }
            return isIn(([moment.weekday], [days[0]], [days[days.count - 1]]))
        case .timeRange:
            let parts = words.compactMap { Int(String(decoding: $0, as: UTF8.self)) }
            guard parts.count == words.count, [1, 2, 4, 6].contains(parts.count) else {
                throw error("timeRange takes 1, 2, 4 or 6 numbers")
            }
            let half = (parts.count + 1) / 2
            let present = Array([moment.hour, moment.minute, moment.second].prefix(half))
            return isIn((present, Array(parts.prefix(half)), Array(parts.suffix(half))))
        default: return dateRange(words, moment)
        }
    }

    /// Days up to 31, months by name, years by number, in any combination; one alone or the same twice.
    private func dateRange(_ words: [Text], _ moment: Environment.Moment) -> Bool {
        let half = (words.count + 1) / 2
        guard words.count == 1 || words.count % 2 == 0, let start = Self.date(words[..<half]),
            let end = Self.date(words[(words.count - half)...])
        else { return false }
        // From year to day, so that lists compare as dates; both must have the same parts.
        var lists: (present: [Int], start: [Int], end: [Int]) = ([], [], [])
        for (rank, part) in [moment.year, moment.month, moment.day].enumerated() {
            guard (start[rank] == nil) == (end[rank] == nil) else { return false }
            guard let first = start[rank], let last = end[rank] else { continue }
            lists.present.append(part)
            lists.start.append(first)
            lists.end.append(last)
        }
        return isIn(lists)
    }

    /// Year, month and day; nil where a word is none of them or the second of its kind.
    private static func date(_ words: ArraySlice<Text>) -> [Int?]? {
        var parts: [Int?] = [nil, nil, nil]
        for word in words {
            let month = Calendar.month(word)
            guard let value = month ?? Int(String(decoding: word, as: UTF8.self)) else { return nil }
            let rank = month != nil ? 1 : value <= 31 ? 2 : 0
            guard parts[rank] == nil else { return nil }
            parts[rank] = value
        }
        return parts
    }

    private func isIn(_ range: (present: [Int], start: [Int], end: [Int])) -> Bool {
        let isAfterStart = !range.present.lexicographicallyPrecedes(range.start)
        let isBeforeEnd = !range.end.lexicographicallyPrecedes(range.present)
        return range.end.lexicographicallyPrecedes(range.start)
            ? isAfterStart || isBeforeEnd : isAfterStart && isBeforeEnd
    }
}
