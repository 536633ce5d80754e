public import Diagnostics
import IndexFiles
public import LinuxIO

/// A generation that is being made: what is new lies in a directory that nobody serves, all else will be what the served
/// generation has.
///
/// Until `commit()` readers see the old generation; a draft that ends without it removes what it wrote.
public struct GenerationDraft: ~Copyable {
    static let linkDraft = ".public.new"

    /// Where a path's content comes from.
    enum Entry: Equatable {
        /// The served generation's, under that path.
        case kept(String)
        /// Written for this one.
        case written
        /// One more name of a path of this one.
        case name(of: String)
        /// A file of the store.
        case stored(String)
        /// A symbolic link.
        case link(target: String)
    }

    /// The generation that is served.
    private final class Served {
        let directory: Directory

        init(_ directory: consuming Directory) { self.directory = directory }
    }

    private let site: Directory
    private let generations: Directory
    private let store: Directory
    private let base: Served?
    private let tree: Directory
    private let number: Int
    private let baseEntries: [String: Entry]
    private(set) var entries: [String: Entry]
    /// The directories that were made in `tree`.
    private var directories: Set<String> = []
    private var isCommitted = false

    /// Begins with what is served, or with what was served once.
    ///
    /// - Parameters:
    ///   - site: The site; see `SiteDirectory.removeLeftovers`.
    ///   - lock: Keeps other publishers away.
    ///   - generation: The generation to begin with; nil for the served one.
    public init(
        _ site: borrowing SiteDirectory, lock: borrowing SiteLock, from generation: Int? = nil
    ) throws(Failure) {
        let current = try site.current()
        let directory = try site.directory.directory("")
        let generations = try site.directory.directory(SiteDirectory.generations)
        let store = try site.directory.directory(SiteDirectory.store)
        var entries: [String: Entry] = [:]
        let base = try (generation ?? current).map { number throws(Failure) in
            try Served(generations.directory(SiteDirectory.name(ofGeneration: number)))
        }
        if let base { try Self.list(base.directory, prefix: "", into: &entries) }
        let draft = SiteDirectory.name(ofGeneration: (current ?? 0) + 1) + ".new"
        try generations.makeDirectory(draft)
        tree = try generations.directory(draft)
        self.site = directory
        self.generations = generations
        self.store = store
        self.base = base
        self.entries = entries
        number = (current ?? 0) + 1
        baseEntries = entries
    }

    deinit {
        if !isCommitted { _ = try? generations.removeTree(SiteDirectory.name(ofGeneration: number) + ".new") }
    }

    private static func list(
        _ directory: borrowing Directory, prefix: String, into entries: inout [String: Entry]
    ) throws(Failure) {
        for name in try directory.names() {
            let path = prefix + name
            switch try directory.status(name)?.kind {
            case .directory: try list(directory.directory(name), prefix: path + "/", into: &entries)
            case .link: entries[path] = .link(target: try directory.linkTarget(name) ?? "")
            default: entries[path] = .kept(path)
            }
        }
    }

    /// Whether it differs from what is served.
    public var isChanged: Bool { entries != baseEntries }

    /// The paths of files and links, sorted.
    ///
    /// - Parameter directory: Only those below it; nil for all.
    public func paths(below directory: String? = nil) -> [String] {
        let prefix = directory.map { $0 + "/" } ?? ""
        return entries.keys.filter { $0.hasPrefix(prefix) }.sorted()
    }

    /// Whether there is a file or link.
    public func contains(_ path: String) -> Bool { entries[path] != nil }

    /// Whether a file was written for this generation.
    public func isWritten(_ path: String) -> Bool { entries[path] == .written }

    /// A file as it will be.
    ///
    /// - Returns: Its bytes; nil when there is no such file.
    public func open(_ path: String) throws(Failure) -> ByteSource? {
        switch entries[path] {
        case .kept(let old): if let base { try SharedFile(base.directory.file(old)).source() } else { nil }
        case .written: try SharedFile(tree.file(path)).source()
        case .name(let other): try open(other)
        case .stored(let path): try SharedFile(store.file(path)).source()
        case .link, nil: nil
        }
    }

    /// A file of the store.
    ///
    /// - Returns: Its bytes; nil when there is no such file.
    public func openStored(_ path: String) throws(Failure) -> ByteSource? {
        do throws(Failure) {
            return try SharedFile(store.file(path)).source()
        } catch {
            guard error.errorNumber == 2 else { throw error }
            return nil
        }
    }

    /// Writes a small file, unless the served one has the same bytes.
    public mutating func write(_ bytes: [UInt8], to path: String) throws(Failure) {
        if let old = try open(path), old.size == UInt64(bytes.count), try old.read(bytes.count, at: 0) == bytes {
            return
        }
        try remove(path)
        try makeDirectory(PathText.parent(path))
        try NewFile.write(bytes, to: path, in: tree)
        try makeNewer(path)
        entries[path] = .written
    }

