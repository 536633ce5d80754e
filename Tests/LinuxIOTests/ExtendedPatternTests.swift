import Diagnostics
import LinuxIO
import Testing

@Suite struct ExtendedPatternTests {
    @Test(arguments: [
        ("a|ab", "ab", true), ("b", "ab", false), ("a", "ab", false), ("a*", "", true), ("^a$", "a", true),
        ("[[:alnum:]_-]{2,4}", "a_-9", true), ("[[:alnum:]_-]{2,4}", "a_-9x", false), (".+", "é€", true),
        ("a.b", "a\nb", true), ("a", "a\u{0}b", false), ("(a)(b)\\2", "abb", true),
    ])
    func `the whole text has to match`(pattern: String, text: String, matches: Bool) throws {
        #expect(try ExtendedPattern(pattern).matches(whole: text) == matches)
    }

    @Test func `a malformed pattern is refused with the reason`() {
        let failure = #expect(throws: Failure.self) { try ExtendedPattern("a(").matches(whole: "") }
        #expect(failure?.code == .usage)
        #expect(failure?.cause?.isEmpty == false)
    }
}
