public import Diagnostics
public import SiteDefinition

/// What every operation on a site needs to know.
public struct SiteContext: Sendable {
    /// What the site is to be.
    public let definition: SiteDefinition
    /// What file names in the definition are relative to.
    public let directory: String
    /// Its public keys.
    public let keys: SitePublicKeys
    /// Now, in seconds since 1970.
    public let time: Int64
    /// The time that signatures are to have; nil for the clock's.
    public let signatureTime: Int64?
    /// How many threads compress.
    public let threads: Int

    /// Reads the public keys of a definition.
    ///
    /// - Parameters:
    ///   - definition: What the site is to be.
    ///   - directory: What file names in the definition are relative to.
    ///   - time: Now, in seconds since 1970.
    ///   - signatureTime: The time that signatures are to have; nil for the clock's.
    ///   - threads: How many threads compress.
    /// - Throws: `.usage` for key files that don't fit.
    public init(
        definition: SiteDefinition, directory: String, time: Int64, signatureTime: Int64?, threads: Int
    ) throws(Failure) {
        self.definition = definition
        self.directory = directory
        self.time = time
        self.signatureTime = signatureTime
        self.threads = threads
        keys = try SitePublicKeys(definition.keys, directory: directory)
    }
}

/// One APT archive's codename in one channel.
struct SuiteID: Hashable, Sendable, Comparable {
    var channel: String
    var codename: String

    static func < (left: SuiteID, right: SuiteID) -> Bool {
        (left.channel, left.codename) < (right.channel, right.codename)
    }
}

/// One YUM repository: a base architecture in one channel.
struct RepositoryID: Hashable, Sendable, Comparable {
    var channel: String
    var architecture: String

    static func < (left: RepositoryID, right: RepositoryID) -> Bool {
        (left.channel, left.architecture) < (right.channel, right.architecture)
    }
}

extension SiteDefinition {
    /// The channel with a name, or a failure that names those there are.
    public func requiredChannel(_ name: String) throws(Failure) -> Channel {
        if let channel = channel(named: name) { return channel }
        throw Failure(
            .usage, "the site has no channel \(name)", hints: Suggestion.hints(for: name, among: channels.map(\.name)))
    }

    /// `apt-CODENAME/dists/CODENAME` of a suite.
    func suitePath(_ suite: SuiteID) throws(Failure) -> String {
        aptPath(suite.codename, in: try requiredChannel(suite.channel)) + "/dists/\(suite.codename)"
    }

    /// `yum/BASEARCH` of a repository.
    func repositoryPath(_ repository: RepositoryID) throws(Failure) -> String {
        yumPath(in: try requiredChannel(repository.channel)) + "/\(repository.architecture)"
    }

    /// All suites, in the order of the definition.
    var suites: [SuiteID] {
        channels.flatMap { channel in
            (apt?.distributions ?? []).map { SuiteID(channel: channel.name, codename: $0.codename) }
        }
    }

    /// All YUM repositories, in the order of the definition.
    var repositories: [RepositoryID] {
        channels.flatMap { channel in
            (yum?.architectures ?? []).map { RepositoryID(channel: channel.name, architecture: $0) }
        }
    }
}

extension SiteContext {
    /// The channel with a name; the first without one.
    ///
    /// - Throws: `.usage` when there is none.
    public func channel(_ name: String?) throws(Failure) -> Channel {
        guard let name else { return definition.firstChannel }
        return try definition.requiredChannel(name)
    }
}
