import Diagnostics
import Testing

@testable import ProxyAutoConfig

/// What a file that can't be used is told, with its line and column.
struct ErrorTests {
    private func failure(_ source: String) throws -> Failure {
        try #require(
            throws: Failure.self,
            performing: {
                let script = try ProxyScript(parsing: Array(source.utf8), name: "http://h/p.pac")
                _ = try script.choices(url: "http://a.example/", host: "a.example", environment: Fixture.environment)
            })
    }

    @Test(arguments: [
        (
            "function FindProxyForURL(url, host) {\n  return \"DIRECT\";\n",
            "line 3, column 1: expected is ‘}’, found the end of the file"
        ),
        (
            "function FindProxyForURL(url, host) {\n  if (host = ) return;\n}",
            "line 2, column 14: expected is a value, found ‘)’"
        ),
        ("var x = 'abc\n';", "line 1, column 9: a text that begins here has no end"),
        ("/* never closed", "line 1, column 1: a comment that begins here has no end"),
        ("function f( { }", "line 1, column 13: expected is a name, found ‘{’"),
        ("var ä = 1, @ = 2;", "line 1, column 12: ‘@’ has no place in a script"),
        ("class A {}", "line 1, column 1: ‘class’ is not supported"),
        ("return 'DIRECT'", "line 1, column 1: ‘return’ stands outside of a function"),
        ("outer: for (;;) {}", "line 1, column 1: labels are not supported"),
        ("var x = `a${b}`;", "line 1, column 11: ‘${…}’ in a text is not supported; join the parts with ‘+’"),
        ("var x = /(a/;", "line 1, column 9: the regular expression /(a/: ‘(’ has no ‘)’"),
        (
            "var x = /(?<=a)b/;",
            "line 1, column 9: the regular expression /(?<=a)b/: a group of the kind ‘(?’ is not supported"
        ),
        ("1 = 2", "line 1, column 3: what stands before ‘=’ can't be given a value"),
        ("var a b", "line 1, column 7: expected is ‘;’ or a new line, found ‘b’"),
        ("var x = 12abc", "line 1, column 9: ‘12abc’ is not a number"),
        ("", "line 1, column 1: the file does not define the function FindProxyForURL"),
        ("var FindProxyForURL = 5", "line 1, column 1: the file does not define the function FindProxyForURL"),
        ("function FindProxyForURL(u, h) {\n  return noSuch(h);\n}", "line 2, column 10: ‘noSuch’ is not defined"),
        ("function FindProxyForURL(u, h) {\n  return h.noSuch(1);\n}", "line 2, column 18: ‘noSuch’ is not a function"),
        (
            "function FindProxyForURL(u, h) { var n = null;\n return n.length; }",
            "line 2, column 10: ‘length’ is asked of a value that is null"
        ),
        (
            "function FindProxyForURL(u, h) { }",
            "line 1, column 1: FindProxyForURL answered with undefined instead of a text"
        ),
        (
            "function FindProxyForURL(u, h) { return 5; }",
            "line 1, column 1: FindProxyForURL answered with number instead of a text"
        ),
        ("function FindProxyForURL(u, h) {\n throw 'no way'; }", "line 2, column 2: the script failed with ‘no way’"),
        (
            "function FindProxyForURL(u, h) { return dnsDomainIs(h); }",
            "line 1, column 52: dnsDomainIs needs 2 arguments"
        ),
        (
            "function FindProxyForURL(u, h) { return new Date(2020, 1); }",
            "line 1, column 41: dates other than the present one are not supported"
        ),
    ])
    func `an error names line, column and what was found`(source: String, expected: String) throws {
        #expect(try failure(source).message == "http://h/p.pac, \(expected)")
    }

    @Test func `an answer that means nothing is an error, and shows no password`() throws {
        let plain = try failure("function FindProxyForURL(u, h) { return 'proxy.example:3128'; }")
        #expect(plain.message == "http://h/p.pac: FindProxyForURL gave no usable answer for a.example")
        #expect(
            plain.cause == "expected is text such as ‘PROXY proxy.example.com:3128; DIRECT’, found ‘proxy.example:3128’"
        )
        let secret = try failure("function FindProxyForURL(u, h) { return 'PROXY user:s3cret@proxy.example:3128'; }")
        #expect(!secret.rendered.contains("s3cret"))
    }

    @Test func `a file in UTF-16 or above the limit is refused`() throws {
        #expect(throws: Failure.self) { try ProxyScript(parsing: [0xFF, 0xFE, 0x66, 0], name: "x") }
        let large = [UInt8](repeating: 0x20, count: (1 << 20) + 1)
        #expect(throws: Failure(.failed, "x is larger than 1048576 bytes, the most a PAC file may have")) {
            try ProxyScript(parsing: large, name: "x")
        }
    }

    @Test(arguments: [
        ("DIRECT", "DIRECT"), ("", "DIRECT"), (" ; ;", "DIRECT"), ("PROXY a", "PROXY a:80"),
        ("proxy A:1;direct", "PROXY A:1; DIRECT"),
        ("HTTP a:8080", "PROXY a:8080"), ("HTTPS a", "HTTPS a:443"),
        ("SOCKS a;SOCKS4 b:2;SOCKS5 c:3", "SOCKS a:1080; SOCKS b:2; SOCKS c:3"),
        ("PROXY [2001:db8::1]:3128; PROXY [::1]", "PROXY [2001:db8::1]:3128; PROXY [::1]:80"),
        ("PROXY  a:1 ;nonsense; PROXY b:0; PROXY c:70000; PROXY d:", "PROXY a:1"),
        ("PROXY a:1;PROXY user:x@b:2;PROXY http://c:3;PROXY ::1:3", "PROXY a:1"),
        ("DIRECT here; PROXY a:1", "PROXY a:1"),
    ])
    func `answers are read as browsers read them`(answer: String, expected: String) throws {
        #expect(try ProxyChoice.list(parsing: answer).map(\.description).joined(separator: "; ") == expected)
    }
}
