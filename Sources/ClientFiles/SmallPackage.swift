import DebFormat
import Diagnostics
import Digests
import LinuxIO
import RPMFormat
import XZ

/// A file of a package whose bytes are at hand.
struct SmallFile {
    var path: String
    var bytes: [UInt8]
    var flags: RPMFileFlags = []
}

extension DebPackage {
    /// Writes a package whose files are at hand, as one xz block.
    ///
    /// - Parameters:
    ///   - contents: The bytes of the files by their paths.
    ///   - name: The file's name.
    ///   - directory: Where it goes.
    func write(_ contents: [String: [UInt8]], replacing name: String, in directory: borrowing Directory) throws(Failure)
    {
        var archive = try dataStart()
        for (index, entry) in entries.enumerated() {
            archive += try header(ofEntryAt: index)
            guard let bytes = contents[entry.path] else { continue }
            archive += bytes + [UInt8](repeating: 0, count: padding(after: UInt64(bytes.count)))
        }
        archive += dataEnd
        var writer = try DebWriter(replacing: name, in: directory, package: self)
        var encoder = try XZBlockEncoder()
        let block = try encoder.encode(archive.span.bytes, chain: .lzma2)
        _ = try writer.append(block.bytes, size: block.size)
        try writer.finish()
    }

    /// The entries of files, with the directories above them.
    static func entries(_ files: [SmallFile]) throws(Failure) -> [DebEntry] {
        var entries: [DebEntry] = []
        for file in files {
            let content = DebEntry.Content.file(
                size: UInt64(file.bytes.count), md5: try MessageDigest.digest(file.bytes, .md5))
            entries.append(DebEntry(path: file.path, content: content, mode: 0o644))
            for end in file.path.indices.dropFirst() where file.path[end] == "/" {
                let directory = DebEntry(path: String(file.path[..<end]), content: .directory, mode: 0o755)
                if !entries.contains(directory) { entries.append(directory) }
            }
        }
        return entries.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }
}

extension RPMPackage {
    /// Writes a package whose files are at hand, as one xz block.
    ///
    /// - Parameters:
    ///   - contents: The bytes of the files by their paths.
    ///   - name: The file's name.
    ///   - directory: Where it goes.
    ///   - sign: Makes the signatures; see `RPMWriter.finish`.
    func write(
        _ contents: [String: [UInt8]], replacing name: String, in directory: borrowing Directory,
        sign: ((ByteSource) throws(Failure) -> [UInt8])?
    ) throws(Failure) {
        var payload: [UInt8] = []
        for index in payloadEntries {
            payload += try header(ofEntryAt: index)
            guard let bytes = contents[entries[index].path] else { continue }
            payload += bytes + [UInt8](repeating: 0, count: padding(after: UInt64(bytes.count)))
        }
        payload += payloadEnd
        var writer = try RPMWriter(replacing: name, in: directory, package: self)
        var encoder = try XZBlockEncoder()
        let block = try encoder.encode(payload.span.bytes, chain: .lzma2)
        _ = try writer.append(block.bytes, size: block.size)
        try writer.finish(
            payloadDigest: SHA256.digest(payload), payloadSize: UInt64(payload.count), sign: sign)
    }
}
