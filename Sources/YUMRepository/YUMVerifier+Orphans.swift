import Diagnostics
import Digests
import LinuxIO
import RepositoryFiles

extension YUMVerifier {
    /// Files that nothing refers to, where directories can be listed: left over, or put there by somebody.
    func verifyOrphans(
        _ repomd: Repomd, _ table: PackageTable?, _ faults: inout FaultList
    ) throws(Failure) {
        if (try? reader.entries(path(".repodata"))) != nil {
            faults.warn(
                "lock-left", path(".repodata"),
                "is there: createrepo_c is at work, or was ended and leaves its lock")
        }
        let known: Set<String> = Set(
            [RepositoryFileNames.index, RepositoryFileNames.signature, RepositoryFileNames.key]
                + repomd.data.map(\.location))
        try verifyOrphans(
            in: RepositoryFileNames.directory, id: "metadata-orphan", { _ in true }, known: known, &faults)
        guard let table, !options.sharesPackages else { return }
        let locations = table.ownLocations
        for directory in Set(locations.map(PathText.parent)).sorted() {
            try verifyOrphans(
                in: directory, id: "package-orphan", { $0.utf8.suffix(4).elementsEqual(".rpm".utf8) }, known: locations,
                &faults)
        }
    }

    /// Whether everybody can read the metadata, and the packages where those are looked at.
    func verifyModes(_ table: PackageTable?, _ faults: inout FaultList) throws(Failure) {
        guard let rule = options.modes else { return }
        var modes = PublishedModes(reader, rule)
        try modes.look(at: root, only: [RepositoryFileNames.directory])
        if options.opensPackages, !options.sharesPackages {
            var names: [String: [String]] = [:]
            for location in table?.ownLocations ?? [] {
                names[PathText.parent(location), default: []].append(PathText.lastComponent(location))
            }
            for (directory, names) in names.sorted(by: { $0.key < $1.key }) {
                try modes.look(at: directory == "." ? root : path(directory), only: Set(names))
            }
        }
        for fault in modes.found { faults.add(fault) }
    }

    private func verifyOrphans(
        in directory: String, id: String, _ isOfInterest: (String) -> Bool, known: Set<String>,
        _ faults: inout FaultList
    ) throws(Failure) {
        let relative = directory == "." ? "" : directory
        let full = relative.isEmpty ? root : path(relative)
        var entries: [RepositoryEntry] = []
        do throws(Failure) {
            entries = try reader.entries(full) ?? []
        } catch {
            try faults.add(error, "unreadable", full)
        }
        for entry in entries where !entry.isDirectory && isOfInterest(entry.name) {
            let location = relative.isEmpty ? entry.name : "\(relative)/\(entry.name)"
            guard !known.contains(location) else { continue }
            if try isOlderIndex(location) { continue }
            faults.fail(id, path(location), "is there, and nothing refers to it")
        }
    }

    /// Whether a file is one that was left for clients with an older repomd.xml: named by its digest, and whole.
    private func isOlderIndex(_ location: String) throws(Failure) -> Bool {
        let name = PathText.lastComponent(location)
        guard name.contains(".xml"), let digest = SHA256Digest(hex: String(name.prefix(64))) else { return false }
        guard let file = try? reader.open(path(location)) else { return false }
        return try file.sha256() == digest
    }
}
