public import Diagnostics
import LinuxIO
public import SiteDefinition
import SiteStorage

extension SitePublisher {
    /// Takes packages out of a channel; their files stay until `prune`, for clients that know the older indexes.
    ///
    /// - Parameters:
    ///   - query: Which; the name of a product that is no package's is that of all of its packages.
    ///   - channel: From where.
    ///   - codenames: Debian packages of these codenames alone, and nothing else; nil for all.
    ///   - isDryRun: Whether nothing is written.
    /// - Throws: `.usage` when there are none; as `publish`.
    @discardableResult
    public func remove(
        _ query: PackageQuery, from channel: Channel, codenames: [String]?, isDryRun: Bool
    ) throws(Failure) -> SiteOutcome {
        try change(isDryRun: isDryRun) { state throws(Failure) in
            try state.removal(query.withProducts(of: context.definition), from: channel, codenames: codenames)
        }
    }

    /// Gives packages of one channel to another.
    ///
    /// - Parameters:
    ///   - query: Which; without a version the newest of each package; a product's name is that of all of its packages.
    ///   - from: The channel that has them.
    ///   - to: The channel that gets them.
    ///   - isDryRun: Whether nothing is written.
    /// - Throws: `.conflict` for the same name and version with other bytes; as `publish`.
    @discardableResult
    public func promote(
        _ query: PackageQuery, from: Channel, to: Channel, isDryRun: Bool
    ) throws(Failure) -> SiteOutcome {
        try change(isDryRun: isDryRun) { state throws(Failure) in
            try PromotionPlan(state, query.withWholeProducts(of: context.definition), from: from, to: to).change
        }
    }

    /// Takes away what the retention of each channel doesn't keep, then generations and files that nothing offers.
    ///
    /// - Parameter isDryRun: Whether nothing is written.
    /// - Returns: What became of packages, and what was deleted: paths below the site's directory.
    /// - Throws: As `publish`.
    @discardableResult
    public func prune(isDryRun: Bool) throws(Failure) -> (outcome: SiteOutcome, deleted: [String]) {
        let outcome = try change(isDryRun: isDryRun) { state throws(Failure) in
            guard state.reader != nil else { throw SiteState.nothing(in: path) }
            let store = try PackageStore(try SiteDirectory(path))
            var times: [String: Int64] = [:]
            for directory in ["bin", "deb", "rpm"] {
                for file in try store.files(below: directory) {
                    times[file] = try store.status(file)?.modified.seconds
                }
            }
            return try RetentionPlan(state, times: times).change
        }
        let site = try SiteDirectory(path)
        let store = try PackageStore(site)
        let cleaning = SiteCleaning(path, context: context)
        if isDryRun {
            // The generation that would come offers nothing that the served one doesn't.
            let old = try cleaning.oldGenerations(site, oneMore: outcome.isChanged)
            let orphans = try cleaning.orphans(site, store, without: old)
            return (outcome, old.map(SiteDirectory.path) + orphans.map { "store/" + $0 })
        }
        let lock = try lock(site)
        let old = try cleaning.removeGenerations(site, lock: lock)
        let orphans = try cleaning.orphans(site, store)
        for file in orphans { try store.remove(file) }
        return (outcome, (outcome.removedGenerations + old).map(SiteDirectory.path) + orphans.map { "store/" + $0 })
    }
}

extension SitePublisher {
    /// What is published.
    ///
    /// - Parameters:
    ///   - query: Which packages; the name of a product that is no package's is that of all of its packages.
    ///   - channels: In which channels; nil for all.
    /// - Throws: `.usage` where nothing is published yet, `.integrity` for a site that its keys don't vouch for.
    public func list(
        _ query: PackageQuery = PackageQuery(), channels: [String]? = nil
    ) throws(Failure) -> [PublishedItem] {
        let state = try SiteState(path, context: context)
        guard state.reader != nil else { throw SiteState.nothing(in: path) }
        return try state.items(query.withProducts(of: context.definition), channels: channels)
    }
}
