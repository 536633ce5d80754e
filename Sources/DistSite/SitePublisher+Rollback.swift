public import Diagnostics
import LinuxIO
import SiteDefinition
import SiteStorage

extension SitePublisher {
    /// Makes the packages of all channels those of an older generation, with new dates and revisions.
    ///
    /// Where what is served now is damaged, the older generation is taken whole, and everything is signed anew.
    ///
    /// - Parameters:
    ///   - generation: The generation; nil for the one before the served one.
    ///   - isDryRun: Whether nothing is written.
    /// - Throws: `.usage` when there is none; `.integrity` when the older one is damaged, too; as `publish`.
    @discardableResult
    public func rollback(to generation: Int?, isDryRun: Bool) throws(Failure) -> SiteOutcome {
        let target = try older(generation)
        do throws(Failure) {
            return try change(isDryRun: isDryRun) { state throws(Failure) in
                try state.rollback(to: try SiteState(path, context: context, generation: target))
            }
        } catch {
            guard error.code == .integrity else { throw error }
            return try restore(target, isDryRun: isDryRun)
        }
    }

    /// The generation to go back to.
    private func older(_ generation: Int?) throws(Failure) -> Int {
        let site = try SiteDirectory(path)
        guard let current = try site.current() else { throw SiteState.nothing(in: path) }
        let finished = try site.finished().filter { $0 < current }
        if let target = generation ?? finished.last, finished.contains(target) { return target }
        if let generation, generation == current {
            throw Failure(.usage, "generation \(generation) is the one that is served")
        }
        throw Failure(
            .usage, "the site has no generation \(generation.map(String.init) ?? "before the one that is served")",
            hints: finished.isEmpty ? [] : ["There are: \(finished.map(String.init).joined(separator: ", "))."])
    }

    /// Makes the next generation of an older one alone, for nothing of the served one can be believed.
    private func restore(_ generation: Int, isDryRun: Bool) throws(Failure) -> SiteOutcome {
        let state = try SiteState(path, context: context, generation: generation)
        do throws(Failure) {
            try state.checkIndexes()
        } catch {
            throw error.during(
                "the served generation is damaged, and so is generation \(generation): go back further with --to")
        }
        if isDryRun {
            return SiteOutcome(lines: [], signed: try state.parts(), generation: nil, isChanged: true)
        }
        let site = try SiteDirectory(path)
        var lock = try lock(site)
        try site.removeLeftovers(lock)
        return try serve(SiteChange(), of: state, in: site, &lock, from: generation)
    }
}
