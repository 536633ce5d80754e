import Diagnostics
import HTTPTransport
import Testing

/// Exchanges with the stand-in server and a real proxy on loopback.
@Suite(.serialized, .enabled(if: Tools.haveServer, "needs python3 and openssl"))
struct ExchangeTests {
    private func client(_ change: (inout HTTPClient.Options) throws -> Void = { _ in }) rethrows -> HTTPClient {
        var options = HTTPClient.Options(userAgent: "tests/1")
        options.connectTimeout = .seconds(5)
        options.totalTimeout = .seconds(10)
        try change(&options)
        return HTTPClient(options)
    }

    private func secureServer(_ certificate: String, _ more: [String] = []) throws -> Helper {
        let files = try [
            "--cert", Certificates.path("\(certificate).pem"), "--key", Certificates.path("\(certificate).key"),
        ]
        return try Helper("management_server.py", files + more)
    }

    private func kind(_ body: () throws -> Void) -> HTTPFailure.Kind? {
        do {
            try body()
            return nil
        } catch {
            return (error as? HTTPFailure)?.kind
        }
    }

    private func inject(_ fault: String, into server: Helper) throws {
        let url = try HTTPURL(parsing: "http://127.0.0.1:\(server.port)/admin/faults")
        _ = try client().send(.post(url, json: Array(fault.utf8))).successful()
    }

    @Test func `plain HTTP gives status, headers and body`() throws {
        let server = try Helper("management_server.py", [])
        let response = try client().get(HTTPURL(parsing: "http://localhost:\(server.port)/health"))
        #expect(response.status == 200)
        #expect(response.text == "ok\n")
        #expect(response.header("content-type") == "text/plain")
    }

