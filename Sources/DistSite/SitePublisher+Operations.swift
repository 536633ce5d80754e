public import Diagnostics
import LinuxIO
public import SiteDefinition
import SiteStorage

extension SitePublisher {
    /// Takes packages out of a channel; their files stay until `prune`, for clients that know the older indexes.
    ///
    /// - Parameters:
    ///   - query: Which.
    ///   - channel: From where.
    ///   - codenames: Debian packages of these codenames alone, and nothing else; nil for all.
    ///   - isDryRun: Whether nothing is written.
    /// - Throws: `.usage` when there are none; as `publish`.
    @discardableResult
    public func remove(
        _ query: PackageQuery, from channel: Channel, codenames: [String]?, isDryRun: Bool
    ) throws(Failure) -> SiteOutcome {
        try change(isDryRun: isDryRun) { state throws(Failure) in
            try state.removal(query, from: channel, codenames: codenames)
        }
    }

    /// Gives packages of one channel to another.
    ///
    /// - Parameters:
    ///   - query: Which; without a version the newest of each package.
    ///   - from: The channel that has them.
    ///   - to: The channel that gets them.
    ///   - isDryRun: Whether nothing is written.
    /// - Throws: `.conflict` for the same name and version with other bytes; as `publish`.
    @discardableResult
    public func promote(
        _ query: PackageQuery, from: Channel, to: Channel, isDryRun: Bool
    ) throws(Failure) -> SiteOutcome {
        try change(isDryRun: isDryRun) { state throws(Failure) in
            try PromotionPlan(state, query, from: from, to: to).change
        }
    }

    /// Makes the packages of all channels those of an older generation, with new dates and revisions.
    ///
    /// - Parameters:
    ///   - generation: The generation; nil for the one before the served one.
    ///   - isDryRun: Whether nothing is written.
    /// - Throws: `.usage` when there is none; as `publish`.
    @discardableResult
    public func rollback(to generation: Int?, isDryRun: Bool) throws(Failure) -> SiteOutcome {
        try change(isDryRun: isDryRun) { state throws(Failure) in
            let site = try SiteDirectory(path)
            let current = try site.current() ?? 0
            let finished = try site.finished().filter { $0 < current }
            guard let target = generation ?? finished.last, finished.contains(target) else {
                throw Failure(
                    .usage,
                    "the site has no generation \(generation.map(String.init) ?? "before the one that is served")",
                    hints: ["It has: \((finished + [current]).map(String.init).joined(separator: ", "))."])
            }
            return try state.rollback(to: try SiteState(path, context: context, generation: target))
        }
    }

    /// Takes away what the retention of each channel doesn't keep, then generations and files that nothing offers.
    ///
    /// - Parameter isDryRun: Whether nothing is written.
    /// - Returns: What became of packages, and the files of the store that went.
    /// - Throws: As `publish`.
    @discardableResult
    public func prune(isDryRun: Bool) throws(Failure) -> (outcome: SiteOutcome, files: [String]) {
        let outcome = try change(isDryRun: isDryRun) { state throws(Failure) in
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
        if isDryRun { return (outcome, try cleaning.orphans(site, store)) }
        let lock = try SiteLock(site, lease: lease, wait: wait, isWaiting: isWaiting)
        _ = try cleaning.removeGenerations(site, lock: lock)
        let orphans = try cleaning.orphans(site, store)
        for file in orphans { try store.remove(file) }
        return (outcome, orphans)
    }
}

extension SitePublisher {
    /// What is published.
    ///
    /// - Parameters:
    ///   - query: Which packages.
    ///   - channels: In which channels; nil for all.
    /// - Throws: `.integrity` for a site that its keys don't vouch for.
    public func list(
        _ query: PackageQuery = PackageQuery(), channels: [String]? = nil
    ) throws(Failure) -> [PublishedItem] {
        try SiteState(path, context: context).items(query, channels: channels)
    }
}
