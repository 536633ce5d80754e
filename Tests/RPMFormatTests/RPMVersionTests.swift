import Diagnostics
import LinuxIO
import TestSupport
import Testing

@testable import RPMFormat

@Suite struct RPMVersionTests {
    /// 3,000 pairs of versions of few characters, so that many are nearly equal.
    private static func pairs() -> [(String, String)] {
        var state: UInt64 = 42
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let pieces = ["0", "1", "01", "10", "9", "a", "b", "rc", ".", "..", "~", "^", "+", "_", "alpha"]
        func part() -> String {
            (0...random(5)).reduce("\(random(3))") { text, _ in text + pieces[random(pieces.count)] }
        }
        func version() -> String {
            (random(4) == 0 ? "\(random(3)):" : "") + part() + (random(3) == 0 ? "-\(random(12))" : "")
        }
        return (0..<3000).map { _ in
            let left = version()
            return (left, random(8) == 0 ? left : version())
        }
    }

    @Test func `versions are ordered as rpm orders them`() throws {
        try withScratch { scratch in
            let pairs = Self.pairs()
            let rows = pairs.map { "{'\($0.0)','\($0.1)'}," }.joined(separator: "\n")
            let script = """
                local answers = {}
                for i, p in ipairs({
                \(rows)
                }) do answers[i] = rpm.vercmp(p[1], p[2]) end
                print(table.concat(answers, " "))
                """
            try scratch.file("order.lua", [.write, .create, .truncate], mode: 0o644).write(script)
            let result = try run("rpm", "--eval", "%{lua:dofile('\(PathText.join(scratch.path, "order.lua"))')}")
            let answers = result.text.split { $0 == " " || $0 == "\n" }.map { Int($0) }
            try #require(answers.count == pairs.count, "\(result.errorText)")
            for ((left, right), answer) in zip(pairs, answers) {
                let one = try #require(RPMVersion(left))
                let two = try #require(RPMVersion(right))
                #expect(one.compare(with: two) == answer, "\(left) \(right)")
                #expect(one.description == left)
            }
        }
    }

    @Test func `what is no version is refused`() {
        for text in ["", "-1", "1-", ":1", "a:1", "1:", "4294967296:1", "1 2", "1:2:3", "1-2-3"] {
            #expect(RPMVersion(text) == nil, "\(text)")
        }
    }
}
