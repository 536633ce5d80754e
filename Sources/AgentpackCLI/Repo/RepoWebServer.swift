import ArgumentParser
import LandingPage
import SiteDefinition

/// `agentpack repo web-server`: the configuration of a web server for a site.
struct RepoWebServer: ParsableCommand {
    /// A web server.
    enum Server: String, ExpressibleByArgument, CaseIterable {
        case nginx, caddy
    }

    static let configuration = CommandConfiguration(
        commandName: "web-server", abstract: "Print configuration of a web server for the site.",
        discussion: """
            What caches may keep for ever and what they must ask for again, and types of files. For nginx it is included \
            in a server block, for Caddy imported into a site's block; the root is the site's directory public.
            """)

    @Argument(help: "The web server: nginx or caddy.")
    var server: Server

    @OptionGroup var site: SiteOptions

    func run() throws {
        let files = WebServerFiles(prefix: try site.load().prefix)
        let text = server == .nginx ? try files.nginx() : try files.caddy()
        Console.standard.print(text.hasSuffix("\n") ? String(text.dropLast()) : text)
    }
}
