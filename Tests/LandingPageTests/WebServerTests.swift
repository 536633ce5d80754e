import Diagnostics
import LandingPage
import Testing

@Suite struct WebServerTests {
    @Test func `Configuration names the site's directories`() throws {
        let files = WebServerFiles(root: "/srv/dist/public", prefix: "a.b/c+d")
        for text in [try files.nginx(), try files.caddy()] {
            #expect(text.contains("/srv/dist/public") && text.contains("a\\.b/c\\+d/[^/]+/[^/]+/[^/]+\\.bin"))
        }
    }

    @Test(arguments: ["", "/srv/a b", "/srv/a;", "/srv/../etc", "/srv/\"", "/srv/"])
    func `A root that would need quotes is refused`(root: String) {
        #expect(throws: Failure.self) { try WebServerFiles(root: root, prefix: "a").nginx() }
        #expect(throws: Failure.self) { try WebServerFiles(root: "/srv", prefix: root).caddy() }
    }
}
