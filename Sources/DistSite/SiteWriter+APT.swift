import APTRepository
import Diagnostics
import Digests
import IndexFiles
import LinuxIO
import Signing
import SiteDefinition
import SiteStorage

extension SiteWriter {
    /// Brings a suite to its next state: indexes, Release and signatures, where something is different.
    mutating func apply(_ changes: [String: IndexChange<PackagesIndex>], to suite: SuiteID) throws(Failure) {
        guard let apt = definition.apt, let distribution = apt.distribution(named: suite.codename) else { return }
        let directory = try definition.suitePath(suite)
        let old = try state.release(suite)
        var files: [ReleaseFile.File] = []
        for component in apt.components {
            for architecture in distribution.architectures {
                let path = "\(component)/binary-\(architecture)/Packages"
                let change = changes[path] ?? IndexChange()
                if change.isEmpty, let kept = old?.release.files(path, Self.packagesEndings) {
                    files += kept
                } else {
                    files += try write(change, to: suite, path, old: old?.release)
                }
                files += try writeContents(
                    "\(component)/Contents-\(architecture)", change, of: path, suite, old: old?.release)
            }
        }
        try draft.makeLinkOnce(
            PathText.parent(PathText.parent(directory)) + "/pool",
            target: Self.storeLink(from: directory, levels: 2, "deb"))
        try write(files, of: suite, old: old)
    }

    /// A relative link from a directory of a generation to a directory of the store.
    ///
    /// - Parameters:
    ///   - directory: A directory of the generation.
    ///   - levels: How many levels above it the link is.
    static func storeLink(from directory: String, levels: Int, _ name: String) -> String {
        // Two more levels: the generation and the directory of all generations.
        let depth = directory.split(separator: "/").count - levels + 2
        return String(repeating: "../", count: depth) + "store/" + name
    }

    /// What stands behind the names of the forms of `Packages`.
    private static let packagesEndings = ["", ".gz", ".xz"]

    /// Writes `Packages` in its three forms.
    private mutating func write(
        _ change: IndexChange<PackagesIndex>, to suite: SuiteID, _ path: String, old: ReleaseFile?
    ) throws(Failure) -> [ReleaseFile.File] {
        let key = IndexMemo.Key(digests: [old?.file(path)?.sha256 ?? .zero] + change.digests)
        if let files = try link(path, Self.packagesEndings, of: suite, key) { return files }
        let published =
            try old.map { release throws(Failure) in
                try state.packages(suite, path, release: release, forWriting: true)
            } ?? nil
        return try write(path, Self.packagesEndings, of: suite, key, change, to: published)
    }

    /// Gives an index that was written for another suite one more name.
    ///
    /// - Parameters:
    ///   - path: The index below the suite's directory.
    ///   - endings: Those of its forms: none, `.gz`, and maybe `.xz`.
    ///   - suite: The suite.
    ///   - key: What the content depends on.
    /// - Returns: Nil where none was written with that key.
    mutating func link(
        _ path: String, _ endings: [String], of suite: SuiteID, _ key: IndexMemo.Key
    ) throws(Failure) -> [ReleaseFile.File]? {
        guard let memo = written[key] else { return nil }
        let full = try definition.suitePath(suite) + "/" + path
        for ending in endings { try draft.makeName(full + ending, of: memo.path + ending) }
        return try linkByHash(memo.index, path, endings, of: suite)
    }

    /// Writes an index in its forms.
    ///
    /// - Parameters:
    ///   - path: The index below the suite's directory.
    ///   - endings: As for `link`.
    ///   - suite: The suite.
    ///   - key: What the content depends on.
    ///   - change: What is different.
    ///   - published: The index that it changes.
    mutating func write<Grammar: IndexGrammar>(
        _ path: String, _ endings: [String], of suite: SuiteID, _ key: IndexMemo.Key, _ change: IndexChange<Grammar>,
        to published: PublishedIndex<Grammar>?
    ) throws(Failure) -> [ReleaseFile.File] {
        let full = try definition.suitePath(suite) + "/" + path
        let name = PathText.lastComponent(path)
        let writer = IndexWriter<Grammar>(
            IndexFileNames(plain: name, gzip: name + ".gz", xz: endings.contains(".xz") ? name + ".xz" : nil),
            threads: context.threads)
        let index = try draft.write(in: PathText.parent(full)) { directory throws(Failure) in
            (endings.map { name + $0 }, try writer.write(change, to: published, in: directory))
        }
        written[key] = IndexMemo(path: full, index: index)
        return try linkByHash(index, path, endings, of: suite)
    }

    /// Gives the forms of an index names of their digests.
    ///
    /// - Returns: What Release says of them.
    private mutating func linkByHash(
        _ index: WrittenIndex, _ path: String, _ endings: [String], of suite: SuiteID
    ) throws(Failure) -> [ReleaseFile.File] {
        let full = try definition.suitePath(suite) + "/" + path
        var files: [ReleaseFile.File] = []
        for (ending, digest) in zip(endings, [index.text, index.gzip, index.xz ?? index.gzip]) {
            files.append(ReleaseFile.File(path: path + ending, size: digest.size, sha256: digest.sha256))
            try draft.makeName(
                "\(PathText.parent(full))/by-hash/SHA256/\(digest.sha256.hex)", of: full + ending)
        }
        return files
    }

    /// Writes and signs the Release, unless all that it says and who says it stays.
    private mutating func write(
        _ files: [ReleaseFile.File], of suite: SuiteID, old: SiteState.PublishedRelease?
    ) throws(Failure) {
        let directory = try definition.suitePath(suite)
        var release = try definition.release(files, of: suite)
        if let old, !signsAnew, state.isCurrent(release, as: old, signers: signers.apt.map(\.fingerprint)) { return }
        // Dates never go back, whatever the clock says: apt refuses an older Release.
        let date = max(context.time, old?.release.date ?? 0)
        release.date = date
        release.validUntil = definition.apt?.validity.map { date + Int64($0.seconds) }
        let signed = try SignedRelease(release, by: signers.apt, time: context.signatureTime)
        try draft.write(signed.release, to: directory + "/Release")
        try draft.write(signed.signature, to: directory + "/Release.gpg")
        try draft.write(signed.inRelease, to: directory + "/InRelease")
    }
}

extension ReleaseFile {
    /// The entries of an index in its forms; nil unless all are listed.
    func files(_ path: String, _ endings: [String]) -> [ReleaseFile.File]? {
        let files = endings.compactMap { file(path + $0) }
        return files.count == endings.count ? files : nil
    }
}

extension IndexChange<PackagesIndex> {
    /// What tells this change from others.
    var digests: [SHA256Digest] {
        removed.map { SHA256.digest(Array("-\($0)".utf8)) }.sorted { $0.hex < $1.hex }
            + added.map { SHA256.digest($0.bytes) }.sorted { $0.hex < $1.hex }
    }
}

extension GenerationDraft {
    /// Makes a link unless it is there.
    mutating func makeLinkOnce(_ path: String, target: String) throws(Failure) {
        if !contains(path) { try makeLink(path, target: target) }
    }
}