    /// Gives a file a later second than the one that it replaces: web servers tell files of one size apart by it.
    private func makeNewer(_ path: String) throws(Failure) {
        guard case .kept(let old) = baseEntries[path], let time = try base?.directory.status(old)?.modified.seconds,
            let now = try tree.status(path)?.modified.seconds, now <= time
        else { return }
        try tree.setTime(path, time + 1)
    }

    /// Makes a symbolic link.
    public mutating func makeLink(_ path: String, target: String) throws(Failure) {
        try remove(path)
        entries[path] = .link(target: target)
    }

    /// Gives a file of this generation one more name.
    public mutating func makeName(_ path: String, of other: String) throws(Failure) {
        try remove(path)
        entries[path] = .name(of: other)
    }

    /// Gives a file of the store a name in this generation.
    public mutating func makeName(_ path: String, ofStored stored: String) throws(Failure) {
        try remove(path)
        entries[path] = .stored(stored)
    }

    /// Removes a file or link; nothing happens when there is none.
    public mutating func remove(_ path: String) throws(Failure) {
        if entries[path] == .written { try tree.removeFile(path) }
        entries[path] = nil
    }

    /// Has files written.
    ///
    /// - Parameters:
    ///   - directory: Where they go.
    ///   - body: Writes them into the directory that it gets, and returns their names there.
    public mutating func write<R>(
        in directory: String, _ body: (borrowing Directory) throws(Failure) -> (names: [String], result: R)
    ) throws(Failure) -> R {
        try makeDirectory(directory)
        let written = try body(try tree.directory(directory))
        for name in written.names {
            try makeNewer(directory + "/" + name)
            entries[directory + "/" + name] = .written
        }
        return written.result
    }

    /// Gives a file that was written for this generation another name.
    public mutating func rename(_ path: String, to new: String) throws(Failure) {
        try remove(new)
        try tree.rename(path, to: new)
        entries[path] = nil
        entries[new] = .written
    }

    /// Makes a directory and those above it.
    private mutating func makeDirectory(_ path: String) throws(Failure) {
        guard path != ".", !directories.contains(path) else { return }
        try makeDirectory(PathText.parent(path))
        try tree.makeDirectory(path)
        directories.insert(path)
    }

    /// Completes the generation and has it served, by one rename(2).
    ///
    /// - Parameter lock: The lock; it is looked at once more.
    /// - Returns: The generation's number.
    /// - Throws: What writing reports; the old generation is served then.
    public consuming func commit(_ lock: borrowing SiteLock) throws(Failure) -> Int {
        try complete()
        try lock.check()
        let name = SiteDirectory.name(ofGeneration: number)
        try generations.rename(name + ".new", to: name)
        try generations.sync()
        try site.removeFile(Self.linkDraft)
        try site.makeLink(Self.linkDraft, target: SiteDirectory.path(ofGeneration: number))
        try site.rename(Self.linkDraft, to: SiteDirectory.publicName)
        isCommitted = true
        try site.sync()
        return number
    }

    /// Puts everything in its place and makes it durable.
    private mutating func complete() throws(Failure) {
        for (path, entry) in entries.sorted(by: { $0.key < $1.key }) {
            try makeDirectory(PathText.parent(path))
            switch entry {
            case .written: break
            case .kept(let old): if let base { try tree.link(old, of: base.directory, as: path) }
            case .link(let target): try tree.makeLink(path, target: target)
            case .stored(let stored): try tree.link(stored, of: store, as: path)
            case .name: break
            }
        }
        for (path, entry) in entries.sorted(by: { $0.key < $1.key }) {
            guard case .name(let other) = entry else { continue }
            try tree.link(resolved(other), of: tree, as: path)
        }
        for directory in directories.sorted(by: >) { try tree.directory(directory).sync() }
        try tree.sync()
    }

    /// The path that has a file's content.
    private func resolved(_ path: String) -> String {
        if case .name(let other) = entries[path] { return resolved(other) }
        return path
    }
}

extension GenerationDraft {
    /// Has a path be the same file as another one; nothing happens where it is.
    public mutating func makeSame(_ path: String, as other: String) throws(Failure) {
        guard let content = try open(other) else { return try remove(path) }
        if let there = try open(path), there.size == content.size, try isEqual(there, content) { return }
        try makeName(path, of: other)
    }

    private func isEqual(_ left: ByteSource, _ right: ByteSource) throws(Failure) -> Bool {
        var place: UInt64 = 0
        while place < left.size {
            let count = Int(min(1 << 20, left.size - place))
            guard try left.read(count, at: place) == right.read(count, at: place) else { return false }
            place += UInt64(count)
        }
        return true
    }
}
