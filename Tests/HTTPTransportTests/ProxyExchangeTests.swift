import Diagnostics
import HTTPTransport
import Testing

/// Exchanges through a real tinyproxy with Basic authentication.
@Suite(.serialized, .enabled(if: Tools.haveProxy, "needs tinyproxy, python3 and openssl"))
struct ProxyExchangeTests {
    private let scratch: Scratch
    private let password = "s3cret-4-tests"

    init() throws { scratch = try Scratch() }

    private func startProxy(_ more: [String] = []) throws -> Helper {
        let file = try scratch.write(password + "\n", to: "password")
        let log = ["--log", scratch.path + "/proxy.log"]
        return try Helper("proxy.py", ["--user", "user", "--password-file", file] + log + more)
    }

    private func client(_ proxy: Helper, user: String? = "user", password: String? = nil) throws -> HTTPClient {
        var options = HTTPClient.Options(userAgent: "tests/1")
        options.totalTimeout = .seconds(10)
        options.privateCAFile = try Certificates.path("ca.pem")
        options.proxy = try Proxy(
            host: "127.0.0.1", port: String(proxy.port), user: user,
            password: user == nil ? nil : password ?? self.password)
        return HTTPClient(options)
    }

    private func servers() throws -> [(Helper, String)] {
        let plain = try Helper("management_server.py", [])
        let secure = try Helper(
            "management_server.py",
            ["--cert", Certificates.path("server.pem"), "--key", Certificates.path("server.key")])
        return [(plain, "http://127.0.0.1:\(plain.port)"), (secure, "https://localhost:\(secure.port)")]
    }

    private func failure(_ body: () throws -> Void) -> HTTPFailure? {
        do {
            try body()
            return nil
        } catch {
            return error as? HTTPFailure
        }
    }

    @Test func `http and https go through the proxy with credentials`() throws {
        let proxy = try startProxy()
        for (server, origin) in try servers() {
            let response = try client(proxy).get(HTTPURL(parsing: origin + "/bytes/70000"))
            #expect(response.body.count == 70_000)
            withExtendedLifetime(server) {}
        }
        let log = try scratch.read("proxy.log")
        #expect(log.contains("CONNECT localhost:"))
        #expect(log.contains("GET http://127.0.0.1:"))
    }

    @Test func `missing and wrong credentials are told apart, and the password is in no message`() throws {
        let proxy = try startProxy()
        for (server, origin) in try servers() {
            let url = try HTTPURL(parsing: origin + "/health")
            let none = failure { _ = try client(proxy, user: nil).get(url) }
            #expect(none?.kind == .proxyAuthentication(credentialsSent: false))
            let wrong = failure { _ = try client(proxy, password: "wr0ng-password").get(url) }
            #expect(wrong?.kind == .proxyAuthentication(credentialsSent: true))
            let text = wrong?.failure.rendered ?? ""
            #expect(text.contains("Check the proxy user and the proxy password."))
            #expect(!text.contains("wr0ng-password"))
            #expect(!"\(String(describing: wrong))".contains("wr0ng-password"))
            withExtendedLifetime(server) {}
        }
    }

    @Test func `a proxy that doesn't allow the port is named`() throws {
        let proxy = try startProxy(["--connect-port", "1"])
        let (server, origin) = try servers()[1]
        let refused = failure { _ = try client(proxy).get(HTTPURL(parsing: origin + "/health")) }
        #expect(refused?.kind == .proxyRefused(status: 403))
        #expect(refused?.failure.message == "cannot reach \(origin) through the proxy 127.0.0.1:\(proxy.port)")
        withExtendedLifetime(server) {}
    }

    @Test func `a proxy that isn't there is what the failure names`() throws {
        let port = try Helper("management_server.py", []).port
        var options = HTTPClient.Options(userAgent: "tests/1")
        options.proxy = try Proxy(host: "127.0.0.1", port: String(port))
        let gone = failure { _ = try HTTPClient(options).get(HTTPURL(parsing: "http://server.invalid/")) }
        #expect(gone?.kind == .refused)
        #expect(gone?.failure.cause?.hasPrefix("the proxy 127.0.0.1:\(port) refused") == true)
    }

    @Test func `the server's certificate is checked through the proxy too`() throws {
        let proxy = try startProxy()
        let server = try Helper(
            "management_server.py",
            ["--cert", Certificates.path("wrong.pem"), "--key", Certificates.path("wrong.key")])
        let url = try HTTPURL(parsing: "https://localhost:\(server.port)/health")
        #expect(
            failure { _ = try client(proxy).get(url) }?.kind == .certificateWrongName(holds: ["elsewhere.test.invalid"])
        )
    }
}
