/// Which packages an operation is about.
public struct PackageQuery: Sendable {
    /// The name of the package or product; nil for all.
    public var name: String?
    /// The version, with or without what follows its last hyphen; nil for all.
    public var version: String?

    /// Asks for a name and a version.
    public init(name: String? = nil, version: String? = nil) {
        self.name = name
        self.version = version
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
}
