public import Diagnostics
import Digests
public import IndexFiles
public import LinuxIO

/// Files on their way into a store: written under names of their own, made durable together, and given their names then.
///
/// A batch that ends without `commit()` removes what it wrote; what a killed process left, the next publisher removes.
public struct StoreBatch: ~Copyable {
    /// More files than these are made durable by syncfs(2): waiting for the disk once is faster than once for each.
    private static var fewFiles: Int { 32 }

    private let directory: Directory
    /// What names of this batch begin with: a publisher that lost its lease must not move what another one writes.
    private let prefix: String
    private var paths: [String] = []
    /// The directories that are certainly there, and those that got something new.
    private var known: Set<String> = ["."]
    private var changed: Set<String> = []
    private var isCommitted = false

    /// Begins without files.
    public init(_ store: borrowing PackageStore) throws(Failure) {
        let token = try System.randomBytes(8).map { String($0, radix: 16) }.joined()
        let directory = try store.directory.directory("")
        prefix = PackageStore.unfinished + token + "-"
        self.directory = directory
    }

    /// Takes a file in.
    ///
    /// - Parameters:
    ///   - content: Its bytes.
    ///   - digest: What they must be.
    ///   - path: Where it goes; components joined by `/`.
    ///   - time: The modification time that web servers show, in seconds since 1970.
    /// - Returns: Whether it was written; false when the same file is there.
    /// - Throws: `.conflict` when there is a file with other bytes, `.integrity` when the bytes aren't those, or what
    ///   writing reports.
    @discardableResult
    public mutating func add(
        _ content: ByteSource, digest: FileDigest, as path: String, time: Int64
    ) throws(Failure) -> Bool {
        if let there = try PackageStore.open(path, in: directory) {
            guard there.size == digest.size, try Self.digest(of: there) == digest.sha256 else { throw conflict(path) }
            return false
        }
        let draft = draft(paths.count)
        paths.append(path)
        var file = try NewFile(draft, in: directory)
        try content.forEachPiece { piece throws(Failure) in try file.write(Array(piece)) }
        guard try file.finish(isDurable: false) == digest else {
            throw Failure(.integrity, "\(content.name) was changed while it was read")
        }
        try directory.setTime(draft, time)
        return true
    }

    /// Makes all files durable, and gives them their names.
    public consuming func commit() throws(Failure) {
        let isMany = paths.count > Self.fewFiles
        if isMany {
            try directory.descriptor.syncFileSystem()
        } else {
            for number in paths.indices { try directory.file(draft(number)).sync() }
        }
        for (number, path) in paths.enumerated() {
            let parent = PathText.parent(path)
            try makeDirectory(parent)
            try directory.rename(draft(number), to: path)
            changed.insert(parent)
        }
        isCommitted = true
        if isMany {
            try directory.descriptor.syncFileSystem()
        } else {
            for path in changed.sorted(by: >) { try directory.directory(path == "." ? "" : path).sync() }
        }
    }

    deinit {
        guard !isCommitted else { return }
        // The room that they take may be what is missing.
        for number in paths.indices { _ = try? directory.removeFile(draft(number)) }
    }

    private func draft(_ number: Int) -> String { prefix + String(number) }

    private mutating func makeDirectory(_ path: String) throws(Failure) {
        guard known.insert(path).inserted else { return }
        let parent = PathText.parent(path)
        try makeDirectory(parent)
        if try directory.makeServedDirectory(path) { changed.insert(parent) }
    }

    private static func digest(of source: ByteSource) throws(Failure) -> SHA256Digest {
        let digest = SHA256()
        try source.forEachPiece { piece throws(Failure) in digest.update(piece) }
        return digest.finish()
    }

    private func conflict(_ path: String) -> Failure {
        Failure(
            .conflict, "the store has \(PathText.display(path)) with other bytes",
            cause: "a generation of the site may still offer it",
            hints: [
                "Build the package with a higher --release.",
                "Or remove what no generation offers with: agentpack repo prune",
            ])
    }
}
