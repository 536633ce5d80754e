import Diagnostics

/// What this process has made for a while and must not leave behind when a signal ends it.
///
/// Values that make such files and directories remove them themselves otherwise.
public enum Leftovers {
    private static let paths = Monitor<Set<String>>([])

    /// Notes a path before something is made there.
    public static func note(_ path: String) { paths.with { _ = $0.insert(path) } }

    /// Forgets a path: what was there is gone, or is to stay.
    public static func forget(_ path: String) { paths.with { _ = $0.remove(path) } }

    /// Removes everything that is noted; for the end by a signal.
    public static func remove() {
        let paths = paths.with { paths in
            defer { paths = [] }
            return paths
        }
        for path in paths.sorted() {
            guard let parent = try? Directory.open(PathText.parent(path)) else { continue }
            // Other threads may still be writing there.
            for _ in 0..<5 where (try? parent.removeTree(PathText.lastComponent(path))) == nil {}
        }
    }
}

extension Directory {
    /// Removes what processes left here that were killed: files and directories whose names are a prefix and digits, and
    /// which nobody has locked.
    ///
    /// A lock is good across containers, where process numbers are not. Where the file system has no locks, or anything
    /// else goes wrong, all stays.
    ///
    /// - Parameter prefix: What the names begin with.
    public func removeAbandoned(_ prefix: String) {
        guard let names = try? names() else { return }
        for name in names where name.hasPrefix(prefix) {
            let rest = name.utf8.dropFirst(prefix.utf8.count)
            guard !rest.isEmpty, rest.allSatisfy({ (48...57).contains($0) }) else { continue }
            _ = try? removeUnlocked(name)
        }
    }

    private func removeUnlocked(_ name: String) throws(Failure) {
        switch try status(name)?.kind {
        case .file:
            let file = try file(name, .readWrite)
            if try file.lock() { try removeFile(name) }
        case .directory:
            let directory = try directory(name)
            if try directory.descriptor.lock() { try removeTree(name) }
        default: break
        }
    }
}
