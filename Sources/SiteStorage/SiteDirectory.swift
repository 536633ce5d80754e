public import Diagnostics
public import LinuxIO

/// The directory of a site.
///
/// ```
/// public -> generations/000012    what web servers serve; one rename changes all of it
/// generations/000012/…            everything that changes: indexes, key files, pages
/// store/…                         packages, whose content never changes, for all generations
/// lock                            keeps two publishers apart
/// ```
public struct SiteDirectory: ~Copyable {
    static let publicName = "public"
    static let generations = "generations"
    static let store = "store"
    static let lockName = "lock"

    /// The directory.
    public let directory: Directory
    /// Its path, for messages.
    public var path: String { directory.path }

    /// Opens a site.
    ///
    /// - Parameter path: Its directory.
    /// - Throws: `.usage` where there is no site.
    public init(_ path: String) throws(Failure) {
        guard fileStatus(path)?.kind == .directory else {
            throw Failure(
                .usage, "there is no site in \(PathText.display(path))",
                hints: ["Make one with: agentpack repo init", "Or name its directory with --site."])
        }
        let directory = try Directory.open(path)
        guard try directory.status(Self.generations)?.kind == .directory else {
            throw Failure(
                .usage, "\(PathText.display(path)) is no site: it has no directory \(Self.generations)",
                hints: ["Make one with: agentpack repo init"])
        }
        self.directory = directory
    }

    /// Makes an empty site, or completes one that was begun.
    ///
    /// - Parameter path: Its directory; missing ones above it are made, too.
    /// - Throws: `.usage` for a directory that holds something else.
    public static func create(_ path: String) throws(Failure) {
        if fileStatus(path) == nil {
            let parent = PathText.parent(path)
            if fileStatus(parent) == nil { try createParents(parent) }
            try Directory.open(parent).makeDirectory(PathText.lastComponent(path))
        }
        let directory = try Directory.open(path)
        let known = [publicName, generations, store, lockName]
        if let other = try directory.names().first(where: { !known.contains($0) && !$0.hasPrefix(".") }) {
            throw Failure(
                .usage, "\(PathText.display(path)) can't become a site: it holds \(PathText.display(other))",
                hints: ["Name a new or an empty directory."])
        }
        for name in [generations, store] { try directory.makeServedDirectory(name) }
        try directory.sync()
    }

    private static func createParents(_ path: String) throws(Failure) {
        let parent = PathText.parent(path)
        if fileStatus(parent) == nil { try createParents(parent) }
        try Directory.open(parent).makeDirectory(PathText.lastComponent(path))
    }

    /// The number of the generation that is served; nil before the first.
    ///
    /// - Throws: `.integrity` when the link leads elsewhere.
    public func current() throws(Failure) -> Int? {
        guard try directory.status(Self.publicName) != nil else { return nil }
        let target = try directory.linkTarget(Self.publicName) ?? ""
        let parts = target.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0] == Self.generations, let number = Self.number(of: String(parts[1])),
            try directory.status(target)?.kind == .directory
        else {
            throw Failure(
                .integrity, "\(PathText.display(PathText.join(path, Self.publicName))) is no link to a generation",
                cause: "found \(target.isEmpty ? "no link" : PathText.display(target))")
        }
        return number
    }

    /// The numbers of all generations that were finished, oldest first; those behind the current one were never served.
    public func finished() throws(Failure) -> [Int] {
        try directory.directory(Self.generations).names().compactMap(Self.number).sorted()
    }

    /// Where a generation is, relative to the site.
    public static func path(ofGeneration number: Int) -> String { generations + "/" + name(ofGeneration: number) }

    static func name(ofGeneration number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 6 - digits.utf8.count)) + digits
    }

    private static func number(of name: String) -> Int? {
        guard let number = Int(name), number > 0, Self.name(ofGeneration: number) == name else { return nil }
        return number
    }

    /// Removes what a publisher left that was killed: unfinished generations, finished ones that were never served, and
    /// unfinished files of the store.
    ///
    /// - Parameter lock: Keeps other publishers away.
    public func removeLeftovers(_ lock: borrowing SiteLock) throws(Failure) {
        let current = try current() ?? 0
        let generations = try directory.directory(Self.generations)
        for name in try generations.names() {
            if let number = Self.number(of: name), number <= current { continue }
            try generations.removeTree(name)
        }
        try directory.removeFile(GenerationDraft.linkDraft)
        try PackageStore(self).removeUnfinished()
    }
}

extension SiteDirectory {
    /// Removes a generation that isn't served.
    ///
    /// - Parameters:
    ///   - number: Its number.
    ///   - lock: Keeps other publishers away.
    /// - Throws: `.usage` for the one that is served, or what removing reports.
    public func removeGeneration(_ number: Int, lock: borrowing SiteLock) throws(Failure) {
        guard try current() != number else { throw Failure(.usage, "generation \(number) is served") }
        try directory.removeTree(Self.path(ofGeneration: number))
    }
}
