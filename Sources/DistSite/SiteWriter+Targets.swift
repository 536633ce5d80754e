import APTRepository
import ClientMatrix
import Diagnostics
import LinuxIO
import RepositoryFiles
import SiteDefinition
import SiteStorage
import YUMRepository

extension SiteWriter {
    /// Refuses metadata that a declared target would refuse, before anybody sees it.
    ///
    /// - Throws: `.requirement`, with the systems that refuse it and why.
    func checkTargets() throws(Failure) {
        let targets = try TargetCheck(definition, time: context.time)
        guard targets.isNeeded else { return }
        for suite in definition.suites {
            let directory = try definition.suitePath(suite)
            // Who published it was found out when it was carried over.
            var previous: ReleaseFile?
            if let bytes = try state.reader?.read("\(directory)/Release") {
                previous = try ReleaseFile(parsing: bytes, name: "\(directory)/Release")
            }
            let found = try context.facts(suite, previous: previous) { path throws(Failure) in try draft.open(path) }
            guard var facts = found else { continue }
            // Dates don't go back when this clock does, and what clients take already isn't made worse.
            facts.now = max(facts.now, previous?.date ?? 0)
            try targets.check(facts, codename: suite.codename, directory)
        }
        for repository in definition.repositories {
            let directory = try definition.repositoryPath(repository)
            var previous: Repomd?
            if let bytes = try state.reader?.read("\(directory)/\(RepositoryFileNames.index)") {
                previous = try Repomd(bytes, name: directory)
            }
            let facts = try context.facts(repository, previous: previous) { path throws(Failure) in
                try draft.open(path)
            }
            if let facts { try targets.check(facts, directory) }
        }
    }
}
