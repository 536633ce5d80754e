import DebFormat
import Diagnostics
import LinuxIO
import Testing

@Suite struct DebVersionTests {
    /// Versions of few kinds of part, so that pairs differ late and compare in every way.
    private func versions(_ count: Int) -> [String] {
        var state: UInt64 = 42
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let parts = [
            "0", "1", "01", "10", "9", "a", "b", "Z", "~", "~~", "+", ".", "rc", "00", "123456789012345678901",
        ]
        return (0..<count).map { _ in
            var text = next(6) == 0 ? "\(next(3)):" : ""
            text += "\(next(3))" + (0..<next(5)).map { _ in parts[next(parts.count)] }.joined()
            if next(4) == 0 { text += "-" + "\(next(2))" }
            return next(3) == 0 ? text + "-" + (0...next(3)).map { _ in parts[next(parts.count)] }.joined() : text
        }
    }

    @Test func `the order is dpkg's`() throws {
        let versions = versions(3000)
        let pairs = (0..<versions.count).map { (versions[$0], versions[($0 * 7 + 1) % versions.count]) }
        let script = """
            while read left right; do
              if dpkg --compare-versions "$left" lt "$right"; then echo lt
              elif dpkg --compare-versions "$left" eq "$right"; then echo eq
              else echo gt
              fi
            done
            """
        let input = pairs.map { "\($0.0) \($0.1)\n" }.joined()
        let result = try Subprocess.run(["/bin/sh", "-c", script], input: Array(input.utf8), timeout: 300)
        try #require(result.status == 0, "\(result.errorText)")
        let answers = result.text.split(separator: "\n").map(String.init)
        try #require(answers.count == pairs.count)
        for (pair, answer) in zip(pairs, answers) {
            let left = try #require(DebVersion(pair.0), "\(pair.0)")
            let right = try #require(DebVersion(pair.1), "\(pair.1)")
            let order = left < right ? "lt" : left == right ? "eq" : "gt"
            #expect(order == answer, "\(pair.0) and \(pair.1)")
            let ofBytes = DebVersion.order(Array(pair.0.utf8)[...], Array(pair.1.utf8)[...])
            #expect((ofBytes < 0 ? "lt" : ofBytes == 0 ? "eq" : "gt") == answer, "\(pair.0) and \(pair.1)")
        }
        #expect(Set(answers) == ["lt", "eq", "gt"])
    }

    @Test func `versions are read into parts and written back`() throws {
        let version = try #require(DebVersion("3:1.2-rc1+b~2-0ubuntu1"))
        #expect(version.epoch == 3)
        #expect(version.upstream == "1.2-rc1+b~2")
        #expect(version.revision == "0ubuntu1")
        #expect(version.description == "3:1.2-rc1+b~2-0ubuntu1")
        #expect(DebVersion("0:1")?.description == "1")
        #expect(DebVersion("2147483647:1:2")?.upstream == "1:2")
        #expect(DebVersion("1.0") == DebVersion("1.00-0"))
    }

    @Test(arguments: [
        "", ":1", "a:1", "-1:1", "2147483648:1", "1:", "1-", "-1", "v1", "1_2", "1 2", "1-a_b", "1ü", "1:-1",
    ])
    func `what is no version is refused`(text: String) { #expect(DebVersion(text) == nil) }
}
