public import Digests

extension SitePage {
    /// Software that is published.
    public struct Product: Sendable {
        /// Its name, which is also that of its section.
        public var name: String
        /// Its name for people.
        public var title: String
        /// What it does, one or two sentences.
        public var summary: String?
        /// The URL of its documentation.
        public var documentation: String?
        /// The package that commands install.
        public var package: String
        /// Packages that come with it and are removed by themselves.
        public var extraPackages: [String] = []
        /// The command line that configures it after a package was installed.
        public var configure: String?
        /// The command line that starts it then.
        ///
        /// One of the form `sudo service NAME start` is said in systemd's words for systems that have no `service`.
        public var start: String?
        /// Where its settings and logs are, an absolute path.
        public var stateDirectory: String?
        /// The `.repo` file; nil when it has no RPM packages.
        public var repoFile: RepoFile?
        /// The self-extracting installer, if there is one.
        public var installer: Installer?
        /// Whether DEB packages are published.
        public var isInAPT = true
        /// The archive for machines without a network.
        public var offline: Offline?
        /// What is published of it, newest first.
        public var versions: [Version]

        /// Takes what every product has.
        public init(name: String, title: String, package: String, versions: [Version]) {
            self.name = name
            self.title = title
            self.package = package
            self.versions = versions
        }
    }

    /// A product's `.repo` file.
    public struct RepoFile: Sendable {
        /// Where it is published; its last component is the name it gets below `/etc/yum.repos.d`.
        public var path: String
        /// The repository's ID: the name of the file's section.
        public var id: String

        /// Takes path and ID.
        public init(path: String, id: String) {
            self.path = path
            self.id = id
        }
    }

    /// A product's newest self-extracting installer.
    public struct Installer: Sendable {
        /// Where it is published.
        ///
        /// Guides name the newest version's signed `.bin` instead, where there is one: its checksum and signature are
        /// beside it, under its own name.
        public var path: String
        /// The keys that sign it, the one in use first.
        public var keys: [SigningKey]
        /// The command line that removes what it installed; one that ends in the uninstaller's name, without options.
        public var uninstall: String?
        /// Whether what it installs updates itself.
        public var updatesItself: Bool

        /// Takes everything.
        public init(path: String, keys: [SigningKey], uninstall: String?, updatesItself: Bool = false) {
            self.path = path
            self.keys = keys
            self.uninstall = uninstall
            self.updatesItself = updatesItself
        }
    }

    /// The archive that `agentpack repo export` makes: the site's directories, less what wasn't asked for.
    public struct Offline: Sendable {
        /// Its file name.
        public var name: String
        /// Where it is published; nil when it is handed over otherwise.
        public var path: String?

        /// Takes name and path.
        public init(name: String, path: String? = nil) {
            self.name = name
            self.path = path
        }
    }

    /// A version of a product.
    public struct Version: Sendable {
        /// The version.
        public var number: String
        /// When it was published first, in seconds since 1970.
        public var published: Int64?
        /// What is new in it; the target is a URL.
        public var notes: Link?
        /// Its files, in the order in which they are shown.
        public var files: [File]

        /// Takes everything.
        public init(number: String, published: Int64? = nil, notes: Link? = nil, files: [File]) {
            self.number = number
            self.published = published
            self.notes = notes
            self.files = files
        }
    }

    /// A file that can be downloaded.
    public struct File: Sendable {
        /// What kind of file it is, in words, such as `DEB package`.
        public var kind: String
        /// Where it is published.
        public var path: String
        /// Its architecture, as its format names it.
        public var architecture: String
        /// Its size in bytes.
        public var size: UInt64
        /// The digest of its bytes.
        public var sha256: SHA256Digest
        /// Where its detached signature is published.
        public var signaturePath: String?

        /// Takes everything.
        public init(
            kind: String, path: String, architecture: String, size: UInt64, sha256: SHA256Digest,
            signaturePath: String? = nil
        ) {
            self.kind = kind
            self.path = path
            self.architecture = architecture
            self.size = size
            self.sha256 = sha256
            self.signaturePath = signaturePath
        }
    }
}
