public import Diagnostics
import LinuxIO
import RepositoryFiles
public import SiteDefinition
public import SiteStorage

/// What an operation did to a site, or would do.
public struct SiteOutcome: Sendable {
    /// What becomes of each package.
    public var lines: [SiteChangeLine]
    /// The archives' codenames and the repositories that are signed anew, by their paths below the site's URL.
    public var signed: [String]
    /// The generation that is served since; nil when nothing changed, and in a dry run.
    public var generation: Int?
    /// Whether anything is different.
    public var isChanged: Bool
    /// The numbers of generations that were old, and were deleted.
    var removedGenerations: [Int] = []
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
        try change(isDryRun: isDryRun, makesSite: true) { state throws(Failure) in
            var plan = try PublishPlan(state, channel: channel, codenames: codenames)
            for package in packages { try plan.add(package) }
            return plan.change
        }
    }

    /// Plans a change under the lock and makes it; a dry run takes no lock and plans alone.
    ///
    /// - Parameters:
    ///   - isDryRun: Whether nothing is written.
    ///   - makesSite: Whether the site's directory is made where it is missing.
    ///   - plan: Finds out what changes.
    func change(
        isDryRun: Bool, makesSite: Bool = false, _ plan: (SiteState) throws(Failure) -> SiteChange
    ) throws(Failure) -> SiteOutcome {
        if isDryRun {
            let state = try SiteState(path, context: context)
            let change = try plan(state)
            let signed = try state.signed(by: change)
            return SiteOutcome(
                lines: change.lines, signed: signed, generation: nil,
                isChanged: !signed.isEmpty || change.lines.contains { $0.action != .keep })
        }
        try TargetCheck(context.definition, time: context.time).check(context.keys)
        if makesSite { try SiteDirectory.create(path) }
        let site = try SiteDirectory(path)
        var lock = try lock(site)
        try site.removeLeftovers(lock)
        let state = try SiteState(path, context: context)
        let change = try plan(state)
        var batch = try StoreBatch(try PackageStore(site))
        for addition in change.additions {
            try lock.renew()
            try batch.add(addition.content.source(), digest: addition.digest, as: addition.path, time: context.time)
        }
        try batch.commit()
        return try serve(change, of: state, in: site, &lock)
    }

    /// Takes the site's lock.
    func lock(_ site: borrowing SiteDirectory) throws(Failure) -> SiteLock {
        try SiteLock(site, lease: lease, wait: wait, isWaiting: isWaiting)
    }

    /// Writes a change, signs it and has it served.
    ///
    /// - Parameters:
    ///   - change: The change; its files are in the store.
    ///   - state: What the next generation is made of.
    ///   - site: The site.
    ///   - lock: Its lock.
    ///   - generation: The generation that `state` is of; nil for the served one.
    func serve(
        _ change: SiteChange, of state: SiteState, in site: borrowing SiteDirectory, _ lock: inout SiteLock,
        from generation: Int? = nil
    ) throws(Failure) -> SiteOutcome {
        var writer = SiteWriter(
            state, signers: signers, store: try PackageStore(site),
            draft: try GenerationDraft(site, lock: lock, from: generation))
        writer.signsAnew = generation != nil
        try writer.apply(change)
        try lock.renew()
        let signed = try writer.signed()
        let current = try site.current() ?? 0
        // Old indexes go with the next change; that they are old is none.
        if writer.draft.isChanged, let oldest = try site.finished().first, oldest < current {
            try writer.removeOldIndexes(
                try DirectoryReader(PathText.join(path, SiteDirectory.path(ofGeneration: oldest)), boundary: path))
        }
        try writer.checkTargets()
        let served = try writer.finish(lock)
        var outcome = SiteOutcome(
            lines: change.lines, signed: signed, generation: served, isChanged: served != nil)
        if outcome.isChanged {
            outcome.removedGenerations = try SiteCleaning(path, context: context).removeGenerations(site, lock: lock)
        }
        return outcome
    }
}
