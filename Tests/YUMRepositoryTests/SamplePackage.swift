import Diagnostics
import Digests
import LinuxIO
import XZ
import YUMRepository

@testable import RPMFormat

/// A package with its content at hand, written by our own writer.
struct SamplePackage {
    var package: RPMPackage
    var contents: [String: [UInt8]] = [:]

    init(
        _ name: String = "demo", epoch: UInt32? = nil, version: String = "1.0", release: String = "1",
        architecture: String = "x86_64"
    ) {
        package = RPMPackage(
            name: name, epoch: epoch, version: version, release: release, architecture: architecture,
            summary: "A demo", description: "Long text\ntwo lines", license: "MIT", timestamp: 946_684_800)
    }

    mutating func add(_ entry: RPMEntry) {
        let place =
            package.entries.firstIndex { entry.path.utf8.lexicographicallyPrecedes($0.path.utf8) }
            ?? package.entries.count
        package.entries.insert(entry, at: place)
    }

    mutating func addDirectory(_ path: String) { add(RPMEntry(path: path, content: .directory, mode: 0o755)) }

    mutating func addFile(_ path: String, _ text: String, flags: RPMFileFlags = []) {
        let bytes = Array(text.utf8)
        contents[path] = bytes
        add(
            RPMEntry(
                path: path, content: .file(size: UInt64(bytes.count), digest: SHA256.digest(bytes)), mode: 0o644,
                flags: flags))
    }

    mutating func addGhost(_ path: String) {
        add(RPMEntry(path: path, content: .file(size: 0, digest: .zero), mode: 0o644, flags: .ghost))
    }

    /// Writes the package.
    ///
    /// - Returns: Its path.
    @discardableResult
    func write(
        _ name: String? = nil, in directory: borrowing Directory,
        sign: ((ByteSource) throws(Failure) -> [UInt8])? = nil
    ) throws(Failure) -> String {
        let file = name ?? "\(package.name)-\(package.version)-\(package.release).\(package.architecture).rpm"
        var stream: [UInt8] = []
        for index in package.payloadEntries {
            stream += try package.header(ofEntryAt: index)
            if case .file(let size, _) = package.entries[index].content {
                stream += contents[package.entries[index].path] ?? []
                stream += [UInt8](repeating: 0, count: package.padding(after: size))
            }
        }
        stream += package.payloadEnd
        var writer = try RPMWriter(replacing: file, in: directory, package: package)
        var encoder = try XZBlockEncoder()
        let block = try encoder.encode(stream.span.bytes, chain: .lzma2)
        _ = try writer.append(block.bytes, size: block.size)
        try writer.finish(
            payloadDigest: SHA256.digest(stream), payloadSize: UInt64(stream.count), sign: sign)
        return PathText.join(directory.path, file)
    }

    /// The package in memory.
    func file() throws -> RPMFile {
        let name = "agentpack-test-\(System.processID)-\(System.monotonicNanoseconds)"
        let temporary = try Directory.open("/tmp")
        try temporary.makeDirectory(name, mode: 0o700)
        defer { _ = try? temporary.removeTree(name) }
        let path = try write("x.rpm", in: try temporary.directory(name))
        return try RPMFile(ByteSource(try readFile(path), name: "x.rpm"))
    }

    /// The records of the package, as text.
    func records() throws -> (primary: String, filelists: String, other: String) {
        let records = try PackageRecords(try file(), location: "Packages/x.rpm")
        return (text(records.primary), text(records.filelists), text(records.other))
    }
}

/// Bytes as text.
func text(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }
