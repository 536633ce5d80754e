import APTRepository
import ClientFiles
public import Diagnostics
import LinuxIO
import OpenPGP
import SiteDefinition
import SiteStorage
import YUMRepository

/// How a site is, and what somebody has to do about it.
public struct SiteStatus: Sendable {
    /// One APT archive's codename, or one YUM repository.
    public struct Part: Sendable {
        /// Its path below the site's URL.
        public var path: String
        /// When it was signed, in seconds since 1970; nil before it was published.
        public var date: Int64?
        /// When clients stop to believe it, in seconds since 1970; nil for never.
        public var validUntil: Int64?
        /// Whether it has to be signed anew: half of its time is over.
        public var isDue: Bool
    }

    /// A key that clients have.
    public struct Key: Sendable {
        /// `apt` or `rpm`.
        public var role: String
        /// Its fingerprint.
        public var fingerprint: String
        /// When it expires, in seconds since 1970; nil for never.
        public var expiry: Int64?
    }

    /// The generation that is served; nil before the first.
    public var generation: Int?
    /// Whether a publisher is at work.
    public var isLocked: Bool
    /// The archives and repositories.
    public var parts: [Part] = []
    /// The keys.
    public var keys: [Key] = []
    /// What has to be done, a sentence each; empty for nothing.
    public var problems: [String] = []

    /// Seconds before its expiry at which a key is a problem: 30 days.
    static let keyNotice: Int64 = 30 * 86_400

    /// Looks at a site.
    ///
    /// - Parameters:
    ///   - path: The site's directory.
    ///   - context: What it is to be.
    /// - Throws: `.usage` where there is no site, `.integrity` for one that its keys don't vouch for.
    public init(_ path: String, context: SiteContext) throws(Failure) {
        let site = try SiteDirectory(path)
        generation = try site.current()
        isLocked = try SiteLock.isHeld(site)
        let state = try SiteState(path, context: context)
        for suite in context.definition.suites {
            let directory = try context.definition.suitePath(suite)
            let release = try state.release(suite)?.release
            var part = Part(
                path: directory, date: release?.date, validUntil: release?.validUntil, isDue: release == nil)
            if let start = release?.date, let end = release?.validUntil {
                part.isDue = context.time >= start + (end - start) / 2
            }
            if part.isDue {
                problems.append(
                    release == nil
                        ? "\(directory) isn't published yet: run agentpack repo publish"
                        : "\(directory) has to be signed anew: run agentpack repo refresh")
            }
            parts.append(part)
        }
        for repository in context.definition.repositories {
            let directory = try context.definition.repositoryPath(repository)
            let revision = try state.repomd(repository)?.repomd.revision.flatMap { Int64($0) }
            if revision == nil { problems.append("\(directory) isn't published yet: run agentpack repo publish") }
            parts.append(Part(path: directory, date: revision, validUntil: nil, isDue: revision == nil))
        }
        for (name, role) in [("apt", context.keys.apt), ("rpm", context.keys.rpm)] {
            for key in role?.keys.published ?? [] {
                let expiry = try Certificate.read(key.packets, name: key.key.fingerprint).first?.expiry.map {
                    Int64($0)
                }
                keys.append(Key(role: name, fingerprint: key.key.fingerprint, expiry: expiry))
                guard let expiry, expiry < context.time + Self.keyNotice else { continue }
                problems.append(
                    "the key \(key.key.fingerprint) of role \(name) \(expiry < context.time ? "has expired" : "expires soon"): "
                        + "let its successor take over, see Documentation/dist-site.md")
            }
        }
    }
}
