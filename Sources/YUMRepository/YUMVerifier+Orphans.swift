import Diagnostics
import Digests
import LinuxIO
import RepositoryFiles

extension YUMVerifier {
    /// Files that nothing refers to, where directories can be listed: left over, or put there by somebody.
    func verifyOrphans(
        _ repomd: Repomd, _ table: PackageTable?, _ faults: inout FaultList
    ) throws(Failure) {
        if try reader.entries(path(".repodata")) != nil {
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
        let locations = Set(table.entries.map(\.location))
        for directory in Set(locations.map(PathText.parent)).sorted() {
            try verifyOrphans(
                in: directory, id: "package-orphan", { $0.utf8.suffix(4).elementsEqual(".rpm".utf8) }, known: locations,
                &faults)
        }
    }

    private func verifyOrphans(
        in directory: String, id: String, _ isOfInterest: (String) -> Bool, known: Set<String>,
        _ faults: inout FaultList
    ) throws(Failure) {
        let relative = directory == "." ? "" : directory
        let full = relative.isEmpty ? root : path(relative)
        guard let entries = try reader.entries(full) else { return }
        for entry in entries where !entry.isDirectory && isOfInterest(entry.name) {
            let location = relative.isEmpty ? entry.name : "\(relative)/\(entry.name)"
            guard !known.contains(location) else { continue }
            if try isOlderIndex(location) { continue }
            faults.warn(id, path(location), "is there, and nothing refers to it")
        }
    }

    /// Whether a file is one that agentpack leaves for clients with an older repomd.xml: named by its digest, and whole.
    private func isOlderIndex(_ location: String) throws(Failure) -> Bool {
        let name = PathText.lastComponent(location)
        guard options.isOwn, name.hasSuffix(".xml.gz"), let digest = SHA256Digest(hex: String(name.prefix(64))) else {
            return false
        }
        guard let file = try reader.open(path(location)) else { return false }
        return try file.sha256() == digest
    }
}
