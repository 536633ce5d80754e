import Diagnostics
import LinuxIO

extension FileListReader {
    /// The paths: directories and names, or whole paths in old packages.
    func paths() throws(Failure) -> [String] {
        guard let names = header.entry(.baseNames) else {
            guard let old = header.entry(.oldFileNames) else { return [] }
            try checkCount(old)
            let paths = try decoded(old)
            for path in paths { try check(path, in: .oldFileNames) }
            return paths
        }
        try checkCount(names)
        guard let directories = header.entry(.dirNames), directories.count <= Self.limit else {
            throw wrong(.dirNames, "is missing or too long")
        }
        guard let indexes = try numbers(.dirIndexes, names.count) else { throw wrong(.dirIndexes, "is missing") }
        let dirs = try decoded(directories)
        let bases = try decoded(names)
        var paths: [String] = []
        paths.reserveCapacity(bases.count)
        // Long directories shared by many names must not fill the memory.
        var room = 64 << 20
        for (name, index) in zip(bases, indexes) {
            guard index < UInt64(dirs.count) else {
                throw wrong(.dirIndexes, "has \(index); there are \(dirs.count) directories")
            }
            let directory = dirs[Int(index)]
            room -= directory.utf8.count + name.utf8.count
            guard room >= 0 else { throw wrong(.dirNames, "makes paths of more than 64 MiB") }
            guard !name.utf8.contains(UInt8(ascii: "/")) else {
                throw wrong(.baseNames, "has \(PathText.display(name)), which is no plain name")
            }
            guard directory.utf8.last == UInt8(ascii: "/") || directory.isEmpty else {
                throw wrong(.dirNames, "has \(PathText.display(directory)), which doesn't end with a slash")
            }
            try check(directory + name, in: .baseNames)
            paths.append(directory + name)
        }
        return paths
    }

    private func checkCount(_ entry: RPMHeader<RPMTag>.Entry) throws(Failure) {
        guard entry.count <= Self.limit else {
            throw wrong(entry.tag, "has \(entry.count) paths; more than \(Self.limit) are not read")
        }
    }

    /// Absolute paths of plain components; a source package has names alone.
    private func check(_ path: String, in tag: RPMTag) throws(Failure) {
        if path == "/" { return }
        let isAbsolute = path.utf8.first == UInt8(ascii: "/")
        let parts = path.utf8.dropFirst(isAbsolute ? 1 : 0)
            .split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard isAbsolute || (header.entry(.sourceRPM) == nil && parts.count == 1), path.utf8.count < cpioNameLimit,
            parts.allSatisfy({ !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8) })
        else {
            throw wrong(tag, "makes \(PathText.display(path)), which is not an absolute path of plain names")
        }
    }
}
