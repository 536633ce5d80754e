public import DefinitionFiles

/// A dist site as its owner describes it in `dist.yaml`: decoded, validated, every default filled in.
///
/// Only the text was looked at: whether key files exist and hold the keys with those fingerprints is found out by who
/// reads them. No secret is in it.
public struct SiteDefinition: Sendable, Equatable {
    /// The definition's file name, for messages.
    public var file: String
    /// The address below which clients find the site, without a slash at its end.
    public var url: String
    /// The site's directory, relative to the definition's.
    public var directory: Located<String>
    /// The name for people.
    public var title: String
    /// `Origin` of every Release.
    public var origin: String
    /// `Label` of the first channel's Releases.
    public var label: String
    /// The path below `url` of keys, `.repo` files and installers: words with slashes between them.
    public var prefix: String
    /// What the landing page says of its own.
    public var landingPage: PageSettings
    /// What is published; at least one.
    public var products: [SiteProduct]
    /// The APT repositories.
    public var apt: APTSettings?
    /// The YUM repositories; one of the two is there.
    public var yum: YUMSettings?
    /// The keys.
    public var keys: SiteKeys
    /// The channels, the one at the site's root first; at least one.
    public var channels: [Channel]
    /// How long old indexes stay.
    public var indexRetention: IndexRetention
    /// The systems that must accept what is published.
    public var targets: [TargetSystem]
    /// How two publishers keep out of each other's way.
    public var lock: LockTiming
    /// What the packages for clients are called; nil makes none.
    public var clientPackages: ClientPackageSettings?
    /// What is allowed and yet looks like a mistake.
    public var warnings: [Problem] = []

    /// The channel at the site's root.
    public var firstChannel: Channel { channels[0] }

    /// The channel with a name.
    public func channel(named name: String) -> Channel? { channels.first { $0.name == name } }

    /// The product with a name.
    public func product(named name: String) -> SiteProduct? { products.first { $0.name == name } }

    /// Whether a native package is one of a product's, or one of those that bring keys and repositories to clients.
    public func hasPackage(named name: String) -> Bool {
        product(ofPackage: name) != nil || clientPackages?.keyringPackage == name
            || clientPackages?.releasePackages.values.contains(name) == true
    }

    /// The product that a native package belongs to.
    public func product(ofPackage name: String) -> SiteProduct? { products.first { $0.packages.contains(name) } }
}

/// What the landing page says beside what is published.
public struct PageSettings: Sendable, Equatable {
    /// Its heading.
    public var title: String
    /// Paragraphs at its top, each without line ends.
    public var introduction: [String]
    /// Where help is.
    public var support: String?
    /// A Mustache file to use instead of the built-in page, relative to the definition's directory.
    public var template: Located<String>?
}

/// A product of the site.
public struct SiteProduct: Sendable, Equatable {
    /// The machine name.
    public var name: String
    /// The name for people.
    public var title: String
    /// One line on what it does.
    public var description: String?
    /// Where its documentation is.
    public var documentation: String?
    /// The names of its native packages; at least one.
    public var packages: [String]
    /// The one of them that people install.
    public var installedPackage: String
    /// Whether a self-extracting installer is published.
    public var hasInstaller: Bool
    /// The directory with settings and logs, which stays when it is uninstalled.
    public var stateDirectory: String?
    /// A command line that follows the installation of a native package.
    public var configureCommand: String?
    /// A command line that starts the service after that.
    public var startCommand: String?
    /// A command line that removes what a self-extracting installer installed.
    public var uninstallCommand: String?
}

/// A line of releases.
public struct Channel: Sendable, Equatable {
    /// The name, a part of URLs.
    public var name: String
    /// `Label` of its Releases.
    public var label: String
    /// What `prune` leaves; nil leaves everything.
    public var retention: Retention?
}

/// What `prune` leaves of old versions: a version stays while one of the two keeps it.
public struct Retention: Sendable, Equatable {
    /// How many newest versions of a package stay.
    public var versions: Int?
    /// For how many days after its publication a version stays; one of the two is there.
    public var days: Int?
}

/// How long old indexes stay: one stays while one of the two keeps it.
public struct IndexRetention: Sendable, Equatable {
    /// How many publishes back.
    public var generations: Int
    /// For how many hours after it was replaced.
    public var hours: Int
}

/// A kind of system, with its lowest version.
public struct TargetSystem: Sendable, Equatable {
    /// `ID` of os-release, or `el` for Red Hat Enterprise Linux and what is built from it.
    public var id: String
    /// The lowest `VERSION_ID`; every version when nil.
    public var minimumVersion: String?

    /// Makes a target.
    public init(id: String, minimumVersion: String? = nil) {
        self.id = id
        self.minimumVersion = minimumVersion
    }
}

/// How two publishers keep out of each other's way.
public struct LockTiming: Sendable, Equatable {
    /// Seconds without a sign of life after which a publisher counts as dead.
    public var leaseSeconds: Int
    /// Seconds that a publisher waits for another one.
    public var waitSeconds: Int
}
