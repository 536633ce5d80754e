public import Diagnostics
import Digests

extension Plan {
    /// The most plain bytes of one block; a reader allocates no more for it.
    public static let maximumBlockSize: UInt64 = 24 << 20

    /// Checks that paths are plain, parents come first and files lie inside their blocks.
    ///
    /// A plan is only trusted after this, even when its digest is right: the installer writes where it says.
    ///
    /// - Throws: `.integrity`, naming the part that doesn't fit.
    public func validate() throws(Failure) {
        for path in [paths.root, paths.state, paths.options] {
            guard path.hasPrefix("/"), Self.isPlain(path.dropFirst()) else {
                throw Failure(.integrity, "the plan's path \(path) is not a plain absolute path")
            }
        }
        for name in [product.name, product.version, configTool] {
            guard Self.isPlain(name[...]), !name.contains("/") else {
                throw Failure(.integrity, "the plan's name \(name) can't be a file name")
            }
        }
        if let configuration, !Self.isPlain(configuration.path[...]) {
            throw Failure(.integrity, "the plan's configuration file \(configuration.path) is not a plain path")
        }
        try validateFormat()
        var starts: [UInt64] = [0]
        for (index, block) in blocks.enumerated() {
            guard block.contentSize <= Self.maximumBlockSize, block.storedSize <= 2 * Self.maximumBlockSize else {
                throw Failure(.integrity, "the plan's block \(index) is larger than \(Self.maximumBlockSize) bytes")
            }
            starts.append(starts[index] + block.contentSize)
        }
        try validateEntries(starts)
    }

    private func validateFormat() throws(Failure) {
        guard format != .bin else {
            guard package == nil else {
                throw Failure(.integrity, "the plan names a package, but its format is bin")
            }
            return
        }
        guard let package, Self.isPlain(package[...]), !package.utf8.contains(UInt8(ascii: "/")) else {
            throw Failure(.integrity, "the plan's format is \(format.rawValue), but it names no package")
        }
        guard blocks.isEmpty, frame == .zero else {
            throw Failure(.integrity, "the plan of the package \(package) has a payload of its own")
        }
    }

    private func validateEntries(_ starts: [UInt64]) throws(Failure) {
        var directories: Set<Substring> = []
        var others: Set<Substring> = []
        var last: [UInt8] = []
        for entry in entries {
            let bytes = Array(entry.path.utf8)
            guard Self.isPlain(entry.path[...]) else {
                throw Failure(.integrity, "the plan's entry \(entry.path) is not a plain relative path")
            }
            guard last.isEmpty || last.lexicographicallyPrecedes(bytes) else {
                throw Failure(.integrity, "the plan's entry \(entry.path) is out of order")
            }
            last = bytes
            let above = Self.directories(above: entry.path)
            // Another package of the product may have the directory.
            let isBelow =
                format == .bin
                ? above.last.map(directories.contains) ?? true : !above.contains(where: others.contains)
            guard isBelow else { throw Failure(.integrity, "the plan's entry \(entry.path) has no directory") }
            if entry.content != .directory, format != .bin { others.insert(entry.path[...]) }
            switch entry.content {
            case .directory: directories.insert(entry.path[...])
            case .link: break
            case .file(_, _, let block, let offset) where format != .bin:
                guard block == 0, offset == 0 else {
                    throw Failure(.integrity, "the plan's entry \(entry.path) lies in a block; a package has none")
                }
            case .file where entry.isConfiguration:
                throw Failure(.integrity, "the plan's entry \(entry.path) is configuration; only a package has some")
            case .file(let size, _, let block, let offset):
                if size == 0 { continue }
                guard block < blocks.count, offset < blocks[block].contentSize,
                    let end = starts[blocks.count] >= size ? starts[blocks.count] - size : nil,
                    starts[block] + offset <= end
                else { throw Failure(.integrity, "the plan's entry \(entry.path) lies outside the payload") }
            }
        }
    }

    /// The paths of the directories that a relative path goes through, outermost first.
    private static func directories(above path: String) -> [Substring] {
        path.utf8.indices.filter { path.utf8[$0] == UInt8(ascii: "/") }.map { path[..<$0] }
    }

    /// Whether a relative path has only ordinary components.
    static func isPlain(_ path: Substring) -> Bool {
        !path.utf8.contains(0)
            && path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
                !$0.isEmpty && $0 != "." && $0 != ".." && $0.utf8.count <= 255
            }
    }
}
