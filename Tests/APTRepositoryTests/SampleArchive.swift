import APTRepository
import DebFormat
import Diagnostics
import Digests
import Foundation
import LinuxIO
import RepositoryFiles
import Signing

/// An archive in the form that agentpack publishes, made file by file.
final class SampleArchive {
    static let date: Int64 = 1_800_000_000
    static let architectures = ["amd64", "arm64"]

    let scratch: Scratch
    let home: GPGHome
    let signers: [any OpenPGPSigner]
    let ring: String
    /// The directory with `dists` and `pool`.
    let root: String
    let date: Int64
    var dist: String { root + "/dists/bookworm" }

    /// Makes one with three packages.
    init(root: String = "apt-bookworm", date: Int64 = SampleArchive.date) throws {
        scratch = try Scratch()
        home = try GPGHome()
        self.root = root
        self.date = date
        let key = try home.key()
        signers = [try GPGSigner(fingerprint: key, home: home.path)]
        ring = try home.ring(key)
        var records: [PackagesRecord] = []
        for (name, version, architecture) in [
            ("some-agent", "1.0", "amd64"), ("some-agent", "1.10", "amd64"), ("some-agent", "1.0", "arm64"),
            ("libsome", "1.0", "all"),
        ] {
            var deb = SampleDeb()
            (deb.name, deb.version, deb.architecture) = (name, version, architecture)
            if name == "some-agent" { deb.fields += "\nDepends: libsome (>= 1)" }
            records.append(try add(deb))
        }
        for architecture in Self.architectures {
            let matching = records.filter { [architecture, "all"].contains($0.key.architecture) }
            try write(index: architecture, matching.sorted { $0.key < $1.key }.flatMap(\.bytes))
        }
        try sign()
    }

    /// Puts a package into the pool.
    func add(_ deb: SampleDeb) throws -> PackagesRecord {
        let built = try deb.build("built.deb", in: scratch)
        let record = try PackagesRecord(describing: DebFile(SharedFile(path: built).source()))
        try scratch.file("\(root)/\(record.filename)", scratch.bytes("built.deb"))
        return record
    }

    func path(_ architecture: String, _ suffix: String = "") -> String {
        "\(dist)/main/binary-\(architecture)/Packages\(suffix)"
    }

    func index(_ architecture: String) throws -> String {
        String(decoding: try scratch.bytes(path(architecture)), as: UTF8.self)
    }

    /// Writes an index in all of its forms.
    func write(index architecture: String, _ text: some Sequence<UInt8>) throws {
        let path = try scratch.file(path(architecture), text)
        try run(["gzip", "-9nkf", path])
        try run(["xz", "-kf", path])
    }

    /// Changes a text of an index.
    func change(index architecture: String = "amd64", _ change: (String) -> String) throws {
        try write(index: architecture, bytes(change(index(architecture))))
    }

    /// Replaces lines of an index's stanzas by what stands before their colon.
    ///
    /// - Parameters:
    ///   - match: A line that the stanza has.
    ///   - values: What follows the colon and the blank, by field.
    func change(stanza match: String, of architecture: String = "amd64", _ values: [String: String]) throws {
        try change(index: architecture) { text in
            text.components(separatedBy: "\n\n").map { stanza in
                let lines = stanza.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
                guard lines.contains(match) else { return stanza }
                return lines.map { line in
                    let field = String(line.prefix { $0 != ":" })
                    return values[field].map { "\(field): \($0)" } ?? line
                }.joined(separator: "\n")
            }.joined(separator: "\n\n")
        }
    }

    /// The files below `main`, with sizes and digests.
    func files() throws -> [ReleaseFile.File] {
        var files: [ReleaseFile.File] = []
        let main = URL(filePath: scratch.path + "/" + dist + "/main").resolvingSymlinksInPath().path()
        let walk = FileManager.default.enumerator(at: URL(filePath: main), includingPropertiesForKeys: nil)
        while let url = walk?.nextObject() as? URL {
            let path = "main/" + url.resolvingSymlinksInPath().path().dropFirst(main.utf8.count).drop { $0 == "/" }
            guard !path.contains("by-hash"), !url.hasDirectoryPath else { continue }
            let content = try scratch.bytes("\(dist)/\(path)")
            files.append(.init(path: path, size: UInt64(content.count), sha256: SHA256.digest(content)))
        }
        return files
    }

    /// Writes and signs the Release files, and the indexes by their digests.
    func sign(byHash: Bool = true, _ change: (inout ReleaseFile) -> Void = { _ in }) throws {
        var release = ReleaseFile()
        release.origin = "Example"
        release.label = "Example"
        release.codename = "bookworm"
        release.suite = "bookworm"
        release.date = date
        release.acquireByHash = true
        release.architectures = Self.architectures
        release.components = ["main"]
        release.files = try files()
        change(&release)
        for file in release.files where byHash {
            guard let path = file.byHashPath(.sha256), let content = try? scratch.bytes("\(dist)/\(file.path)") else {
                continue
            }
            try scratch.file("\(dist)/\(path)", content)
        }
        try write(SignedRelease(release, by: signers))
    }

    func write(_ signed: SignedRelease) throws {
        try scratch.file("\(dist)/InRelease", signed.inRelease)
        try scratch.file("\(dist)/Release", signed.release)
        try scratch.file("\(dist)/Release.gpg", signed.signature)
    }

    /// Looks at it as at one of ours.
    func verify(
        own: Bool = true, _ change: (inout APTVerifier.Options) -> Void = { _ in }
    ) throws -> APTVerifier.Report {
        var options = APTVerifier.Options()
        options.keys = try GPGVerifier(keys: [ring])
        options.now = date + 60
        options.isOwn = own
        change(&options)
        return try APTVerifier(DirectoryReader(scratch.path), root: root, options: options).verify()
    }

    /// Does something to it, looks at it, and takes it back.
    func trying(_ work: () throws -> Void, then body: () throws -> Void) throws {
        let top = scratch.path + "/" + root
        try run(["cp", "-a", top, top + ".kept"])
        try work()
        try body()
        try FileManager.default.removeItem(atPath: top)
        try FileManager.default.moveItem(atPath: top + ".kept", toPath: top)
    }
}
