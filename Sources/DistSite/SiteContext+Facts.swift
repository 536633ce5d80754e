import APTRepository
import ClientFiles
import ClientMatrix
import Diagnostics
import LinuxIO
import OpenPGP
import SiteDefinition
import YUMRepository

/// What of a site's metadata decides who reads it: its files, its definition, and what clients have seen before.
extension SiteContext {
    /// The facts of a suite.
    ///
    /// - Parameters:
    ///   - suite: The suite.
    ///   - previous: The Release that clients have seen.
    ///   - open: Gives a file by its path below the site's URL; nil when it isn't there.
    /// - Returns: Nil where the suite isn't there.
    func facts(
        _ suite: SuiteID, previous: ReleaseFile? = nil, open: (String) throws(Failure) -> ByteSource?
    ) throws(Failure) -> APTMetadataFacts? {
        guard
            var facts = try APTMetadataFacts(
                of: definition.suitePath(suite), keys: try certificates(keys.apt), now: time, open: open)
        else { return nil }
        facts.needsHTTPS = definition.url.hasPrefix("https:")
        // What the page tells: Ubuntu 14.04 gets a line alone, everybody else one with signed-by, or a .sources file.
        facts.sourceForms = [.line, .signedBy, .deb822]
        facts.previous = previous.map { APTMetadataFacts.Identity($0) }
        facts.previousDate = previous?.date
        return facts
    }

    /// The facts of a YUM repository; as of a suite.
    func facts(
        _ repository: RepositoryID, previous: Repomd? = nil, open: (String) throws(Failure) -> ByteSource?
    ) throws(Failure) -> YUMMetadataFacts? {
        let published = try certificates(keys.rpm)
        guard
            var facts = try YUMMetadataFacts(
                of: definition.repositoryPath(repository), keys: published, now: time, open: open)
        else { return nil }
        facts.keyCount = published.count
        let signer = facts.signatures.first?.fingerprint
        facts.signingKey = published.firstIndex { $0.primary.fingerprint == signer } ?? 0
        facts.previousTimestamp = previous?.newestTimestamp
        return facts
    }

    /// The keys that clients are given.
    private func certificates(_ role: SitePublicKeys.Role?) throws(Failure) -> [Certificate] {
        var certificates: [Certificate] = []
        for key in role?.keys.published ?? [] {
            certificates += try Certificate.read(key.packets, name: key.key.fingerprint)
        }
        return certificates
    }
}
