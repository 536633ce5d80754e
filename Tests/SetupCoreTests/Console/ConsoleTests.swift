import Diagnostics
import LinuxIO
import SetupCore
import Testing

@Suite struct ConsoleTests {
    @Test func `a question is asked again until the answer is taken`() throws {
        let script = Script(["x", "?", "y"])
        var taken = ""
        try script.console().ask("Name", current: "b\u{1b}", help: "Any but x.") { (answer) throws(Failure) in
            if answer == "x" { throw Failure(.usage, "not x", hints: ["Try y."]) }
            taken = answer
        }
        #expect(taken == "y")
        #expect(
            script.shown == """
                Name [b\\u{1b}]: «x»
                not x
                Try y.
                Name [b\\u{1b}]: «?»
                Any but x.
                Name [b\\u{1b}]: «y»

                """)
    }

    @Test func `a line that can't be used is asked for again`() throws {
        let script = Script(answers: [.unusable("that is not UTF-8 text"), .line("y")])
        try script.console().ask("Name") { _ in }
        #expect(script.shown == "Name: That can't be taken: that is not UTF-8 text.\nName: «y»\n")
    }

    @Test func `other failures than wrong answers end the question`() {
        #expect(throws: Failure(.interrupted, "stopped by Ctrl-C")) {
            try Script(answers: [.interrupt]).console().ask("Name") { _ in }
        }
        #expect(throws: Failure(.failed, "broken")) {
            try Script(["x"]).console().ask("Name") { (_) throws(Failure) in throw Failure(.failed, "broken") }
        }
        let failure = #expect(throws: Failure.self) { try Script().console(isInteractive: false).ask("Name") { _ in } }
        #expect(failure?.code == .usage)
    }

    @Test(arguments: [
        (["", "y"], nil as Bool?, true), ([""], true, true), ([""], false, false), (["maybe", "NO"], true, false),
    ])
    func `yes and no`(lines: [String], preset: Bool?, answer: Bool) throws {
        let script = Script(lines)
        #expect(try script.console().confirm("Go on?", preset: preset) == answer)
        #expect(script.answers.isEmpty)
        #expect(
            script.shown.hasPrefix(
                ["Go on? [y/n]: ", "Go on? [Y/n]: ", "Go on? [y/N]: "][preset.map { $0 ? 1 : 2 } ?? 0]))
    }

    @Test func `a choice is made by its number`() throws {
        let script = Script(["0", "3", "x", "2"])
        #expect(try script.console().choose("Your choice", from: ["one", "two"]) == 1)
        #expect(
            script.shown.hasPrefix("  1) one\n  2) two\nYour choice: «0»\nPlease answer with a number from 1 to 2\n"))
        #expect(try Script([""]).console().choose("Your choice", from: ["one", "two"], preset: 1) == 1)
    }

    @Test func `an acceptance needs the whole word`() throws {
        let script = Script(["", "y", "  Yes "])
        #expect(try script.console().accept("Do you accept?"))
        #expect(script.answers.isEmpty)
        #expect(try Script(["no"]).console().accept("Do you accept?") == false)
    }

    @Test func `what is said is broken to the width and can't act on the terminal`() {
        let script = Script()
        script.size.columns = 24
        script.console().say("a\u{1b}[31mb\tc\r\n\r\nsome words that are too many")
        #expect(script.shown == "a?[31mb c\n\nsome words that are too\nmany\n")
    }

    @Test func `progress is drawn at most ten times a second and ends in a line`() {
        let script = Script()
        let progress = ProgressDisplay(script.console(), label: "Verifying", total: 30_000_000)
        for step in 0..<1000 {
            script.clock = UInt64(step) * 1_000_000
            progress.update(UInt64(step) * 15_000)
        }
        let drawn = script.shown.split(separator: "\r")
        #expect(drawn.count == 10)
        #expect(
            drawn[5]
                == "Verifying [#########..............................]  25 %  7.5 of 30.0 MB  15.0 MB/s\u{1b}[K"
                .replacing(
                    "#########..............................", with: bar(25, columns: 80)))
        #expect(drawn.allSatisfy { TerminalText.width(of: String($0.dropLast(3))) < 80 })
        script.clock = 2_000_000_000
        progress.finish()
        #expect(script.shown.hasSuffix("\rVerifying: 30.0 MB in 2.0 s\u{1b}[K\n"))
    }

    private func bar(_ percent: Int, columns: Int) -> String {
        let width = 79 - "Verifying ".count - " 100 %  7.5 of 30.0 MB  15.0 MB/s".count - 2
        return String(repeating: "#", count: width * percent / 100)
            + String(repeating: ".", count: width - width * percent / 100)
    }

    @Test func `progress without a terminal is one line at the end`() {
        let script = Script()
        let progress = ProgressDisplay(script.console(canRedraw: false), label: "Verifying", total: 2_500_000)
        progress.update(1)
        script.clock = 1_260_000_000
        progress.finish()
        #expect(script.shown == "Verifying: 2.5 MB in 1.3 s\n")
    }

    @Test func `a progress that fails leaves the next text a line of its own`() {
        let script = Script()
        script.size.columns = 20
        do {
            let progress = ProgressDisplay(script.console(), label: "Verifying", total: 10)
            progress.update(5)
        }
        #expect(script.shown == "\rVerifying 50 %\u{1b}[K\n")
    }
}