    @Test func `error replies keep their status and their body`() throws {
        let server = try Helper("management_server.py", [])
        let url = try HTTPURL(parsing: "http://127.0.0.1:\(server.port)/api/agents/register")
        let response = try client().send(.post(url, json: Array(#"{"token": "wrong"}"#.utf8)))
        #expect(response.status == 401)
        #expect(response.text.contains("unknown installation token"))
        #expect(kind { _ = try response.successful() } == .status(401, "Unauthorized"))
    }

    @Test func `chunked replies are put together`() throws {
        let server = try Helper("management_server.py", [])
        try inject(#"{"chunked": true}"#, into: server)
        let response = try client().get(HTTPURL(parsing: "http://127.0.0.1:\(server.port)/bytes/5000"))
        #expect(response.body == [UInt8](repeating: UInt8(ascii: "x"), count: 5000))
    }

    @Test func `a body cut short is noticed`() throws {
        let server = try Helper("management_server.py", [])
        try inject(#"{"truncate": true}"#, into: server)
        let url = try HTTPURL(parsing: "http://127.0.0.1:\(server.port)/bytes/100")
        #expect(kind { _ = try client().get(url) } == .truncated(received: 50, announced: 100))
    }

    @Test func `a body over the limit is refused, plain and chunked`() throws {
        let server = try Helper("management_server.py", [])
        let url = try HTTPURL(parsing: "http://127.0.0.1:\(server.port)/bytes/100")
        let small = client { $0.maximumBody = 99 }
        #expect(kind { _ = try small.get(url) } == .tooLarge(limit: 99))
        try inject(#"{"chunked": true}"#, into: server)
        #expect(kind { _ = try small.get(url) } == .tooLarge(limit: 99))
        #expect(try client { $0.maximumBody = 100 }.get(url).body.count == 100)
    }

    @Test func `a redirect on the same server is followed, others are named`() throws {
        let server = try Helper("management_server.py", [])
        let url = try HTTPURL(parsing: "http://127.0.0.1:\(server.port)/bytes/1")
        try inject(#"{"redirect": "/health"}"#, into: server)
        #expect(try client().get(url).text == "ok\n")
        try inject(#"{"redirect": "https://elsewhere.invalid/login?secret"}"#, into: server)
        #expect(kind { _ = try client().get(url) } == .redirected(to: "https://elsewhere.invalid:443"))
        try inject(#"{"redirect": "/bytes/1", "count": 9}"#, into: server)
        #expect(kind { _ = try client().get(url) } == .redirected(to: url.description))
    }

    @Test func `a POST is never sent twice by a redirect`() throws {
        let server = try Helper("management_server.py", [])
        try inject(#"{"redirect": "/health"}"#, into: server)
        let url = try HTTPURL(parsing: "http://127.0.0.1:\(server.port)/api/agents/register")
        #expect(
            kind { _ = try client().send(.post(url, json: Array("{}".utf8))) }
                == .redirected(to: "http://127.0.0.1:\(server.port)/health"))
    }

    @Test func `refusal, silence and early close are told apart`() throws {
        let gone = try Helper("management_server.py", []).port
        #expect(kind { _ = try client().get(HTTPURL(parsing: "http://127.0.0.1:\(gone)/")) } == .refused)

        let silent = try SilentListener()
        let impatient = client { $0.totalTimeout = .milliseconds(200) }
        let url = try HTTPURL(parsing: "http://127.0.0.1:\(silent.port)/")
        #expect(kind { _ = try impatient.get(url) } == .timedOut(.reply))
        let secure = try HTTPURL(parsing: "https://127.0.0.1:\(silent.port)/")
        let trusting = try client {
            $0.totalTimeout = .milliseconds(200)
            $0.privateCAFile = try Certificates.path("ca.pem")
        }
        #expect(kind { _ = try trusting.get(secure) } == .timedOut(.handshake))

        let server = try Helper("management_server.py", [])
        try inject(#"{"close": true}"#, into: server)
        let answer = kind { _ = try client().get(HTTPURL(parsing: "http://127.0.0.1:\(server.port)/")) }
        #expect(answer == .connectionLost(reason: "closed without a reply"))
    }

    @Test func `a name that does not exist is named`() throws {
        let answer = kind { _ = try client().get(HTTPURL(parsing: "http://no-such-host.invalid/")) }
        switch answer {
        case .nameNotFound(let host): #expect(host == "no-such-host.invalid")
        // A machine without name servers can't tell that the name doesn't exist.
        case .nameServiceFailed(let host, _): #expect(host == "no-such-host.invalid")
        default: Issue.record("unexpected: \(String(describing: answer))")
        }
    }

    @Test(arguments: ["localhost", "127.0.0.1"])
    func `TLS with a private CA works by name and by address`(host: String) throws {
        let server = try secureServer("server")
        let client = try client { $0.privateCAFile = try Certificates.path("ca.pem") }
        let response = try client.get(HTTPURL(parsing: "https://\(host):\(server.port)/bytes/70000"))
        #expect(response.body.count == 70_000)
    }

    @Test func `an IPv6 address in brackets works under TLS`() throws {
        let server = try secureServer("server", ["--address", "::1"])
        let client = try client { $0.privateCAFile = try Certificates.path("ca.pem") }
        #expect(try client.get(HTTPURL(parsing: "https://[::1]:\(server.port)/health")).text == "ok\n")
    }

    @Test(arguments: [
        ("expired", HTTPFailure.Kind.certificateExpired(.server, until: "2021-01-01")),
        ("future", .certificateNotYetValid(.server, from: "2048-01-01")),
        ("wrong", .certificateWrongName(holds: ["elsewhere.test.invalid"])),
        (
            "untrusted",
            .certificateUntrusted(
                reason: "unable to get local issuer certificate", issuer: "agentpack test other-ca")
        ),
    ])
    func `certificates that don't hold are refused by reason`(name: String, expected: HTTPFailure.Kind) throws {
        let server = try secureServer(name)
        let client = try client { $0.privateCAFile = try Certificates.path("ca.pem") }
        #expect(kind { _ = try client.get(HTTPURL(parsing: "https://localhost:\(server.port)/health")) } == expected)
        let byAddress = kind { _ = try client.get(HTTPURL(parsing: "https://127.0.0.1:\(server.port)/health")) }
        #expect(byAddress == expected)
    }

    @Test func `without the private CA its server is untrusted`() throws {
        let server = try secureServer("server")
        let url = try HTTPURL(parsing: "https://localhost:\(server.port)/health")
        let other = try client { $0.privateCAFile = try Certificates.path("other-ca.pem") }
        #expect(
            kind { _ = try other.get(url) }
                == .certificateUntrusted(
                    reason: "unable to get local issuer certificate", issuer: "agentpack test ca"))
    }

    @Test func `a port that doesn't speak TLS and one that speaks an old version are named`() throws {
        let plain = try Helper("management_server.py", [])
        let client = try client { $0.privateCAFile = try Certificates.path("ca.pem") }
        let url = try HTTPURL(parsing: "https://127.0.0.1:\(plain.port)/")
        #expect(kind { _ = try client.get(url) } == .tls(reason: "the port does not answer in TLS"))
        let old = try secureServer("server", ["--max-tls", "1.1"])
        let answer = kind { _ = try client.get(HTTPURL(parsing: "https://127.0.0.1:\(old.port)/")) }
        guard case .tls = answer else {
            Issue.record("unexpected: \(String(describing: answer))")
            return
        }
    }

    @Test func `a CA file that can't be used is named`() throws {
        let scratch = try Scratch()
        let path = try scratch.write("no certificate", to: "ca.pem")
        let url = try HTTPURL(parsing: "https://127.0.0.1:1/")
        for file in [path, scratch.path + "/missing.pem"] {
            let answer = kind { _ = try client { $0.privateCAFile = file }.get(url) }
            guard case .trustFile(file, _) = answer else {
                Issue.record("unexpected: \(String(describing: answer))")
                continue
            }
        }
    }

    @Test func `requests can't smuggle headers`() throws {
        let url = try HTTPURL(parsing: "http://127.0.0.1:1/")
        let request = HTTPRequest("GET", url, headers: [HTTPHeader("X-Name", "a\r\nX-Other: b")])
        let expected = HTTPFailure.Kind.invalidRequest(reason: "a header holds a character that it may not")
        #expect(kind { _ = try client().send(request) } == expected)
    }
}
