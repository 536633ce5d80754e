import Diagnostics
import LandingPage
import Testing

@Suite struct WebServerTests {
    @Test func `Configuration names the site's directories`() throws {
        let files = WebServerFiles(prefix: "a.b/c+d")
        for text in [try files.nginx(), try files.caddy()] {
            #expect(text.contains("a\\.b/c\\+d/[^/]+/[^/]+/[^/]+\\.bin"))
        }
    }

    @Test(arguments: ["", "a b", "a;", "../etc", "\"", "a/", "/a", "a//b", "{a"])
    func `A path that would need quotes is refused`(path: String) {
        #expect(throws: Failure.self) { try WebServerFiles(prefix: path).nginx() }
        #expect(throws: Failure.self) { try WebServerFiles(prefix: "a", yumPath: path).caddy() }
    }
}
