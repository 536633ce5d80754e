import APTRepository
import DebFormat
import Diagnostics
import Digests
import IndexFiles
import LinuxIO
import SiteDefinition
import SiteStorage

/// Contents indexes, where the definition asks for them.
extension SiteWriter {
    /// What stands behind the names of the forms of Contents: Debian has it with gzip alone.
    private static let contentsEndings = ["", ".gz"]

    /// Brings the Contents of one architecture to its next state.
    ///
    /// The lines of all packages that a change doesn't name are carried over as they are; only packages that come are read,
    /// and of names that lose a version those that stay. An index that isn't published yet is made of all packages.
    ///
    /// - Parameters:
    ///   - path: The index below the suite's directory, `main/Contents-amd64`.
    ///   - change: What becomes of the packages.
    ///   - packages: Their index, `main/binary-amd64/Packages`.
    ///   - suite: The suite.
    ///   - old: The Release that is published.
    /// - Returns: What Release says of it; nothing where Contents aren't wanted, and then they leave the suite.
    mutating func writeContents(
        _ path: String, _ change: IndexChange<PackagesIndex>, of packages: String, _ suite: SuiteID, old: ReleaseFile?
    ) throws(Failure) -> [ReleaseFile.File] {
        guard definition.apt?.hasContents == true else {
            let directory = try definition.suitePath(suite)
            for ending in Self.contentsEndings { try draft.remove("\(directory)/\(path)\(ending)") }
            return []
        }
        let published = old?.files(path, Self.contentsEndings)
        if change.isEmpty, let published { return published }
        // The packages that stay decide, too: of their index, not only of what changes.
        let key = IndexMemo.Key(
            digests: [Self.contentsMark, published?.first?.sha256 ?? .zero, old?.file(packages)?.sha256 ?? .zero]
                + change.digests)
        if let files = try link(path, Self.contentsEndings, of: suite, key) { return files }
        let removed = Set(change.removed.map(\.package))
        var records: [PackagesRecord] = []
        for record in change.added { records.append(try PackagesRecord(parsing: record.bytes)) }
        if let old {
            let names: [String?] = published == nil ? [nil] : removed.sorted()
            for name in names {
                try state.forEachPackage(suite, packages, named: name, release: old) { record in
                    if !change.removed.contains(record.key) { records.append(record) }
                }
            }
        }
        var contents: [PackageContents] = []
        for record in records { contents.append(try packageContents(record)) }
        let index =
            try published == nil
            ? nil : old.map { release throws(Failure) in try state.contents(suite, path, release: release) }
        return try write(
            path, Self.contentsEndings, of: suite, key,
            ContentsChange.between(index, replacing: removed, adding: contents), to: index)
    }

    /// Tells the key of Contents from that of a Packages with the same changes.
    private static let contentsMark = SHA256.digest(Array("Contents".utf8))

    /// The files of a package of the store, read once for all codenames.
    private mutating func packageContents(_ record: PackagesRecord) throws(Failure) -> PackageContents {
        if let known = packageContents[record.filename] { return known }
        guard let source = try draft.openStored("deb" + record.filename.dropFirst("pool".count)) else {
            throw Failure(
                .integrity, "\(record.filename) is published and isn't there, so Contents can't list its files",
                hints: ["See everything that is wrong with: agentpack repo verify"])
        }
        let contents = try PackageContents(DebFile(source))
        packageContents[record.filename] = contents
        return contents
    }
}

extension SiteState {
    /// The Contents index of a suite's component and architecture.
    func contents(
        _ suite: SuiteID, _ path: String, release: ReleaseFile
    ) throws(Failure) -> PublishedIndex<ContentsIndex> {
        try PublishedIndex(
            plain: try listed(suite, path, release: release), gzip: try listed(suite, path + ".gz", release: release),
            xz: nil)
    }

    /// Takes the stanzas of one index that are of one package, or all.
    func forEachPackage(
        _ suite: SuiteID, _ path: String, named name: String?, release: ReleaseFile,
        _ body: (PackagesRecord) throws(Failure) -> Void
    ) throws(Failure) {
        guard let index = try packages(suite, path, release: release, forWriting: false) else { return }
        let first = name.map { PackagesKey(package: $0, version: "", architecture: "") }
        try index.forEachRecord(from: first) { key, bytes throws(Failure) in
            if let name, key.package != name { return false }
            try body(PackagesRecord(parsing: Array(bytes)))
            return true
        }
    }
}
