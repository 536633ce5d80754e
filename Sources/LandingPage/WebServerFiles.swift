public import Diagnostics
internal import Templates

/// Configuration of web servers for a site: what may be kept by caches for ever, what must be asked for again, what type
/// each file is of.
///
/// Indexes under fixed names (`InRelease`, `repomd.xml`, the page itself) are `no-cache`: kept, and asked for again.
/// Packages, indexes named by their digest and versioned installers are `immutable`; RFC 8246.
public struct WebServerFiles: Sendable {
    /// The directory of keys, `.repo` files and installers below the site's top, such as `scm/linux`.
    public var prefix: String
    /// The directory of the YUM repository below the site's top.
    public var yumPath: String

    /// Takes everything.
    public init(prefix: String, yumPath: String = "yum") {
        self.prefix = prefix
        self.yumPath = yumPath
    }

    /// What nginx includes in a server block.
    ///
    /// - Returns: The text.
    /// - Throws: `usage` when a path has characters that need quotes.
    public func nginx() throws(Failure) -> String { try render("nginx.conf") }

    /// What Caddy imports into a site's block.
    ///
    /// - Returns: The text.
    /// - Throws: `usage` when a path has characters that need quotes.
    public func caddy() throws(Failure) -> String { try render("Caddyfile") }

    private func render(_ name: String) throws(Failure) -> String {
        for path in [prefix, yumPath] where !PlainText.isPath(path) {
            throw Failure(.usage, "a web server can't be told of \"\(path)\": expected a path of plain characters")
        }
        return try Template.render(
            name: name, as: .plain,
            values: [
                "immutable": .text(immutable), "installer_signatures": .text(installerSignatures),
            ])
    }

    // RE2 and PCRE read these alike.
    private static let top = "^/(channels/[^/]+/)?"
    private var installers: String { "\(Self.escaped(prefix))/[^/]+/[^/]+/[^/]+\\.bin" }
    private var installerSignatures: String { "\(Self.top)\(installers)\\.asc$" }

    private var immutable: String {
        let apt = "apt-[^/]+/(pool/.+|dists/.+/by-hash/.+)"
        let yum = "\(Self.escaped(yumPath))/[^/]+/(Packages/.+|repodata/[0-9a-f]{64}-.+|snapshots/.+)"
        return "\(Self.top)(\(apt)|\(yum)|\(installers)(\\.sha256|\\.asc)?)$"
    }

    /// A plain path in a regular expression.
    private static func escaped(_ path: String) -> String {
        path.map { ".+".contains($0) ? "\\\($0)" : String($0) }.joined()
    }
}
