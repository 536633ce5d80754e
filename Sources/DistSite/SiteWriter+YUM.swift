import ClientFiles
import Diagnostics
import IndexFiles
import LinuxIO
import Signing
import SiteDefinition
import SiteStorage
import YUMRepository

extension SiteWriter {
    /// What zypper asks for before anything else, and once more for each package.
    private static var medium: String { "media.1/media" }

    /// Brings a YUM repository to its next state: indexes, repomd.xml and its signature, where something is different.
    mutating func apply(_ change: RepositoryChange, to repository: RepositoryID) throws(Failure) {
        let directory = try definition.repositoryPath(repository)
        try draft.makeLinkOnce(
            directory + "/Packages", target: Self.storeLink(from: directory, levels: 0, "rpm"))
        try draft.write(Array("\(definition.origin)\n\(definition.label)\n1\n".utf8), to: "\(directory)/\(Self.medium)")
        let old = try state.repomd(repository)
        var data: [RepomdData]
        if change.added.isEmpty, change.removed.isEmpty, let old, old.repomd.data.count == 3 {
            data = old.repomd.data
        } else {
            data = [
                try write(PrimaryIndex.self, change, \.primary, repository, old: old?.repomd),
                try write(FilelistsIndex.self, change, \.filelists, repository, old: old?.repomd),
                try write(OtherIndex.self, change, \.other, repository, old: old?.repomd),
            ]
        }
        let next = Repomd.next(after: old?.repomd, data: data, time: context.time, isNewer: signsAnew)
        guard let signer = signers.rpm, let keys = context.keys.rpm else { return }
        if next == old?.repomd, old?.signer == signer.fingerprint { return }
        let dated: any OpenPGPSigner =
            if let time = context.signatureTime { try signer.dated(time) } else { signer }
        try draft.write(next.bytes, to: "\(directory)/\(RepositoryFileNames.index)")
        try draft.write(try next.signature(by: dated), to: "\(directory)/\(RepositoryFileNames.signature)")
        try draft.write(keys.keys.armoredKeyring, to: "\(directory)/\(RepositoryFileNames.key)")
        try writeSnapshot(of: next, in: directory)
    }

    /// Writes one index under the name of its digest.
    private mutating func write<Grammar: PackageIndexGrammar>(
        _ type: Grammar.Type, _ change: RepositoryChange,
        _ records: KeyPath<RepositoryRecords, IndexRecord<Grammar>>, _ repository: RepositoryID, old: Repomd?
    ) throws(Failure) -> RepomdData {
        let directory = try definition.repositoryPath(repository)
        let published =
            try old.map { repomd throws(Failure) in
                try state.index(type, repository, repomd: repomd)
            } ?? nil
        let name = "\(Grammar.type).xml.gz"
        let change = IndexChange<Grammar>(removed: change.removed, added: change.added.map { $0[keyPath: records] })
        let writer = IndexWriter<Grammar>(
            IndexFileNames(plain: nil, gzip: name, xz: nil), threads: context.threads)
        let place = "\(directory)/\(RepositoryFileNames.directory)"
        let index = try draft.write(in: place) { directory throws(Failure) in
            ([name], try writer.write(change, to: published, in: directory))
        }
        let entry = RepomdData(type, index, timestamp: context.time)
        try draft.rename("\(place)/\(name)", to: "\(directory)/\(entry.location)")
        return entry
    }

    /// Gives the repository's metadata a directory that never changes, and names it in the list of mirrors.
    ///
    /// A client that takes the list fetches repomd.xml and its signature from one directory, so that it can't get one of
    /// them before and the other one after a publication.
    private mutating func writeSnapshot(of repomd: Repomd, in directory: String) throws(Failure) {
        guard definition.yum?.hasMirrorList == true else { return }
        let snapshot = "\(directory)/snapshots/\(repomd.revision ?? "0")"
        let names = [
            RepositoryFileNames.index, RepositoryFileNames.signature, RepositoryFileNames.key, Self.medium,
        ]
        for path in names + repomd.data.map(\.location) {
            try draft.makeName("\(snapshot)/\(path)", of: "\(directory)/\(path)")
        }
        try draft.makeLink("\(snapshot)/Packages", target: "../../Packages")
        try draft.write(Array((definition.url(of: snapshot) + "/\n").utf8), to: "\(directory)/mirrorlist")
    }
}
