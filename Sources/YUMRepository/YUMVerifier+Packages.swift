import Diagnostics
import Digests
import LinuxIO
import RPMFormat
import RepositoryFiles
import Signing

extension YUMVerifier {
    /// Verifies that the packages are there, and what they are.
    func verifyPackages(_ table: PackageTable?, _ faults: inout FaultList) throws(Failure) {
        guard let table else { return }
        let local = table.entries.filter { $0.base == nil && SafeLocation.isSafe($0.location) }
        if local.count < table.entries.count, let first = table.entries.first(where: { $0.base != nil }) {
            faults.warn(
                "location-base", path(first.location),
                "and others are elsewhere, at \(PathText.display(first.base ?? "")): not looked at")
        }
        if options.opensPackages {
            try faults.gather(local.count, threads: options.threads) { index, faults throws(Failure) in
                let entry = local[index]
                if options.checked?.insert(entry.location, entry.hashValue) == false { return }
                try verifyPackage(entry, &faults)
            }
        } else {
            try verifyPresence(local, &faults)
        }
    }

    /// Presence and sizes by the directories' lists, where there are any.
    private func verifyPresence(_ entries: [PackageTable.Entry], _ faults: inout FaultList) throws(Failure) {
        var sizes: [String: [String: UInt64]] = [:]
        for entry in entries {
            let place = path(entry.location)
            let directory = PathText.parent(place)
            if sizes[directory] == nil {
                var listed: [RepositoryEntry]?
                do throws(Failure) {
                    listed = try reader.entries(directory == "." ? "" : directory)
                } catch {
                    try faults.add(error, "unreadable", directory)
                    listed = []
                }
                // Where nothing can be listed, only opening each file would tell.
                if listed == nil, try reader.entries(root) == nil { return }
                sizes[directory] = Dictionary(
                    (listed ?? []).filter { !$0.isDirectory }.map { ($0.name, $0.size) },
                    uniquingKeysWith: { first, _ in first })
            }
            guard let size = sizes[directory]?[PathText.lastComponent(place)] else {
                faults.fail("package-missing", place, "is not there")
                continue
            }
            if size != entry.size {
                faults.fail("package-size", place, "has \(size) bytes; primary states \(entry.size)")
            }
        }
    }

    private func verifyPackage(_ entry: PackageTable.Entry, _ faults: inout FaultList) throws(Failure) {
        let place = path(entry.location)
        do throws(Failure) {
            guard let source = try reader.open(place) else {
                faults.fail("package-missing", place, "is not there")
                return
            }
            guard source.size == entry.size else {
                faults.fail("package-size", place, "has \(source.size) bytes; primary states \(entry.size)")
                return
            }
            if let algorithm = entry.checksum.digest {
                let digest = try MessageDigest(algorithm)
                try source.forEachPiece { piece in digest.update(piece) }
                let found = Hexadecimal.text(digest.finish())
                guard found == entry.checksum.value else {
                    faults.fail(
                        "package-checksum", place,
                        "has the \(algorithm.rawValue) \(found); primary states \(entry.checksum.value)")
                    return
                }
            }
            try verify(RPMFile(source), entry, place, &faults)
        } catch {
            try faults.add(error, "package-damaged", place)
        }
    }

    /// What the package says of itself, and who signed it.
    private func verify(
        _ file: RPMFile, _ entry: PackageTable.Entry, _ place: String, _ faults: inout FaultList
    ) throws(Failure) {
        if file.packageKey != entry.key {
            faults.fail("package-identity", place, "is \(file.packageKey); primary has it as \(entry.key)")
        }
        if file.headerRange != entry.headerRange {
            faults.fail(
                "package-header-range", place,
                "has its header at \(file.headerRange); primary states \(entry.headerRange)")
        }
        guard let packageKeys else { return }
        let signatures = try file.signatures()
        guard !signatures.isEmpty else {
            faults.fail("package-unsigned", place, "has no signature")
            return
        }
        var coversPayload = false
        for signature in signatures {
            let verdict = try packageKeys.verify(signature.packet, of: try file.signedBytes(signature.scope))
            guard case .good = verdict else {
                faults.fail("package-signature", place, "\(signature.tag.name) is \(verdict.words)")
                return
            }
            if signature.scope == .headerAndPayload { coversPayload = true }
        }
        // Otherwise the header's digest of the payload must be right.
        if !coversPayload { _ = try file.verifyPacked() }
    }
}
