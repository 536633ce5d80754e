internal import Diagnostics
internal import LinuxIO

/// `logs/agent.log`, and standard error for the journal; a line an event.
///
/// Whoever calls it keeps secrets out: only messages of ours, server origins and status codes are logged.
final class AgentLog: Sendable {
    private let file: FileDescriptor

    init(path: String) throws(Failure) {
        file = try FileDescriptor.open(path, [.write, .create, .append], mode: 0o600)
    }

    func write(_ text: String) {
        let line = PathText.display(text) + "\n"
        // A full disk must not stop the agent.
        try? file.write("\(Self.timestamp(System.now)) \(line)")
        StandardStream.error.write(line)
    }

    func write(_ failure: Failure) {
        let cause = failure.cause.map { ": \($0)" } ?? ""
        write((["\(failure.message)\(cause)."] + failure.hints).joined(separator: " "))
    }

    /// `2026-11-21T20:50:00Z`; the days are counted as in Howard Hinnant's civil_from_days.
    static func timestamp(_ seconds: Int64) -> String {
        let (day, second) = (seconds / 86_400 + 719_468, seconds % 86_400)
        let era = day / 146_097
        let dayOfEra = day - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let date = "\(year)-\(two(month))-\(two(dayOfYear - (153 * shifted + 2) / 5 + 1))"
        return "\(date)T\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))Z"
    }
}
