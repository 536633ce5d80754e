import Diagnostics
import Testing

@testable import HTTPTransport

struct ParsingTests {
    @Test func `URLs are taken apart`() throws {
        let url = try HTTPURL(parsing: "HTTPS://Cert-Manager.com/api/v1?x=%20y")
        #expect(url.scheme == .https)
        #expect(url.host == .name("Cert-Manager.com"))
        #expect(url.port == 443)
        #expect(url.target == "/api/v1?x=%20y")
        #expect(url.authority == "Cert-Manager.com")
        #expect(url.origin == "https://Cert-Manager.com:443")
        #expect(url.description == "https://Cert-Manager.com/api/v1?x=%20y")
        #expect(try HTTPURL(parsing: "http://[2001:db8::1]:8080?q").description == "http://[2001:db8::1]:8080/?q")
        #expect(try HTTPURL(parsing: "https://127.0.0.1:443").authority == "127.0.0.1")
    }

    @Test(arguments: [
        "", "cert-manager.com", "ftp://host/", "file:///etc/passwd", "https:/host", "https://", "https://:443/",
        "https://host:/", "https://host:0/", "https://host:65536/", "https://host:+1/", "https://host:4 43/",
        "https://user:pw@host/", "https://host/#part", "https://host/a b", "https://host/%zz", "https://host/%2",
        "https://host/ä", "https://hö.example/", "https://host..example/", "https://-host/", "https://127.1/",
        "https://1.2.3.256/", "https://[::1/", "https://[::1]x/", "https://[fe80::1%25eth0]/", "https://[host]/",
        "https://host\r\nX: y/", "https://ho%73t/", "https://host\\/x",
    ])
    func `URLs that can't be used are refused`(text: String) {
        #expect(throws: Failure.self) { try HTTPURL(parsing: text) }
    }

    @Test func `a URL with a password is refused without repeating it`() {
        let failure = #expect(throws: Failure.self) { try HTTPURL(parsing: "https://user:hunter2@host/") }
        #expect(failure?.rendered.contains("hunter2") == false)
    }

    @Test func `paths are appended`() throws {
        let base = try HTTPURL(parsing: "https://host/base/?old")
        #expect(try base.appending(path: "/api/agents").target == "/base/api/agents")
        #expect(try HTTPURL(parsing: "https://host").appending(path: "/api").target == "/api")
        #expect(throws: Failure.self) { try base.appending(path: "/a b") }
    }

    @Test(arguments: [
        ("/x?y", "https://host:443/x?y"), ("c", "https://host:443/a/c"), ("?z", "https://host:443/a/b?z"),
        ("//other/x", "https://other:443/x"), ("http://host/", "http://host:80/"),
        ("../c", "https://host:443/a/../c"),
    ])
    func `locations are resolved`(location: String, expected: String) throws {
        let base = try HTTPURL(parsing: "https://host/a/b?q")
        let url = base.resolving(location: location)
        #expect(url.map { $0.origin + $0.target } == expected)
    }

    @Test(arguments: ["javascript:alert(1)", "https://host:99999/", "/a b", "mailto:someone"])
    func `locations that can't be followed are none`(location: String) throws {
        #expect(try HTTPURL(parsing: "https://host/").resolving(location: location) == nil)
    }

    @Test func `a proxy's credentials are carried and never shown`() throws {
        let proxy = try Proxy(host: "proxy.example", port: "3128", user: "Aladdin", password: "open sesame")
        #expect(proxy.authorization == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
        var dumped = ""
        dump(proxy, to: &dumped)
        let shown = "\(proxy) \(String(reflecting: proxy)) \(dumped)"
        #expect(!shown.contains("sesame"))
        #expect(try Proxy(host: "p", port: "1", user: "", password: "").authorization == nil)
    }

    @Test(
        arguments: [
            ("http://proxy", "3128", nil, nil), ("proxy", "0", nil, nil), ("proxy", "", nil, nil), ("", "1", nil, nil),
            ("proxy:3128", "1", nil, nil), ("proxy", "1", "a:b", "c"), ("proxy", "1", nil, "password"),
            ("proxy", "1", "a", "b\nc"),
        ] as [(String, String, String?, String?)])
    func `proxies that can't be used are refused`(host: String, port: String, user: String?, password: String?) {
        #expect(throws: Failure.self) { try Proxy(host: host, port: port, user: user, password: password) }
    }

    @Test func `a proxy host with a password is refused without repeating it`() {
        let failure = #expect(throws: Failure.self) { try Proxy(host: "http://bob:hunter2@proxy", port: "3128") }
        #expect(failure?.rendered.contains("hunter2") == false)
    }

    @Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")])
    func `Base64 gives RFC 4648's examples`(plain: String, expected: String) {
        #expect(Base64.encoded(Array(plain.utf8)) == expected)
    }

    @Test func `each failure says what to change`() throws {
        let url = try HTTPURL(parsing: "https://host/path?secret")
        let kinds: [HTTPFailure.Kind] = [
            .nameNotFound(host: "host"), .nameServiceFailed(host: "host", reason: "r"), .refused,
            .unreachable(reason: "r"), .timedOut(.lookup), .timedOut(.connecting), .timedOut(.proxyReply),
            .timedOut(.handshake), .timedOut(.reply), .connectionLost(reason: "r"),
            .proxyAuthentication(credentialsSent: true), .proxyAuthentication(credentialsSent: false),
            .proxyScheme(offered: ["NTLM"]), .proxyRefused(status: 403), .proxyRefused(status: 503),
            .proxyRefused(status: 501), .proxyMalformed(reason: "r"), .certificateUntrusted(reason: "r", issuer: nil),
            .certificateUntrusted(reason: "r", issuer: "CA"), .certificateWrongName(holds: ["a"]),
            .certificateWrongName(holds: []), .certificateExpired(.server, until: "2021-01-01"),
            .certificateExpired(.authority, until: "2021-01-01"), .certificateNotYetValid(.server, from: "2048-01-01"),
            .tls(reason: "r"), .noTrustStore(damaged: nil), .noTrustStore(damaged: "/bundle"),
            .trustFile(path: "/ca", reason: "r"), .compressed("gzip"),
            .redirected(to: "x"), .status(503, ""), .truncated(received: 1, announced: nil), .tooLarge(limit: 1),
            .malformed(reason: "r"),
        ]
        let texts = kinds.map { HTTPFailure($0, url: url).failure }
        #expect(texts.allSatisfy { $0.message.hasSuffix(" https://host:443") })
        #expect(texts.allSatisfy { $0.cause?.isEmpty == false && !$0.hints.isEmpty })
        #expect(Set(texts.map(\.rendered)).count == kinds.count)
        #expect(texts.allSatisfy { !$0.rendered.contains("secret") })
    }
}
