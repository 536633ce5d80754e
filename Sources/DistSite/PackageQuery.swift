import LinuxIO
import SiteDefinition

/// Which packages an operation is about.
public struct PackageQuery: Sendable {
    /// The names of packages and products, sorted; nil for all.
    public private(set) var names: [String]?
    /// The version, with or without what follows its last hyphen; nil for all.
    public var version: String?

    /// Asks for a name and a version.
    public init(name: String? = nil, version: String? = nil) {
        names = name.map { [$0] }
        self.version = version
    }

    /// The same question, with the packages of each product that it names and that is no package itself.
    func withProducts(of definition: SiteDefinition) -> PackageQuery {
        adding { name in definition.product(named: name).flatMap { $0.packages.contains(name) ? nil : $0 } }
    }

    /// The same question, with the packages of each product that it names: an agent without its runtime can't be installed.
    func withWholeProducts(of definition: SiteDefinition) -> PackageQuery {
        adding { name in definition.product(named: name) }
    }

    private func adding(_ product: (String) -> SiteProduct?) -> PackageQuery {
        var query = self
        query.names = names.map { names in Set(names + names.flatMap { product($0)?.packages ?? [] }).sorted() }
        return query
    }

    /// Whether a package or product is meant.
    func includes(name: String) -> Bool { names?.contains(name) ?? true }

    /// What was asked for, for messages.
    var words: String {
        [names?.joined(separator: ", ") ?? "anything", version].compactMap { $0 }.joined(separator: " ")
    }

    /// Whether a version is meant.
    func includes(version other: String) -> Bool {
        guard let version else { return true }
        return other == version || other.utf8.starts(with: (version + "-").utf8)
    }
}

/// One package in one place of a site.
public struct PublishedItem: Sendable {
    /// `deb`, `rpm` or `bin`.
    public var format: String
    /// The package or product.
    public var name: String
    /// The version.
    public var version: String
    /// The architecture in the format's terms; empty for installers.
    public var architecture: String
    /// The channel.
    public var channel: String
    /// Codename or base architecture; empty for installers.
    public var place: String
    /// Where it is below the site's URL.
    public var path: String
    /// Its bytes.
    public var size: UInt64
    /// Its SHA-256 in hexadecimal digits.
    public var sha256: String

    /// Where it is in the store.
    var storePath: String {
        switch format {
        case "deb": "deb/" + (path.firstRange(of: "/pool/").map { String(path[$0.upperBound...]) } ?? "")
        case "rpm": "rpm/" + PathText.lastComponent(path)
        default: "bin/\(name)/\(version)/\(PathText.lastComponent(path))"
        }
    }
}
