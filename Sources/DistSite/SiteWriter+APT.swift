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
                if change.isEmpty, let old, let kept = Self.kept(path, old.release) {
                    files += kept
                } else {
                    files += try write(change, to: suite, path, old: old?.release)
                }
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

    private static func kept(_ path: String, _ release: ReleaseFile) -> [ReleaseFile.File]? {
        let files = [path, path + ".gz", path + ".xz"].compactMap { release.file($0) }
        return files.count == 3 ? files : nil
    }

    /// Writes an index in its three forms, under their names and under those of their digests.
    private mutating func write(
        _ change: IndexChange<PackagesIndex>, to suite: SuiteID, _ path: String, old: ReleaseFile?
    ) throws(Failure) -> [ReleaseFile.File] {
        let full = try definition.suitePath(suite) + "/" + path
        let key = IndexMemo.Key(digests: [old?.file(path)?.sha256 ?? .zero] + change.digests)
        let index: WrittenIndex
        if let memo = written[key] {
            index = memo.index
            for ending in ["", ".gz", ".xz"] { try draft.makeName(full + ending, of: memo.path + ending) }
        } else {
            let published =
                try old.map { release throws(Failure) in
                    try state.packages(suite, path, release: release, forWriting: true)
                } ?? nil
            let writer = IndexWriter<PackagesIndex>(
                IndexFileNames(plain: "Packages", gzip: "Packages.gz", xz: "Packages.xz"), threads: context.threads)
            index = try draft.write(in: PathText.parent(full)) { directory throws(Failure) in
                let index = try writer.write(change, to: published, in: directory)
                return (["Packages", "Packages.gz", "Packages.xz"], index)
            }
            written[key] = IndexMemo(path: full, index: index)
        }
        var files: [ReleaseFile.File] = []
        for (ending, digest) in [("", index.text), (".gz", index.gzip), (".xz", index.xz ?? index.gzip)] {
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
        var release = try release(files, of: suite)
        if let old {
            release.date = old.release.date
            release.validUntil = old.release.validUntil
            let isRefreshed =
                definition.apt?.validity == nil ? old.release.validUntil == nil : !needsRefresh(old.release)
            if isRefreshed, release == old.release, old.signers == signers.apt.map(\.fingerprint) { return }
        }
        // Dates never go back, whatever the clock says: apt refuses an older Release.
        let date = max(context.time, old?.release.date ?? 0)
        release.date = date
        release.validUntil = definition.apt?.validity.map { date + Int64($0.seconds) }
        let signed = try SignedRelease(release, by: signers.apt, time: context.signatureTime)
        try draft.write(signed.release, to: directory + "/Release")
        try draft.write(signed.signature, to: directory + "/Release.gpg")
        try draft.write(signed.inRelease, to: directory + "/InRelease")
    }

    /// Whether a Release that expires has to be signed anew: half of its time is over.
    func needsRefresh(_ release: ReleaseFile) -> Bool {
        guard let end = release.validUntil, let start = release.date else { return true }
        return context.time >= start + (end - start) / 2
    }

    private func release(_ files: [ReleaseFile.File], of suite: SuiteID) throws(Failure) -> ReleaseFile {
        var release = ReleaseFile()
        release.origin = definition.origin
        release.label = try definition.requiredChannel(suite.channel).label
        release.suite = suite.codename
        release.codename = suite.codename
        release.acquireByHash = true
        release.architectures = definition.apt?.distribution(named: suite.codename)?.architectures ?? []
        release.components = definition.apt?.components ?? []
        release.description = definition.apt?.description
        release.files = files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        return release
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
