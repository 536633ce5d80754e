import SetupPlan
import Testing

struct SettingValueTests {
    @Test(arguments: [
        (Setting.Kind.boolean, "Yes", "true"), (.boolean, "n", "false"), (.boolean, "1", "true"),
        (.integer(minimum: 1, maximum: 10), "007", "7"), (.integer(minimum: -5, maximum: 5), "-5", "-5"),
        (.port, "080", "80"), (.text, "any text, äöü", "any text, äöü"), (.text, "", ""),
        (.host, "proxy.example.com", "proxy.example.com"), (.host, "10.0.0.1", "10.0.0.1"), (.host, "::1", "::1"),
        (.host, "fe80::1:2", "fe80::1:2"), (.host, "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), (.host, "1::", "1::"),
        (.url, "https://example.com:8443/a?b#c", "https://example.com:8443/a?b#c"),
        (.url, "HTTP://[::1]:80", "HTTP://[::1]:80"), (.path, "/etc/ssl/ca.pem", "/etc/ssl/ca.pem"),
        (.choice(["low", "high"]), "low", "low"),
    ])
    func `Values become their stored form`(kind: Setting.Kind, value: String, stored: String) {
        #expect(kind.canonical(value) == stored)
    }

    @Test(arguments: [
        (Setting.Kind.boolean, "maybe"), (.boolean, ""), (.integer(minimum: 1, maximum: 10), "11"),
        (.integer(minimum: 1, maximum: 10), "+5"), (.integer(minimum: 1, maximum: 10), "x"), (.port, "0"),
        (.port, "65536"), (.port, "+80"), (.text, "two\nlines"), (.text, "bell\u{7}"), (.host, ""), (.host, "-a.b"),
        (.host, "a..b"), (.host, "300.1.1.1"), (.host, "1.2.3"), (.host, "a b"), (.host, "1:2:3"), (.host, ":"),
        (.host, "1::2::3"), (.host, ":1:2:3:4:5:6:7"), (.url, "ftp://example.com"), (.url, "https://"),
        (.url, "https://user:pass@example.com"), (.url, "https://example.com:99999"), (.url, "https://a b"),
        (.url, "https://[::1"), (.path, "relative/path"), (.path, "/a/../b"), (.choice(["low", "high"]), "medium"),
    ])
    func `Values of another kind are refused`(kind: Setting.Kind, value: String) {
        #expect(kind.canonical(value) == nil)
        #expect(!kind.expected.isEmpty)
    }
}
