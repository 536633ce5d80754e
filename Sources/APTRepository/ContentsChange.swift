public import Diagnostics
public import IndexFiles

/// What becomes of a Contents index when packages come and go.
///
/// Versions of a package aren't told apart: a path is a package's while one of its versions in the index has it. So a version
/// that comes adds its paths, and where one goes the name's paths are made again from the versions that stay.
public enum ContentsChange {
    /// Finds out which lines change.
    ///
    /// What is published is the only source for all other packages.
    ///
    /// - Parameters:
    ///   - old: The index as it is; nil for one without lines.
    ///   - replaced: Names of packages, without sections, whose entries all go.
    ///   - added: The packages whose paths come: new ones, and all that stay of the names that are replaced.
    /// - Throws: `.integrity` for what is no index.
    public static func between(
        _ old: PublishedIndex<ContentsIndex>?, replacing replaced: Set<String>, adding added: [PackageContents]
    ) throws(Failure) -> IndexChange<ContentsIndex> {
        var change = IndexChange<ContentsIndex>()
        let new = lines(added)
        var place = 0
        let isNothing = new.isEmpty && replaced.isEmpty
        if let old, !isNothing {
            // Entries to take out can be anywhere, those to add only between the first and the last.
            let first = replaced.isEmpty ? new.first.map { ContentsKey(path: $0.path) } : nil
            try old.forEachRecord(from: first) { key, record throws(Failure) in
                while place < new.count, ContentsKey(path: new[place].path) < key {
                    change.added.append(try IndexRecord(new[place].bytes))
                    place += 1
                }
                var names: [String] = []
                if place < new.count, new[place].path == key.path {
                    names = new[place].names
                    place += 1
                } else if replaced.isEmpty {
                    return place < new.count
                }
                let line = try ContentsLine(record)
                names += line.names.filter { !replaced.contains(String(ContentsLine.package($0))) }
                let next = ContentsLine(path: line.path, names: names)
                if next == line { return true }
                change.removed.insert(key)
                if !names.isEmpty { change.added.append(try IndexRecord(next.bytes)) }
                return true
            }
        }
        for line in new[place...] { change.added.append(try IndexRecord(line.bytes)) }
        return change
    }

    /// The lines of some packages, sorted.
    private static func lines(_ packages: [PackageContents]) -> [ContentsLine] {
        var entries: [(path: [UInt8], name: String)] = []
        for package in packages { entries += package.paths.map { ($0, package.name) } }
        entries.sort { $0.path.lexicographicallyPrecedes($1.path) }
        var lines: [ContentsLine] = []
        var start = 0
        while start < entries.count {
            var end = start + 1
            while end < entries.count, entries[end].path == entries[start].path { end += 1 }
            lines.append(ContentsLine(path: entries[start].path, names: entries[start..<end].map(\.name)))
            start = end
        }
        return lines
    }
}
