import Decompression
import Diagnostics
import Digests
import LinuxIO
import RepositoryFiles

extension YUMVerifier {
    /// Verifies every metadata file, and reads those that list packages.
    ///
    /// - Returns: The packages; nil where primary can't be read.
    func verifyMetadata(_ repomd: Repomd, _ faults: inout FaultList) throws(Failure) -> PackageTable? {
        var primary: PackageTable?
        for entry in repomd.data where entry.type == PrimaryIndex.type { try verifyFile(entry, &primary, &faults) }
        // The others are compared with it.
        let table = primary
        let others = repomd.data.filter { $0.type != PrimaryIndex.type }
        try faults.gather(others.count, threads: options.threads) { index, faults throws(Failure) in
            var table = table
            try verifyFile(others[index], &table, &faults)
        }
        verifyForOldClients(repomd, &faults)
        return table
    }

    private func verifyFile(
        _ entry: RepomdData, _ table: inout PackageTable?, _ faults: inout FaultList
    ) throws(Failure) {
        let index = path(RepositoryFileNames.index)
        let type = PathText.display(entry.type)
        if let base = entry.base {
            faults.warn("location-base", index, "\(type) is elsewhere, at \(PathText.display(base)): not looked at")
            return
        }
        guard SafeLocation.isSafe(entry.location) else {
            faults.fail("location-unsafe", index, "\(type) is at “\(PathText.display(entry.location))”")
            return
        }
        let place = path(entry.location)
        if !PathText.lastComponent(entry.location).utf8.starts(with: entry.checksum.value.utf8) {
            faults.warn(
                "name-without-checksum", place,
                "has a name without its checksum: a client that fetches while it changes gets the wrong one")
        }
        do throws(Failure) {
            guard let source = try reader.open(place) else {
                faults.fail("file-missing", place, "\(type) is not there")
                return
            }
            guard try verifyStored(entry, source, place, &faults) else { return }
            try verifyContent(entry, source, place, &table, &faults)
        } catch {
            try faults.add(error, "file-damaged", place)
        }
    }

    /// Size and checksum of the file as it is.
    ///
    /// - Returns: Whether they are right.
    private func verifyStored(
        _ entry: RepomdData, _ source: ByteSource, _ place: String, _ faults: inout FaultList
    ) throws(Failure) -> Bool {
        if let size = entry.size, size != source.size {
            faults.fail("file-size", place, "has \(source.size) bytes; repomd.xml states \(size)")
            return false
        }
        guard let algorithm = entry.checksum.digest else {
            faults.fail(
                "checksum-unknown", place,
                "is listed with “\(PathText.display(entry.checksum.algorithm))”, which is not known")
            return false
        }
        if let fault = entry.checksum.weakness(of: PathText.display(entry.type), path(RepositoryFileNames.index)) {
            faults.add(fault)
        }
        let digest = try MessageDigest(algorithm)
        try source.forEachPiece { piece in digest.update(piece) }
        let found = Hexadecimal.text(digest.finish())
        guard found == entry.checksum.value else {
            faults.fail(
                "file-checksum", place,
                "has the \(algorithm.rawValue) \(found); repomd.xml states \(entry.checksum.value)")
            return false
        }
        return true
    }

    /// Size and checksum of the content, and the packages in it.
    private func verifyContent(
        _ entry: RepomdData, _ source: ByteSource, _ place: String, _ table: inout PackageTable?,
        _ faults: inout FaultList
    ) throws(Failure) {
        let compression = MetadataCompression(entry.location)
        // Its own checksum covers it, and old clients have the other form.
        guard compression != .zchunk else { return }
        let algorithm = entry.openChecksum?.digest
        let content = try MetadataContent(source, compression, digest: algorithm)
        switch entry.type {
        case PrimaryIndex.type:
            var xml = XMLReader(name: place) { buffer throws(Failure) in try content.read(into: buffer) }
            table = try PackageTable(&xml, place, options, &faults)
        case FilelistsIndex.type: try compare(FilelistsIndex.root, content, place, table, &faults)
        case OtherIndex.type: try compare(OtherIndex.root, content, place, table, &faults)
        default: break
        }
        let digest = Hexadecimal.text(try content.finish())
        if let openSize = entry.openSize, openSize != content.size {
            faults.fail("open-size", place, "unpacks to \(content.size) bytes; repomd.xml states \(openSize)")
        }
        if let stated = entry.openChecksum, algorithm != nil, digest != stated.value {
            faults.fail(
                "open-checksum", place,
                "unpacks to the \(stated.algorithm) \(digest); repomd.xml states \(stated.value)")
        }
    }

    private func compare(
        _ root: StaticString, _ content: MetadataContent, _ place: String, _ table: PackageTable?,
        _ faults: inout FaultList
    ) throws(Failure) {
        // Without primary there is nothing to compare with.
        guard let table else { return }
        var xml = XMLReader(name: place) { buffer throws(Failure) in try content.read(into: buffer) }
        try table.compare(&xml, root: root, place, options, &faults)
    }

    /// What yum 3 can't take: other compressions, where it is among the clients, and what is compressed as it likes it
    /// without the checksum of the content.
    private func verifyForOldClients(_ repomd: Repomd, _ faults: inout FaultList) {
        let index = path(RepositoryFileNames.index)
        for type in [PrimaryIndex.type, FilelistsIndex.type] {
            let entries = repomd.data.filter { $0.type == type || $0.type == type + "_db" }
            let old = entries.filter { MetadataCompression.isForOldClients($0.location) }
            if options.servesOldClients, old.isEmpty, let entry = entries.first {
                faults.fail(
                    "compression-new", index,
                    "\(type) is there only as \(PathText.lastComponent(entry.location)), which yum 3 (EL 7) can't unpack"
                )
            }
            for entry in old where entry.openChecksum == nil && MetadataCompression(entry.location) != .own(.none) {
                faults.fail(
                    "open-checksum-missing", index,
                    "\(entry.type) is compressed and has no open-checksum, without which yum 3 (EL 7) refuses it")
            }
        }
    }
}
