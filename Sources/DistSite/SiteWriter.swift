import APTRepository
import Diagnostics
import Digests
import IndexFiles
import LinuxIO
import SiteDefinition
import SiteStorage
import YUMRepository

/// Writes a change into a draft of the next generation.
struct SiteWriter: ~Copyable {
    let state: SiteState
    let signers: SiteSigners
    let store: PackageStore
    var draft: GenerationDraft
    /// Indexes that were written for another codename or channel with the same content.
    var written: [IndexMemo.Key: IndexMemo] = [:]
    /// The files of packages that Contents were made of, by their paths in the archive.
    var packageContents: [String: PackageContents] = [:]

    var context: SiteContext { state.context }
    var definition: SiteDefinition { state.context.definition }

    /// Whether everything is signed anew, with newer dates, even where it says the same.
    var signsAnew = false

    init(
        _ state: SiteState, signers: SiteSigners, store: consuming PackageStore, draft: consuming GenerationDraft
    ) {
        self.state = state
        self.signers = signers
        self.store = store
        self.draft = draft
    }

    /// Writes everything that a change makes different, and what the definition makes different.
    mutating func apply(_ change: SiteChange) throws(Failure) {
        for (installer, files) in change.installers.sorted(by: { $0.key.path < $1.key.path }) {
            try apply(installer, files)
        }
        for suite in definition.suites { try apply(change.suites[suite] ?? [:], to: suite) }
        for repository in definition.repositories {
            try apply(change.repositories[repository] ?? RepositoryChange(), to: repository)
        }
        try writeNewestInstallers()
        try writeClientFiles()
        try writePages(change)
    }

    /// What was signed anew; see `SiteOutcome.signed`.
    func signed() throws(Failure) -> [String] {
        var paths: [String] = []
        for suite in definition.suites {
            let path = try definition.suitePath(suite)
            if draft.isWritten(path + "/Release") { paths.append(path) }
        }
        for repository in definition.repositories {
            let path = try definition.repositoryPath(repository)
            if draft.isWritten("\(path)/\(RepositoryFileNames.index)") { paths.append(path) }
        }
        return paths
    }

    consuming func finish(_ lock: borrowing SiteLock) throws(Failure) -> Int? {
        guard draft.isChanged else { return nil }
        return try draft.commit(lock)
    }

    private mutating func apply(_ installer: InstallerID, _ files: [String: String]) throws(Failure) {
        guard let product = definition.product(named: installer.product) else { return }
        let path = definition.installerPath(
            product, version: installer.version, in: try definition.requiredChannel(installer.channel))
        let directory = PathText.parent(path)
        if files.isEmpty {
            for path in draft.paths(below: directory) { try draft.remove(path) }
        }
        for (name, stored) in files.sorted(by: { $0.key < $1.key }) {
            try draft.makeName("\(directory)/\(name)", ofStored: stored)
        }
    }
}

extension InstallerID {
    var path: String { "\(channel)/\(product)/\(version)" }
}

/// An index that was written, to be given to others that come to the same.
struct IndexMemo {
    struct Key: Hashable {
        /// What the old index was, and what was changed.
        var digests: [SHA256Digest]
    }

    /// The files without their endings.
    var path: String
    var index: WrittenIndex
}
