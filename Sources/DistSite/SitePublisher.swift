public import Diagnostics
import LinuxIO
import RepositoryFiles
public import SiteDefinition
public import SiteStorage

/// What an operation did to a site, or would do.
public struct SiteOutcome: Sendable {
    /// What becomes of each package.
    public var lines: [SiteChangeLine]
    /// The generation that is served since; nil when nothing changed, and in a dry run.
    public var generation: Int?
    /// Whether anything is different.
    public var isChanged: Bool
}

/// Changes a site: one operation at a time, served all at once or not at all.
public struct SitePublisher: Sendable {
    /// The site's directory.
    public let path: String
    /// What the site is to be.
    public let context: SiteContext
    let signers: SiteSigners
    let wait: Int64
    var lease: Int64 { Int64(context.definition.lock.leaseSeconds) }
    /// Told when another publisher has to be waited for.
    let isWaiting: @Sendable (SiteLock.Holder?) -> Void

    /// Prepares operations on a site.
    ///
    /// - Parameters:
    ///   - path: The site's directory; made where it is missing.
    ///   - context: What the site is to be.
    ///   - signers: Who signs.
    ///   - wait: Seconds to wait for another publisher.
    ///   - isWaiting: Told once when another publisher is at work.
    public init(
        _ path: String, context: SiteContext, signers: SiteSigners, wait: Int64,
        isWaiting: @escaping @Sendable (SiteLock.Holder?) -> Void = { _ in }
    ) {
        self.path = path
        self.context = context
        self.signers = signers
        self.wait = wait
        self.isWaiting = isWaiting
    }

    /// Publishes packages; without any, makes the site what its definition says.
    ///
    /// - Parameters:
    ///   - packages: The packages.
    ///   - channel: Where they go.
    ///   - codenames: The codenames that Debian packages go to; nil for all.
    ///   - isDryRun: Whether nothing is written.
    /// - Returns: What became of each.
    /// - Throws: `.conflict` where a name and version has other bytes already or another publisher is at work; what reading,
    ///   signing and writing throws. The site is what it was then.
    public func publish(
        _ packages: [IncomingPackage], channel: Channel, codenames: [String]? = nil, isDryRun: Bool = false
    ) throws(Failure) -> SiteOutcome {
        try change(isDryRun: isDryRun) { state throws(Failure) in
            var plan = try PublishPlan(state, channel: channel, codenames: codenames)
            for package in packages { try plan.add(package) }
            return plan.change
        }
    }

    /// Plans a change under the lock and makes it; a dry run takes no lock and plans alone.
    func change(
        isDryRun: Bool, _ plan: (SiteState) throws(Failure) -> SiteChange
    ) throws(Failure) -> SiteOutcome {
        if isDryRun {
            let lines = try plan(try SiteState(path, context: context)).lines
            return SiteOutcome(lines: lines, generation: nil, isChanged: lines.contains { $0.action != .keep })
        }
        try TargetCheck(context.definition, time: context.time).check(context.keys)
        try SiteDirectory.create(path)
        let site = try SiteDirectory(path)
        var lock = try SiteLock(site, lease: lease, wait: wait, isWaiting: isWaiting)
        try site.removeLeftovers(lock)
        let state = try SiteState(path, context: context)
        let change = try plan(state)
        let store = try PackageStore(site)
        for addition in change.additions {
            try lock.renew()
            try store.add(addition.content.source(), digest: addition.digest, as: addition.path, time: context.time)
        }
        var writer = SiteWriter(state, signers: signers, draft: try GenerationDraft(site, lock: lock))
        try writer.apply(change)
        let current = try site.current() ?? 0
        if let oldest = try site.finished().first, oldest < current {
            try writer.removeOldIndexes(
                try DirectoryReader(PathText.join(path, SiteDirectory.path(ofGeneration: oldest)), boundary: path))
        }
        try writer.checkTargets()
        let generation = try writer.finish(lock)
        if generation != nil { _ = try SiteCleaning(path, context: context).removeGenerations(site, lock: lock) }
        return SiteOutcome(lines: change.lines, generation: generation, isChanged: generation != nil)
    }
}
