import Diagnostics
import Digests
import Foundation
import Testing

@testable import LandingPage

@Suite struct PageTests {
    /// The parts of a text between two marks.
    static func parts(of text: String, from start: String, to end: String) -> [String] {
        text.split(separator: start, omittingEmptySubsequences: false).dropFirst().compactMap { part in
            part.firstRange(of: end).map { String(part[..<$0.lowerBound]) }
        }
    }

    @Test func `The same page has the same bytes`() throws {
        #expect(try Array(Example.page.html().utf8) == Array(Example.page.html().utf8))
    }

    @Test func `The policy allows exactly the style and the script that are there`() throws {
        let html = try Example.page.html()
        let policy = try #require(Self.parts(of: html, from: "Content-Security-Policy\" content=\"", to: "\">").first)
            .replacing("&#39;", with: "'")
        for (tag, directive) in [("style", "style-src"), ("script", "script-src")] {
            let texts = Self.parts(of: html, from: "<\(tag)>", to: "</\(tag)>")
            #expect(texts.count == 1)
            let digest = Data(SHA256.digest(Array(try #require(texts.first).utf8)).bytes).base64EncodedString()
            #expect(policy.contains("\(directive) 'sha256-\(digest)';"))
        }
        #expect(policy.hasPrefix("default-src 'none'; "))
        #expect(!html.contains(" style=\"") && !html.contains(" onclick"))
    }

    @Test func `Nothing is loaded`() throws {
        let html = try Example.page.html()
        #expect(Self.parts(of: html, from: " src=\"", to: "\"").isEmpty)
        #expect(Self.parts(of: html, from: "<link ", to: ">").allSatisfy { $0.contains("href=\"data:") })
        let style = try #require(Self.parts(of: html, from: "<style>", to: "</style>").first)
        #expect(!style.contains("url(") && !style.contains("@import"))
    }

    @Test func `Every command, fingerprint, size and digest is shown`() throws {
        let page = Example.page
        let html = try page.html().replacing("&quot;", with: "\"").replacing("&#39;", with: "'").replacing(
            "&gt;", with: ">"
        )
        .replacing("&lt;", with: "<").replacing("&amp;", with: "&")
        for product in page.products {
            for commands in try page.guides(for: product).flatMap(\.commands) {
                #expect(html.contains("<code>\(commands)</code>"), "\(commands)")
            }
            for file in product.versions.flatMap(\.files) { #expect(html.contains(file.sha256.hex)) }
        }
        #expect(html.contains("FCB9 DC04 DE50 2CBA 0F39 BFAF BFB4 716B 93A8 397B"))
        #expect(html.contains("0541 9789 E34E BE6E E3D3 6096 5097 8649 30A7 D659"))
        #expect(html.contains(">27.4 MB<") && html.contains("title=\"27418624 bytes\""))
        #expect(html.contains("<time datetime=\"2026-11-22\">22 November 2026</time>"))
        // Versions as they come, all but the first folded.
        let numbers = Self.parts(of: html, from: "<span class=\"number\">", to: "<")
        #expect(numbers == ["2.2.1", "2.2.0~rc1"])
    }

    @Test func `IDs are unique, and links and labels lead to one`() throws {
        let html = try Example.page.html()
        let body = try #require(html.firstRange(of: "<body>")).upperBound
        let text = String(html[body...])
        let ids = Self.parts(of: text, from: " id=\"", to: "\"")
        #expect(Set(ids).count == ids.count)
        let named =
            Self.parts(of: text, from: " for=\"", to: "\"")
            + Self.parts(of: text, from: " aria-labelledby=\"", to: "\"")
            + Self.parts(of: text, from: " href=\"#", to: "\"")
        #expect(!named.isEmpty && Set(named).isSubset(of: ids))
    }

    @Test func `No text becomes markup`() throws {
        // An accent makes another Character of a quote, and the same byte.
        let hostile = "\"\u{301}><script>alert(1)</script> '\u{301} & </title> {{style}} \u{1}"
        var page = Example.page
        page.title = hostile
        page.introduction = [hostile, hostile]
        page.channel = hostile
        page.links[0].title = hostile
        page.products[0].title = hostile.replacing("\u{1}", with: "")
        page.products[0].summary = hostile
        page.products[0].versions[0].number = hostile
        page.products[0].versions[0].files[0].kind = hostile
        page.products[0].versions[0].files[1].path = hostile
        page.apt?.keys[0].owner = hostile
        page.apt?.releases[0].system = hostile
        let html = try page.html()
        let scalars = Array(html.unicodeScalars)
        #expect(
            !scalars.indices.contains { scalars[$0] == "\"" && $0 + 1 < scalars.count && scalars[$0 + 1] == "\u{301}" })
        #expect(Self.parts(of: html, from: "<script", to: ">").count == 1)
        #expect(!html.unicodeScalars.contains("\u{1}"))
        #expect(html.contains("{{style}}"))
    }

    @Test func `A channel's page leads to the site's files`() throws {
        var page = Example.page
        page.directory = "channels/beta"
        page.yum?.path = "channels/beta/yum"
        let html = try page.html()
        let own = Self.parts(of: html, from: " href=\"", to: "\"").filter {
            !$0.hasPrefix("http") && !$0.hasPrefix("#")
        }
        let paths = own.filter { !$0.hasPrefix("data:") }
        #expect(!paths.isEmpty && paths.allSatisfy { $0.hasPrefix("../../") })
        #expect(paths.contains("../../channels/beta/apt-trixie/dists/trixie/InRelease"))
        #expect(paths.contains("../../channels/beta/yum/x86_64/repodata/repomd.xml"))
        #expect(paths.contains("../../scm/linux/apt-sign.gpg"))
        #expect(html.contains("<code>channels/beta/apt-trixie</code>"))
    }

    @Test func `A template of the owner's takes the place of the page's`() throws {
        let page = Example.page
        let text = try page.html(template: "<h1>{{title}}</h1>{{#products}}<p>{{product_title}}\n{{/products}}")
        #expect(text == "<h1>Sectigo downloads</h1><p>Sectigo Network Agent\n<p>Sectigo CA Connector\n")
        for wrong in ["{{#title}}", "{{other}}"] {
            #expect(
                throws: Failure(
                    .usage,
                    "the template landing-page \(wrong == "{{other}}" ? "uses other, which has no value" : "can't be read")"
                )
            ) {
                try page.html(template: wrong)
            }
        }
    }

    @Test func `A page without anything is a page`() throws {
        let page = SitePage(title: "Empty", url: "http://localhost:8080/x", updated: 0, products: [])
        let html = try page.html()
        #expect(html.contains("1 January 1970") && !html.contains("Signing keys") && !html.contains("<h2"))
    }

    @Test(
        arguments: [
            (0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (27_418_624, "27.4 MB"), (1_999_999_999, "1.9 GB"),
        ] as [(UInt64, String)])
    func `Sizes have decimal units and aren't rounded up`(bytes: UInt64, text: String) {
        #expect(PageText.size(bytes) == text)
    }

    @Test func `Paths become references`() {
        #expect(PageText.reference("a/b_1.0+dfsg~rc1-1.deb") == "a/b_1.0%2Bdfsg~rc1-1.deb")
        #expect(PageText.reference("\"ü ") == "%22%C3%BC%20")
    }
}
