public import Digests

/// What a `Release` file says of one codename of an archive; Debian's wiki, DebianRepository/Format.
public struct ReleaseFile: Sendable, Equatable {
    /// An index that it vouches for.
    public struct File: Sendable, Equatable {
        /// Its path below the directory that has the `Release` file, such as `main/binary-amd64/Packages.xz`.
        public var path: String
        /// Its size in bytes.
        public var size: UInt64
        /// Its digests by algorithm; ours are by SHA-256 alone.
        public var digests: [MessageDigest.Algorithm: [UInt8]]

        /// Describes a file.
        public init(path: String, size: UInt64, digests: [MessageDigest.Algorithm: [UInt8]]) {
            self.path = path
            self.size = size
            self.digests = digests
        }

        /// Describes a file by its SHA-256.
        public init(path: String, size: UInt64, sha256: SHA256Digest) {
            self.init(path: path, size: size, digests: [.sha256: sha256.bytes])
        }

        /// Its SHA-256, where the `Release` file has one.
        public var sha256: SHA256Digest? { digests[.sha256].flatMap { SHA256Digest($0) } }

        /// Where it is found by a digest, for instance `main/binary-amd64/by-hash/SHA256/…`.
        ///
        /// - Parameter algorithm: One of those that it has a digest by.
        /// - Returns: nil for any other.
        public func byHashPath(_ algorithm: MessageDigest.Algorithm) -> String? {
            guard let digest = digests[algorithm] else { return nil }
            let directory = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path[...$0] } ?? ""
            return "\(directory)by-hash/\(ReleaseFile.name(of: algorithm))/\(Hexadecimal.text(digest))"
        }

        /// The strongest digest, by which apt asks for a file: SHA-512, SHA-256, SHA-1, MD5.
        public var strongest: MessageDigest.Algorithm? { ReleaseFile.strongestFirst.first { digests[$0] != nil } }
    }

    /// A field that has no meaning here.
    public struct Field: Sendable, Equatable {
        /// Its name.
        public var name: String
        /// Its value; further lines are joined by newlines, without the blank before them.
        public var value: String

        /// Makes a field.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Who makes the archive.
    ///
    /// Clients that have seen another one refuse to update until somebody agrees, so it never changes; the same is true of
    /// label and codename.
    public var origin: String?
    /// What the archive is, for pins.
    public var label: String?
    /// The name by state, such as `stable`.
    public var suite: String?
    /// The version of what the archive holds.
    public var version: String?
    /// The name by release, such as `bookworm`.
    public var codename: String?
    /// When it was made, in seconds since 1970.
    ///
    /// apt refuses one that is more than 10 seconds ahead of its clock.
    public var date: Int64?
    /// When apt stops to believe it, in seconds since 1970; nil for never.
    public var validUntil: Int64?
    /// apt installs nothing from here that wasn't asked for: priority 1.
    public var notAutomatic = false
    /// With `notAutomatic`: but upgrades what came from here, priority 100.
    public var butAutomaticUpgrades = false
    /// Indexes are there by their digests, too: `main/binary-amd64/by-hash/SHA256/…`.
    public var acquireByHash = false
    /// The architectures with indexes, in their order.
    public var architectures: [String] = []
    /// The components, in their order.
    public var components: [String] = []
    /// A line for people.
    public var description: String?
    /// The keys, by fingerprints with commas between them, of which one has to sign later `Release` files.
    ///
    /// nil for any that the client trusts; what the client's own sources say counts more.
    public var signedBy: String?
    /// Further fields, in their order.
    public var others: [Field] = []
    /// The indexes, by the bytes of their paths.
    public var files: [File] = []

    /// A `Release` file without fields.
    public init() {}

    /// The algorithms in apt's order; `SupportedHashesInfo` of apt-pkg/contrib/hashes.cc.
    static let strongestFirst: [MessageDigest.Algorithm] = [.sha512, .sha256, .sha1, .md5]

    /// The name that an algorithm has as a field, and as a directory below `by-hash`.
    ///
    /// - Parameter algorithm: The algorithm.
    public static func name(of algorithm: MessageDigest.Algorithm) -> String {
        switch algorithm {
        case .md5: "MD5Sum"
        case .sha1: "SHA1"
        case .sha256: "SHA256"
        case .sha512: "SHA512"
        }
    }

    /// An index by its path.
    ///
    /// - Parameter path: The path below the directory of the `Release` file.
    public func file(_ path: String) -> File? { files.first { $0.path.utf8.elementsEqual(path.utf8) } }
}
