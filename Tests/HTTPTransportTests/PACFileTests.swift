import Diagnostics
import Testing

@testable import HTTPTransport

struct PACFileTests {
    private let options = HTTPClient.Options(userAgent: "tests/1")

    private func file(_ script: String) throws -> PACFile {
        let scratch = try Scratch()
        return try PACFile.fetch(from: "file://\(scratch.write(script, to: "proxy.pac"))", options: options)
    }

    @Test func `a file URL may name this machine`() throws {
        let scratch = try Scratch()
        let path = try scratch.write("\u{FEFF}var FindProxyForURL = (u, h) => 'DIRECT'", to: "proxy.pac")
        for location in ["file://\(path)", "FILE://localhost\(path)"] {
            let file = try PACFile.fetch(from: location, options: options)
            #expect(file.location == location)
            #expect(try file.routes(to: HTTPURL(parsing: "http://a/")).map(\.proxy) == [nil])
        }
    }

    @Test(arguments: [
        ("<html>FindProxyForURL</html>", "it is a web page"), ("/* function FindProxyForURL", nil), ("}{", nil),
    ])
    func `other files are refused`(text: String, cause: String?) throws {
        let failure = #expect(throws: Failure.self) { try file(text) }
        #expect(failure?.cause == cause)
    }

    @Test func `a script sees the URL as browsers show it, and this machine's names`() throws {
        let file = try file(
            "function FindProxyForURL(url, host) { return isResolvable('localhost') && timeRange(0, 23) ? 'PROXY ' + host + ';PROXY '"
                + " + (url + '|').replace(/[:\\/?=]/g, '-') : 'DIRECT' }")
        #expect(
            try file.routes(to: HTTPURL(parsing: "https://Host.EXAMPLE:8443/path?q=1")).first?.proxy?.host
                == .name("host.example"))
        let seen = try #require(
            throws: Failure.self,
            performing: {
                _ = try self.file("function FindProxyForURL(url) { return url }").routes(
                    to: HTTPURL(parsing: "https://Host.EXAMPLE:8443/path?q=1"))
            })
        #expect(seen.cause?.hasSuffix("found ‘https://host.example:8443/’") == true)
        let plain = try #require(
            throws: Failure.self,
            performing: {
                _ = try self.file("function FindProxyForURL(url) { return url }").routes(
                    to: HTTPURL(parsing: "http://Host.EXAMPLE/path?q=1"))
            })
        #expect(plain.cause?.hasSuffix("found ‘http://host.example/path?q=1’") == true)
    }

    @Test func `ways that can't be used are passed over with a word`() throws {
        let mixed = try file("function FindProxyForURL() { return 'SOCKS s; PROXY a:1; PROXY -b:2; DIRECT' }")
            .routes(to: HTTPURL(parsing: "http://x/"))
        #expect(mixed.map(\.proxy?.description) == ["a:1", nil])
        #expect(mixed[0].passedOver == ["SOCKS s:1080 can't be used: only HTTP proxies (PROXY) are supported"])
        #expect(mixed[1].passedOver.count == 2)
        let none = try #require(
            throws: Failure.self,
            performing: {
                _ = try file("function FindProxyForURL() { return 'SOCKS s; HTTPS t' }").routes(
                    to: HTTPURL(parsing: "http://x/"))
            })
        #expect(none.message.hasSuffix("names no way to http://x:80 that can be used"))
    }

    @Test(.enabled(if: Tools.haveServer, "needs python3"))
    func `a request goes the first way that works`() throws {
        let server = try Helper("management_server.py", [])
        var options = options
        options.pac = try file(
            "function FindProxyForURL() { return 'PROXY no-such-proxy.invalid:1; PROXY 127.0.0.1:1; DIRECT' }")
        let response = try HTTPClient(options).get(HTTPURL(parsing: "http://127.0.0.1:\(server.port)/health"))
        #expect(response.text == "ok\n")
        #expect(response.route?.proxy == nil)
        #expect(response.route?.passedOver.count == 2)
        #expect(response.route?.passedOver.last?.hasPrefix("PROXY 127.0.0.1:1 did not work: ") == true)

        options.pac = try file("function FindProxyForURL() { return 'PROXY 127.0.0.1:1' }")
        let failure = #expect(throws: HTTPFailure.self) { try HTTPClient(options).get(HTTPURL(parsing: "http://a/")) }
        #expect(failure?.kind == .refused)
        #expect(failure?.failure.hints.last?.hasPrefix("The way was through the proxy 127.0.0.1:1, as file://") == true)
        options.pac = try file("function FindProxyForURL() { return nothing }")
        let broken = #expect(throws: HTTPFailure.self) { try HTTPClient(options).get(HTTPURL(parsing: "http://a/")) }
        #expect(broken?.failure.message == "can't tell the way to http://a:80")
        #expect(broken?.failure.cause?.hasSuffix("‘nothing’ is not defined") == true)
    }

    @Test(arguments: ["file://host/x.pac", "ftp://host/x.pac", "/x.pac", "file:///no/such.pac"])
    func `locations that can't be read are refused`(location: String) {
        #expect(throws: Failure.self) { try PACFile.fetch(from: location, options: options) }
    }

    @Test(.enabled(if: Tools.haveServer, "needs python3"))
    func `a file is fetched over HTTP, never through the proxy it is for`() throws {
        let server = try Helper("management_server.py", [])
        var options = options
        options.proxy = try Proxy(host: "127.0.0.1", port: "1")
        let origin = "http://127.0.0.1:\(server.port)"
        #expect(try PACFile.fetch(from: origin + "/proxy.pac", options: options).location == origin + "/proxy.pac")
        let page = #expect(throws: Failure.self) { try PACFile.fetch(from: origin + "/page.html", options: options) }
        #expect(page?.cause == "it is a web page")
        let missing = #expect(throws: Failure.self) { try PACFile.fetch(from: origin + "/none.pac", options: options) }
        #expect(missing?.cause?.contains("status 404") == true)
    }
}
