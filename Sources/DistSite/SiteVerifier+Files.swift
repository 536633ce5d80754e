import ClientFiles
import Diagnostics
import LinuxIO
import OpenPGP
import RepositoryFiles
import SiteDefinition
import YUMRepository

extension SiteVerifier {
    /// Keys and `.repo` files: those of the definition, byte for byte.
    func verifyClientFiles(_ report: inout Report) throws(Failure) {
        for file in try context.clientFiles() {
            let (word, expected) =
                switch file.kind {
                case .key: ("key-file", "the keys that the definition names, and no others")
                case .configuration: ("repo-file", "what the definition says")
                }
            guard let bytes = try read(file.path, missing: word + "-missing", &report) else { continue }
            if bytes != file.bytes {
                report.faults.append(
                    RepositoryFault(.error, word + "-differs", path: file.path, "doesn't hold \(expected)"))
            }
        }
    }

    /// Keys that clients get, and that expire before they can get the next one.
    func verifyKeys(_ report: inout Report) throws(Failure) {
        let roles = [(context.keys.apt, definition.aptKeyPath), (context.keys.rpm, nil)]
        for (role, path) in roles {
            for key in role?.keys.published ?? [] {
                let certificate = try Certificate.read(key.packets, name: key.key.fingerprint).first
                guard let expiry = certificate?.expiry.map({ Int64($0) }), expiry < context.time + SiteStatus.keyNotice
                else { continue }
                let isOver = expiry <= context.time
                report.faults.append(
                    RepositoryFault(
                        isOver ? .error : .warning, isOver ? "key-expired" : "key-expires",
                        path: path ?? definition.rpmKeyPath(key.key),
                        "the key \(key.key.fingerprint) expires at \(UTCTime(seconds: expiry).text)"))
            }
        }
    }

    /// Lists of mirrors, and the metadata in the directories that they name: the same as the repository's.
    func verifySnapshots(_ report: inout Report) throws(Failure) {
        guard definition.yum?.hasMirrorList == true else { return }
        for repository in definition.repositories {
            let directory = try definition.repositoryPath(repository)
            let list = directory + "/mirrorlist"
            guard let bytes = try read(list, missing: "mirrorlist-missing", &report) else { continue }
            let start = definition.url(of: directory) + "/snapshots/"
            let line = String(decoding: bytes, as: UTF8.self)
            let name = line.dropFirst(start.count).prefix { $0.isNumber }
            guard line == "\(start)\(name)/\n", !name.isEmpty else {
                report.faults.append(
                    RepositoryFault(
                        .error, "mirrorlist-differs", path: list, "names something else than a snapshot of this site"))
                continue
            }
            try verify("\(directory)/snapshots/\(name)", snapshotOf: directory, &report)
        }
    }

    private func verify(
        _ snapshot: String, snapshotOf directory: String, _ report: inout Report
    ) throws(Failure) {
        let names = [RepositoryFileNames.index, RepositoryFileNames.signature, RepositoryFileNames.key]
        // What is wrong with the repository's own is a fault of that.
        guard let index = try? reader.read("\(directory)/\(names[0])"), let repomd = try? Repomd(index, name: names[0])
        else { return }
        for name in names + repomd.data.map(\.location) {
            let place = "\(snapshot)/\(name)"
            do throws(Failure) {
                guard let copy = try reader.open(place) else {
                    report.faults.append(RepositoryFault(.error, "snapshot-missing", path: place, "is not there"))
                    continue
                }
                guard let original = try? reader.open("\(directory)/\(name)") else { continue }
                if try !copy.isSame(as: original) {
                    report.faults.append(
                        RepositoryFault(
                            .error, "snapshot-differs", path: place, "is not the same as \(directory)/\(name)"))
                }
            } catch {
                report.faults.append(try RepositoryFault(error, "unreadable", path: place))
            }
        }
    }

    /// Files of the site that nothing makes, and no client is told of.
    func verifyUnknown(_ report: inout Report) throws(Failure) {
        try verifyUnknown("", try KnownFiles(definition, try context.clientFiles().map(\.path)), &report)
    }

    private func verifyUnknown(_ directory: String, _ known: KnownFiles, _ report: inout Report) throws(Failure) {
        // What can't be listed is a fault of its mode.
        for entry in (try? reader.entries(directory)) ?? [] {
            let path = directory.isEmpty ? entry.name : "\(directory)/\(entry.name)"
            if known.contains(path) { continue }
            if entry.isDirectory, !entry.isLink {
                try verifyUnknown(path, known, &report)
            } else {
                report.faults.append(
                    RepositoryFault(
                        .warning, "file-unknown", path: path, "is there, and the definition knows no such file"))
            }
        }
    }

    /// Everybody may read what is published, and nobody but its owner write it.
    func verifyModes(_ report: inout Report) throws(Failure) {
        var served = PublishedModes(reader, .exact)
        try served.look(at: "")
        report.faults += served.found
    }
}

/// The files that a site's definition has be there.
private struct KnownFiles {
    private var paths: Set<String>
    private var directories: Set<String> = []

    init(_ definition: SiteDefinition, _ clientFiles: [String]) throws(Failure) {
        paths = Set(clientFiles)
        // Clients have configurations that name them.
        paths.formUnion((definition.keys.rpm?.retired ?? []).map { definition.rpmKeyPath($0) })
        for suite in definition.suites {
            let directory = try definition.suitePath(suite)
            // Known to the verification of the archive.
            directories.insert(directory)
            directories.insert(PathText.parent(PathText.parent(directory)) + "/pool")
        }
        for repository in definition.repositories {
            let directory = try definition.repositoryPath(repository)
            directories.formUnion(["repodata", "Packages", "snapshots"].map { "\(directory)/\($0)" })
            paths.formUnion(["media.1/media", "mirrorlist"].map { "\(directory)/\($0)" })
        }
        for channel in definition.channels {
            paths.insert(definition.base(of: channel) + "index.html")
            for product in definition.products where product.hasInstaller {
                let path = definition.installerPath(product, in: channel)
                paths.formUnion([path, path + ".asc"])
                // Known to the verification of installers.
                directories.insert("\(PathText.parent(path))/\(product.name)")
            }
        }
    }

    func contains(_ path: String) -> Bool { paths.contains(path) || directories.contains(path) }
}
