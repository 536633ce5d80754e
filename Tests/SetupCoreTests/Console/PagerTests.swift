import Diagnostics
import LinuxIO
import SetupCore
import Testing

@Suite struct PagerTests {
    private static let numbers = (1...10).map(String.init)

    /// The pages that were shown, without the status lines and their removal.
    private func pages(_ script: Script) -> [[String]] {
        var pages: [[String]] = [[]]
        // A carriage return before a line feed would be one character with it.
        let shown = script.shown.replacing("\r\n", with: "\r")
        for piece in shown.split(separator: "\r", omittingEmptySubsequences: false) {
            if piece.hasPrefix("-") { pages.append([]) }
            let isStatus = piece.hasPrefix("-") || piece.allSatisfy { $0 == " " }
            if !isStatus { pages[pages.count - 1] += piece.split(separator: "\n").map(String.init) }
        }
        return pages
    }

    private func shown(
        _ keys: [Terminal.Key], rows: Int = 4, columns: Int = 80, text: String? = nil
    ) throws -> [[String]] {
        let script = Script(answers: keys.map { .key($0) })
        script.size = (rows, columns)
        try script.console().page(text ?? Self.numbers.joined(separator: "\n"))
        #expect(script.answers.isEmpty)
        return pages(script)
    }

    @Test func `space shows pages, enter lines, q ends`() throws {
        let space = Terminal.Key.byte(0x20)
        #expect(
            try shown([space, .pageDown, space]) == [["1", "2", "3"], ["4", "5", "6"], ["7", "8", "9"], ["10"]])
        #expect(try shown([.byte(0x0A), .down, .byte(UInt8(ascii: "q"))]) == [["1", "2", "3"], ["4"], ["5"], []])
        #expect(try shown([.byte(UInt8(ascii: "x")), .byte(UInt8(ascii: "q"))]) == [["1", "2", "3"], [], []])
    }

    @Test func `b goes back a page`() throws {
        let back = Terminal.Key.byte(UInt8(ascii: "b"))
        let space = Terminal.Key.byte(0x20)
        #expect(
            try shown([space, back, back, space, .byte(UInt8(ascii: "q"))])
                == [["1", "2", "3"], ["4", "5", "6"], ["1", "2", "3"], ["1", "2", "3"], ["4", "5", "6"], []])
    }

    @Test func `a short text needs no key`() throws {
        #expect(try shown([], rows: 24) == [Self.numbers])
    }

    @Test func `tiny windows work, and long lines are broken`() throws {
        let space = Terminal.Key.byte(0x20)
        #expect(try shown([space, space], rows: 1, columns: 1, text: "ab\nc") == [["a"], ["b"], ["c"]])
        #expect(
            try shown([], rows: 9, columns: 9, text: "  one two three\n漢字漢字漢字") == [
                ["  one", "two", "three", "漢字漢字", "漢字"]
            ])
    }

    @Test func `Ctrl-C interrupts`() {
        let script = Script(answers: [.interrupt])
        script.size.rows = 3
        #expect(throws: Failure(.interrupted, "stopped by Ctrl-C")) { try script.console().page("1\n2\n3\n4") }
    }

    @Test func `a dumb terminal gets the whole text, controls neutralised`() throws {
        let script = Script()
        try script.console(canRedraw: false).page("a\u{1b}]0;x\u{7}\u{c}b\u{9b}31m\u{202e}")
        #expect(script.shown == "a?]0;x?\nb?31m?\n")
    }
}
