public import DefinitionFiles

/// The APT repositories of a site.
public struct APTSettings: Sendable, Equatable {
    /// The distributions; at least one.
    public var distributions: [Distribution]
    /// The components; packages go to the first.
    public var components: [String]
    /// `Description` of every Release.
    public var description: String
    /// The name below the prefix of the file with the public keys.
    public var keyFile: String
    /// Where clients keep the keys: an absolute path.
    public var keyring: String
    /// The name below `/etc/apt/sources.list.d`, without its ending.
    public var listName: String
    /// Whether Contents files are made.
    public var hasContents: Bool
    /// When Releases expire; nil never.
    public var validity: ReleaseValidity?

    /// One distribution: an `apt-<codename>` of each channel.
    public struct Distribution: Sendable, Equatable {
        /// The codename.
        public var codename: String
        /// Debian's names of the architectures, without `all`; at least one.
        public var architectures: [String]
    }

    /// The distribution with a codename.
    public func distribution(named codename: String) -> Distribution? {
        distributions.first { $0.codename == codename }
    }
}

/// When Releases expire, and when they are signed anew.
public struct ReleaseValidity: Sendable, Equatable {
    /// Seconds from Date to Valid-Until.
    public var seconds: Int
    /// Seconds between two refreshes, at most half of `seconds`.
    public var refreshSeconds: Int
}

/// The YUM repositories of a site.
public struct YUMSettings: Sendable, Equatable {
    /// Base architectures; at least one.
    public var architectures: [String]
    /// The id in `.repo` files; each product's name when nil.
    public var id: String?
    /// The name in `.repo` files; each product's title when nil.
    public var title: String?
    /// Whether mirror lists and snapshots are made.
    public var hasMirrorList: Bool
}

/// The OpenPGP keys of a site.
public struct SiteKeys: Sendable, Equatable {
    /// What signs Releases; there with `apt`.
    public var apt: RoleKeys?
    /// What signs RPM packages and repomd.xml; there with `yum`.
    public var rpm: RoleKeys?
}

/// Who signs while a key is replaced.
public enum SigningKeys: String, Sendable, Equatable, CaseIterable {
    /// The current key alone.
    case current
    /// Current and successor: two signatures in each InRelease.
    case both
    /// The successor alone.
    case successor
}

/// The keys of one role.
public struct RoleKeys: Sendable, Equatable {
    /// The key in use.
    public var current: SiteKey
    /// The key that will follow.
    public var successor: SiteKey?
    /// Keys that were current once.
    public var retired: [SiteKey]
    /// Who signs; never the successor without one.
    public var signedBy: SigningKeys

    /// Makes a role.
    public init(
        current: SiteKey, successor: SiteKey? = nil, retired: [SiteKey] = [], signedBy: SigningKeys = .current
    ) {
        self.current = current
        self.successor = successor
        self.retired = retired
        self.signedBy = signedBy
    }

    /// The keys that sign now, in the order of the signatures.
    public var signers: [SiteKey] {
        switch signedBy {
        case .current: [current]
        case .both: [current] + [successor].compactMap { $0 }
        case .successor: [successor ?? current]
        }
    }

    /// The keys that clients are given: current, then successor.
    public var published: [SiteKey] { [current] + [successor].compactMap { $0 } }

    /// The published keys, those that sign now first: some clients ask for one key after the other until one fits.
    public var signingFirst: [SiteKey] { signers + published.filter { !signers.contains($0) } }

    /// The keys whose signatures may be on the site: the published ones, then the retired.
    public var all: [SiteKey] { published + retired }
}

/// An OpenPGP key: which one, and where its public part is.
public struct SiteKey: Sendable, Equatable {
    /// The fingerprint of the primary key: 40 upper-case hexadecimal digits.
    public var fingerprint: String
    /// The armored public key, relative to the definition's directory.
    public var file: Located<String>

    /// Makes a key.
    public init(fingerprint: String, file: Located<String>) {
        self.fingerprint = fingerprint
        self.file = file
    }

    /// The file's name, which is its name on the site in role `rpm`.
    public var fileName: String { String(file.value.split(separator: "/").last ?? "") }

    /// The fingerprint as people compare it: ten groups of four digits.
    public var shownFingerprint: String {
        let digits = Array(fingerprint)
        return stride(from: 0, to: digits.count, by: 4).map { start in
            String(digits[start..<min(start + 4, digits.count)])
        }.joined(separator: " ")
    }
}

/// What the packages for clients are called.
public struct ClientPackageSettings: Sendable, Equatable {
    /// Their version.
    public var version: String
    /// Who answers for them, `Name <address>`.
    public var maintainer: String
    /// Who ships them.
    public var vendor: String
    /// The name of the DEB; nil without APT repositories.
    public var keyringPackage: String?
    /// The name of each product's RPM, by the product's name; empty without YUM repositories.
    public var releasePackages: [String: String]
}
