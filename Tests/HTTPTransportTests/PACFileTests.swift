import Diagnostics
import Testing

@testable import HTTPTransport

struct PACFileTests {
    private let options = HTTPClient.Options(userAgent: "tests/1")

    @Test(arguments: [
        "function FindProxyForURL(url, host) { return \"DIRECT\"; }",
        "// first\n/* then */ function /* name */ FindProxyForURL (u, h) {}",
        "var FindProxyForURL = (u, h) => 'DIRECT'",
    ])
    func `a file that defines the function is taken`(text: String) throws {
        let scratch = try Scratch()
        let path = try scratch.write(text, to: "proxy.pac")
        #expect(try PACFile.fetch(from: "file://\(path)", options: options).text == text)
        #expect(try PACFile.fetch(from: "FILE://localhost\(path)", options: options).text == text)
    }

    @Test(arguments: [
        "", "<html>FindProxyForURL</html>", "// function FindProxyForURL(u, h) {}", "/* function FindProxyForURL",
        "function FindProxyForURLs(u, h) {}", "FindProxyForURL(u, h)",
    ])
    func `other files are refused`(text: String) throws {
        let scratch = try Scratch()
        let path = try scratch.write(text, to: "proxy.pac")
        #expect(throws: Failure.self) { try PACFile.fetch(from: "file://\(path)", options: options) }
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
