extension SitePage {
    /// The APT repositories: `apt-CODENAME` in the page's directory, which hold `dists/CODENAME`.
    public struct APT: Sendable {
        /// A release of Debian or Ubuntu.
        public struct Release: Sendable {
            /// Its code name.
            public var codename: String
            /// What people call it, such as `Debian 12`.
            public var system: String?

            /// Takes code name and system.
            public init(codename: String, system: String? = nil) {
                self.codename = codename
                self.system = system
            }
        }

        /// The releases, newest first.
        public var releases: [Release]
        /// Debian's names of the architectures.
        public var architectures: [String]
        /// The component that commands name.
        public var component: String
        /// The keys by which indexes are or will be signed, the one in use first.
        public var keys: [SigningKey]
        /// The file with those of them that aren't retired, armored.
        public var keyPath: String
        /// Where administrators put them, an absolute path that ends in `.gpg`.
        public var keyring: String
        /// The name of their file below `/etc/apt/sources.list.d`, without its ending.
        public var listName: String

        /// Takes everything.
        public init(
            releases: [Release], architectures: [String], component: String = "main", keys: [SigningKey],
            keyPath: String,
            keyring: String, listName: String
        ) {
            self.releases = releases
            self.architectures = architectures
            self.component = component
            self.keys = keys
            self.keyPath = keyPath
            self.keyring = keyring
            self.listName = listName
        }
    }

    /// The YUM repository, a directory for each base architecture.
    public struct YUM: Sendable {
        /// The directory that holds the architectures', such as `yum` or `channels/beta/yum`.
        public var path: String
        /// rpm's names of the base architectures.
        public var architectures: [String]
        /// The keys by which packages and metadata are signed, the one in use first.
        public var keys: [SigningKey]

        /// Takes everything.
        public init(path: String = "yum", architectures: [String], keys: [SigningKey]) {
            self.path = path
            self.architectures = architectures
            self.keys = keys
        }
    }

    /// What a key is for.
    public enum Standing: Sendable {
        /// It signs.
        case inUse
        /// It is published ahead of its use.
        case successor
        /// It signed once.
        case retired
    }

    /// A public OpenPGP key.
    public struct SigningKey: Sendable {
        /// The primary key's fingerprint, 40 or 64 hexadecimal digits.
        public var fingerprint: String
        /// Its first user ID.
        public var owner: String
        /// The file it is in.
        public var path: String
        /// The algorithm, such as `RSA 4096`.
        public var algorithm: String?
        /// When it was made, in seconds since 1970.
        public var created: Int64?
        /// When it expires, in seconds since 1970; nil for never.
        public var expires: Int64?
        /// What it is for.
        public var standing: Standing

        /// Takes everything.
        public init(
            fingerprint: String, owner: String, path: String, algorithm: String? = nil, created: Int64? = nil,
            expires: Int64? = nil, standing: Standing = .inUse
        ) {
            self.fingerprint = fingerprint
            self.owner = owner
            self.path = path
            self.algorithm = algorithm
            self.created = created
            self.expires = expires
            self.standing = standing
        }
    }
}
