/// Shows how far a long piece of work is: a bar where lines can be written over, else one line at the end.
///
/// Call it from one thread at a time.
public final class ProgressDisplay {
    /// The time between two pictures.
    private static let interval: UInt64 = 100_000_000

    private let console: Console
    private let label: String
    private let total: UInt64
    private let start: UInt64
    private var lastDrawn: UInt64?
    private var isOpen = true

    /// Starts the display.
    ///
    /// - Parameters:
    ///   - console: Where to show it.
    ///   - label: What is being done.
    ///   - total: The bytes to do.
    public init(_ console: Console, label: String, total: UInt64) {
        self.console = console
        self.label = label
        self.total = total
        start = console.nanoseconds()
    }

    deinit { abandon() }

    /// Shows the work that is done by now; cheap enough to be called for every block.
    ///
    /// - Parameter done: Bytes done since the start.
    public func update(_ done: UInt64) {
        guard isOpen, console.canRedraw else { return }
        let now = console.nanoseconds()
        if let lastDrawn, now < lastDrawn + Self.interval { return }
        lastDrawn = now
        console.write("\r" + picture(done, at: now) + "\u{1b}[K")
    }

    /// Shows that the work is done.
    public func finish() {
        guard isOpen else { return }
        isOpen = false
        let now = console.nanoseconds()
        let line = "\(label): \(Self.megabytes(total)) MB in \(Self.tenths(Double(now &- start) / 1e9)) s"
        console.write((lastDrawn == nil ? "" : "\r") + line + (lastDrawn == nil ? "" : "\u{1b}[K") + "\n")
    }

    /// Leaves a bar that was drawn as it is, so that what comes next starts on a line of its own.
    public func abandon() {
        guard isOpen else { return }
        isOpen = false
        if lastDrawn != nil { console.write("\n") }
    }

    private func picture(_ done: UInt64, at now: UInt64) -> String {
        let share = total == 0 ? 1 : min(1, Double(done) / Double(total))
        let seconds = max(Double(now &- start) / 1e9, 0.001)
        let columns = console.size().columns
        let percent = String(Int(share * 100))
        let head = TerminalText.padded(label, to: 0) + " "
        let amount = "\(Self.megabytes(done)) of \(Self.megabytes(total)) MB"
        let rate = "\(Self.tenths(Double(done) / 1e6 / seconds)) MB/s"
        let tail =
            " " + String(repeating: " ", count: 3 - min(3, percent.utf8.count)) + percent + " %  \(amount)  \(rate)"
        let room = columns - 1 - TerminalText.width(of: head) - tail.utf8.count - 2
        guard room >= 5 else { return String((head + percent + " %").prefix(max(1, columns - 1))) }
        let width = min(room, 40)
        let filled = Int(share * Double(width))
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
        return head + "[" + bar + "]" + tail
    }

    private static func megabytes(_ bytes: UInt64) -> String { tenths(Double(bytes) / 1e6) }

    /// A number with one decimal.
    private static func tenths(_ number: Double) -> String {
        let tenths = Int((number * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
