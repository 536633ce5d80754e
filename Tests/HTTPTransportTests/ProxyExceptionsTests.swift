import Diagnostics
import Testing

@testable import HTTPTransport

struct ProxyExceptionsTests {
    static let covered = [
        ("example.com", "https://example.com/"), ("example.com", "https://www.Example.COM./x"),
        (".example.com", "https://example.com"), ("*.example.com", "https://a.b.example.com"),
        ("EXAMPLE.com.", "http://example.com"), ("a,localhost", "http://localhost:8080/"), ("*", "https://anything"),
        ("*", "https://[::1]/"), ("192.0.2.10", "https://192.0.2.10"), ("10.0.0.0/8", "https://10.255.1.2/"),
        ("192.0.2.128/25", "https://192.0.2.200/"), ("0.0.0.0/0", "https://8.8.8.8"), ("::1", "https://[::1]:8443"),
        ("[::1]", "https://[0:0::1]"), ("fd00::/8", "https://[fdab::1]/"), ("[2001:db8::]/32", "http://[2001:db8:f::]"),
        ("example.com:8443", "https://example.com:8443/"), ("example.com:443", "https://example.com/"),
        ("[::1]:8443", "https://[::1]:8443/"), ("10.0.0.0/8:80", "http://10.1.1.1/"),
        (" a.example , b.example\tc.example ", "https://c.example"),
    ]

    @Test(arguments: covered)
    func `servers are covered`(list: String, url: String) throws {
        #expect(try ProxyExceptions(parsing: list).covers(HTTPURL(parsing: url)))
    }

    @Test(arguments: [
        ("", "https://example.com"), ("example.com", "https://badexample.com"), ("example.com", "https://com"),
        ("www.example.com", "https://example.com"), ("10.0.0.0/8", "https://11.0.0.1"),
        ("192.0.2.128/25", "https://192.0.2.100/"), ("192.0.2.1", "https://192.0.2.11/"),
        ("127.0.0.1", "https://localhost"), ("localhost", "https://127.0.0.1"), ("0.0.0.0/0", "https://[::1]"),
        ("::/0", "https://1.2.3.4"), ("example.com:8443", "https://example.com"), ("[::1]:8443", "https://[::1]/"),
        ("::1", "https://[::2]"),
    ])
    func `servers are not covered`(list: String, url: String) throws {
        #expect(try !ProxyExceptions(parsing: list).covers(HTTPURL(parsing: url)))
    }

    @Test(arguments: [
        "https://example.com", "localhost|127.*", "127.*", "foo*.com", "<local>", "10.0.0.0/33", "10.0.0.0/", "::/129",
        "10.0.0/8", "example.com:0", "example.com:x", "a,,b/c", "user@host", "example.com;b", "fe80::1%eth0",
        "*:443",
    ])
    func `what names no host is refused`(list: String) {
        let failure = #expect(throws: Failure.self) { try ProxyExceptions(parsing: list) }
        #expect(failure?.hints.isEmpty == false)
    }
}
