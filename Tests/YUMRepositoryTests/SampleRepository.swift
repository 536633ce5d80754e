import Diagnostics
import Digests
import IndexFiles
import LinuxIO
import RPMFormat
import RepositoryFiles
import Signing
import YUMRepository

/// A key without passphrase in a GnuPG home of its own.
struct SampleKey {
    let home: String
    let signer: GPGSigner
    /// The armored public key's file.
    let publicKey: String

    init(_ name: String, in scratch: borrowing Directory, expires: String = "never") throws {
        try scratch.makeDirectory(name, mode: 0o700)
        home = PathText.join(scratch.path, name)
        publicKey = PathText.join(scratch.path, "\(name).asc")
        let gpg = ["--batch", "--no-tty", "--homedir", home, "--pinentry-mode", "loopback", "--passphrase", ""]
        _ = try run(["gpg"] + gpg + ["--quick-generate-key", "\(name) <test@example.com>", "rsa2048", "sign", expires])
        _ = try run(["gpg"] + gpg + ["--armor", "--output", publicKey, "--export"])
        let lines = text(try run(["gpg"] + gpg + ["--with-colons", "--list-keys"])).split(separator: "\n")
        let fields = lines.first { $0.hasPrefix("fpr") }?.split(separator: ":", omittingEmptySubsequences: false) ?? []
        signer = try GPGSigner(fingerprint: fields.count > 9 ? String(fields[9]) : "", home: home)
    }

    /// Ends the agent that gpg started.
    func close() { _ = try? run(["gpgconf", "--homedir", home, "--kill", "all"]) }
}

/// Runs a program of the system, which must succeed.
@discardableResult
func run(_ arguments: [String], input: [UInt8] = []) throws -> [UInt8] {
    let isPath = arguments[0].utf8.first == UInt8(ascii: "/")
    guard let program = isPath ? arguments[0] : Subprocess.find(arguments[0]) else {
        throw Failure(.requirement, "\(arguments[0]) is not installed")
    }
    let result = try Subprocess.run(
        [program] + arguments.dropFirst(), environment: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8"],
        input: input, limit: 64 << 20, timeout: 300)
    guard result.status == 0 else { throw Failure(.failed, "\(arguments[0]): \(result.text)\(result.errorText)") }
    return result.output
}

/// A repository that our own code wrote.
struct SampleRepository {
    static let time: Int64 = 1_000_000_000

    /// Writes a repository of packages that are in `Packages` of a directory.
    ///
    /// - Parameters:
    ///   - directory: Where `repodata` goes.
    ///   - signer: Who signs; nil for nobody.
    static func write(in directory: borrowing Directory, signer: GPGSigner?, time: Int64 = time) throws {
        var records: [PackageRecords] = []
        for name in try directory.directory("Packages").names() where name.hasSuffix(".rpm") {
            let file = try RPMFile(try SharedFile(path: PathText.join(directory.path, "Packages/\(name)")).source())
            records.append(try PackageRecords(file, location: "Packages/\(name)"))
        }
        try directory.makeDirectory("repodata")
        let data = [
            try write(PrimaryIndex.self, records.map(\.primary), in: directory, time: time),
            try write(FilelistsIndex.self, records.map(\.filelists), in: directory, time: time),
            try write(OtherIndex.self, records.map(\.other), in: directory, time: time),
        ]
        try sign(Repomd.next(after: nil, data: data, time: time), in: directory, signer: signer)
    }

    /// Writes `repomd.xml` and what stands beside it.
    static func sign(_ repomd: Repomd, in directory: borrowing Directory, signer: GPGSigner?) throws {
        try put(repomd.bytes, "repodata/repomd.xml", in: directory)
        guard let signer else { return }
        try put(try repomd.signature(by: signer), "repodata/repomd.xml.asc", in: directory)
    }

    static func put(_ bytes: [UInt8], _ path: String, in directory: borrowing Directory) throws {
        try directory.file(path, [.write, .create, .truncate], mode: 0o644).write(bytes)
    }

    private static func write<Grammar: PackageIndexGrammar>(
        _ type: Grammar.Type, _ records: [[UInt8]], in directory: borrowing Directory, time: Int64
    ) throws -> RepomdData {
        let names = IndexFileNames(plain: nil, gzip: "repodata/new", xz: nil)
        let added = try records.map { bytes throws(Failure) in try IndexRecord<Grammar>(bytes) }
        let written = try IndexWriter<Grammar>(names).write(IndexChange(added: added), to: nil, in: directory)
        let entry = RepomdData(type, written, timestamp: time)
        try directory.rename("repodata/new", to: entry.location)
        return entry
    }
}
