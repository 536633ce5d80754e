import Foundation
import LandingPage
import Testing

/// The end-to-end tests of the page and of web servers read what is written here.
@Suite struct SiteForEndToEnd {
    /// What AGENTPACK_LANDING_SITE names, else `.build/landing-site`.
    static let directory: URL = {
        let given = ProcessInfo.processInfo.environment["AGENTPACK_LANDING_SITE"]
        if let given { return URL(fileURLWithPath: given) }
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return package.appendingPathComponent(".build/landing-site")
    }()

    @Test func `A site's page and its web servers' configuration are written`() throws {
        let top = Self.directory.appendingPathComponent("public")
        try FileManager.default.createDirectory(at: top, withIntermediateDirectories: true)
        let servers = WebServerFiles(prefix: "scm/linux")
        for (name, text) in [
            ("public/index.html", try Example.page.html()), ("nginx.conf", try servers.nginx()),
            ("Caddyfile", try servers.caddy()),
        ] {
            let file = Self.directory.appendingPathComponent(name)
            try text.write(to: file, atomically: true, encoding: .utf8)
            #expect(FileManager.default.contents(atPath: file.path) == Data(text.utf8))
        }
    }
}
