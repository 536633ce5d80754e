import APTRepository
import Diagnostics
import IndexFiles
import LinuxIO
import YUMRepository

/// A package's records in the indexes of a YUM repository.
struct RepositoryRecords: Sendable {
    var primary: IndexRecord<PrimaryIndex>
    var filelists: IndexRecord<FilelistsIndex>
    var other: IndexRecord<OtherIndex>
}

/// What becomes of one YUM repository.
struct RepositoryChange: Sendable {
    var removed: Set<PackageKey> = []
    var added: [RepositoryRecords] = []
    var isEmpty: Bool { removed.isEmpty && added.isEmpty }
}

/// A self-extracting installer of a channel: one version of a product.
struct InstallerID: Hashable, Sendable {
    var channel: String
    var product: String
    var version: String
}

/// A file for the store.
struct StoreAddition {
    /// Where its bytes are.
    enum Content {
        /// In a file, opened when it is its turn: there may be more files than one process may have open.
        case file(String)
        case bytes([UInt8])

        func source() throws(Failure) -> ByteSource {
            switch self {
            case .file(let path): try SharedFile(path: path).source()
            case .bytes(let bytes): ByteSource(bytes, name: "a file for the store")
            }
        }
    }

    var path: String
    var content: Content
    var digest: FileDigest
}

/// What an operation changes on a site.
struct SiteChange {
    /// By suite and path of the index, such as `main/binary-amd64/Packages`.
    var suites: [SuiteID: [String: IndexChange<PackagesIndex>]] = [:]
    var repositories: [RepositoryID: RepositoryChange] = [:]
    /// The files of an installer in the store, by their names; none where it is removed.
    var installers: [InstallerID: [String: String]] = [:]
    var additions: [StoreAddition] = []
    /// What is told of it.
    var lines: [SiteChangeLine] = []
}

/// One package and what becomes of it, for people and scripts.
public struct SiteChangeLine: Sendable, Hashable {
    /// What becomes of it.
    public enum Action: String, Sendable {
        /// It comes.
        case add
        /// It goes.
        case remove
        /// It is there already, with the same bytes.
        case keep
    }

    /// What becomes of it.
    public var action: Action
    /// `deb`, `rpm` or `bin`.
    public var format: String
    /// The package or product.
    public var name: String
    /// The version.
    public var version: String
    /// The architecture in the format's terms.
    public var architecture: String
    /// The channel.
    public var channel: String
    /// Codenames, base architectures; empty for installers.
    public var places: [String]
}
