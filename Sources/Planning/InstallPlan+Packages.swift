extension InstallPlan {
    /// The paths that a native package of the product holds.
    ///
    /// A package manager makes a directory that no package lists with the umask of whoever runs it, and removes none:
    /// so every package lists each directory above its paths, with the mode and owner that the plan gives it, whichever
    /// package brought it in.
    ///
    /// - Parameter package: The package's name.
    /// - Returns: Its own entries and the directories above them, sorted as the plan's.
    public func entries(of package: String) -> [PlannedEntry] {
        var above: Set<PathKey> = []
        for entry in entries where entry.belongs(to: package) {
            var path = entry.path.utf8[...]
            while let slash = path.lastIndex(of: UInt8(ascii: "/")) {
                path = path[..<slash]
                // What is above a known directory is known, too.
                guard above.insert(PathKey(String(Substring(path)))).inserted else { break }
            }
        }
        return entries.filter { entry in
            if entry.belongs(to: package) { return true }
            guard case .directory = entry.content else { return false }
            return above.contains(PathKey(entry.path))
        }
    }
}

extension PlannedEntry {
    fileprivate func belongs(to name: String) -> Bool { package == name || sharedWith.contains(name) }
}
