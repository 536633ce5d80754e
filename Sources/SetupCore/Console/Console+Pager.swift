public import Diagnostics
import LinuxIO

extension Console {
    /// Shows a long text page by page; no other program is run for it.
    ///
    /// Space and page down show the next page, Enter and the arrow down the next line, `b` and page up the page before,
    /// `q` ends. Where lines can't be written over, all of the text is written at once.
    ///
    /// - Parameter text: The text; what in it would act on a terminal is replaced.
    public func page(_ text: String) throws(Failure) {
        guard let input, canRedraw else { return say(text) }
        let source = TerminalText.lines(of: text)
        var columns = 0
        var lines: [String] = []
        var end = 0
        var wanted = Int.max
        while true {
            let size = size()
            // A row less than there are: the last one is for the status. A column less: no terminal wraps by itself.
            let height = max(1, size.rows - 1)
            if columns != size.columns {
                let isFirst = columns == 0
                columns = size.columns
                let share = lines.isEmpty ? 0 : Double(end) / Double(lines.count)
                lines = source.flatMap { TerminalText.wrapped($0, columns: max(1, columns - 1)) }
                if !isFirst { end = Int(share * Double(lines.count)) }
            }
            let start = end
            end = min(lines.count, end + min(wanted, height))
            for line in lines[start..<end] { write(line + "\n") }
            guard end < lines.count else { return }
            switch try pageKey(input, percent: 100 * end / lines.count, columns: columns) {
            case .page: wanted = height
            case .line: wanted = 1
            case .back:
                end = max(0, end - 2 * height)
                wanted = height
                write("\n")
            case .end: return
            }
        }
    }

    private enum PageStep { case page, line, back, end }

    private func pageKey(_ input: Input, percent: Int, columns: Int) throws(Failure) -> PageStep {
        let words = "-- \(percent) % -- space: next page, enter: next line, b: back, q: end"
        let status = String(words.prefix(max(1, columns - 1)))
        defer { write("\r" + String(repeating: " ", count: status.utf8.count) + "\r") }
        while true {
            switch try input.readKey("\r" + status) {
            case .byte(UInt8(ascii: " ")), .byte(UInt8(ascii: "f")), .pageDown: return .page
            case .byte(UInt8(ascii: "\n")), .byte(UInt8(ascii: "\r")), .byte(UInt8(ascii: "j")), .down: return .line
            case .byte(UInt8(ascii: "b")), .pageUp, .up: return .back
            case .byte(UInt8(ascii: "q")), .byte(UInt8(ascii: "Q")): return .end
            default: break
            }
        }
    }
}
