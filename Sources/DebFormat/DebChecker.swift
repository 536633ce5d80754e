import Diagnostics
import Digests
import TarFormat

/// What must hold between the paths of a package.
struct DebChecker {
    private enum Kind: Equatable {
        /// A directory, or the place of one that the archive doesn't list.
        case directory, missing
        case link, other
        /// A file, by its position in `files`.
        case file(Int)
    }

    /// What is kept of a file, in little memory.
    private struct FileNote {
        let offset: UInt64
        let sha256: SHA256Digest
        let md5: (UInt64, UInt64)

        var digests: DebFileEntry.Digests {
            let bytes = [md5.0, md5.1].flatMap { word in
                (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) }
            }
            return DebFileEntry.Digests(sha256: sha256, md5: bytes)
        }
    }

    private let name: String
    /// What there is by path; bytes, because texts that differ in bytes can be equal.
    private var kinds: [[UInt8]: Kind] = [:]
    private var files: [FileNote] = []
    private var nameBytes = 0
    var contents = DebContents()

    init(name: String) { self.name = name }

    private func failure(_ problem: String, at offset: UInt64) -> Failure {
        Failure(.integrity, "\(name) has \(problem), at byte \(offset)")
    }

    private mutating func warn(_ text: String) {
        if contents.warnings.count < 100 { contents.warnings.append(text) }
    }

    /// Finds where on a machine a path is, and whether it may be there.
    mutating func place(_ member: TarReader.Member) throws(Failure) -> DebFileEntry {
        let header = member.entry
        let shownPath = shown(header.path)
        contents.count += 1
        try count(header.path.utf8.count + (header.linkTarget?.utf8.count ?? 0), at: member.offset)
        guard let path = DebPath.absolute(header.path) else {
            throw failure("the path \(shownPath), which has an empty part, \".\" or \"..\"", at: member.offset)
        }
        var entry = DebFileEntry(path: path, header: header, offset: member.offset)
        var kind = Kind.other
        switch header.content {
        case .directory: kind = .directory
        case .link: kind = .link
        case .hardLink(let target):
            guard let first = DebPath.absolute(target), case .file(let index) = kinds[Array(first.utf8)] else {
                throw failure(
                    "\(shownPath), one more name of \(shown(target)), which is no file before it", at: member.offset)
            }
            entry.digests = files[index].digests
            kind = .file(index)
        case .file, .characterDevice, .blockDevice, .pipe: break
        }
        if !header.path.utf8.starts(with: Array("./".utf8)) && header.path != "." {
            warn("\(shownPath) doesn't begin with \"./\"")
        }
        try add(Array(path.utf8), kind, shownPath, at: member.offset)
        return entry
    }

    /// Counts what is kept of names: one path can have thousands of parents that the archive doesn't list.
    private mutating func count(_ bytes: Int, at offset: UInt64) throws(Failure) {
        nameBytes += bytes
        guard contents.count <= DebLimits.paths, nameBytes <= DebLimits.names else {
            throw failure("more paths than a package can have", at: offset)
        }
    }

    private mutating func add(_ path: [UInt8], _ kind: Kind, _ shownPath: String, at offset: UInt64) throws(Failure) {
        let isTop = path == [UInt8(ascii: "/")]
        guard !isTop || kind == .directory else { throw failure("\(shownPath), which is no directory", at: offset) }
        if !isTop { try checkParents(of: path, shownPath, at: offset) }
        switch kinds[path] {
        case nil: break
        case .missing:
            guard kind == .directory else {
                throw failure("\(shownPath), no directory, behind what is in it", at: offset)
            }
            warn("the directory \(shownPath) comes behind what is in it")
        case .directory where kind == .directory: warn("the directory \(shownPath) comes twice")
        default: throw failure("\(shownPath) a second time", at: offset)
        }
        kinds[path] = kind
    }

    /// Parents are directories, never links: dpkg would follow them to wherever they lead.
    private mutating func checkParents(of path: [UInt8], _ shownPath: String, at offset: UInt64) throws(Failure) {
        var parent = path[...]
        while let slash = parent.lastIndex(of: UInt8(ascii: "/")), slash > 0 {
            parent = parent[..<slash]
            switch kinds[Array(parent)] {
            // What is above it was seen with it.
            case .directory, .missing: return
            case nil:
                try count(parent.count + 64, at: offset)
                if !DebPackage.isShared(Array(parent)) {
                    warn("\(shownPath) comes without the directory \(shown(String(decoding: parent, as: UTF8.self)))")
                }
                kinds[Array(parent)] = .missing
            default:
                let above = shown(String(decoding: parent, as: UTF8.self))
                throw failure("\(shownPath), below \(above), which is no directory", at: offset)
            }
        }
    }

    /// Keeps a file's digests for what refers to it.
    mutating func note(_ digests: DebFileEntry.Digests, of entry: DebFileEntry) {
        let words = digests.md5.reduce(into: (UInt64(0), UInt64(0))) { words, byte in
            words = (words.0 << 8 | words.1 >> 56, words.1 << 8 | UInt64(byte))
        }
        kinds[Array(entry.path.utf8)] = .file(files.count)
        files.append(FileNote(offset: entry.offset, sha256: digests.sha256, md5: words))
        contents.fileSize += entry.header.fileSize
    }

    /// Compares with what the control archive says.
    func finish(conffiles: [DebConffile], md5sums: [DebMD5Sum]?) throws(Failure) {
        let end = contents.plainSize
        for conffile in conffiles {
            switch kinds[Array(conffile.path.utf8)] {
            case nil where conffile.isRemovedOnUpgrade: break
            case nil: throw failure("no \(shown(conffile.path)), which conffiles lists, up to its end", at: end)
            default:
                if conffile.isRemovedOnUpgrade {
                    throw failure("\(shown(conffile.path)), which conffiles lists as removed, up to its end", at: end)
                }
            }
        }
        for sum in md5sums ?? [] {
            guard case .file(let index) = kinds[Array(sum.path.utf8)] else {
                throw failure("no file \(shown(sum.path)), which md5sums lists, up to its end", at: end)
            }
            guard files[index].digests.md5 == sum.md5 else {
                throw failure("\(shown(sum.path)) with another MD5 than md5sums lists", at: files[index].offset)
            }
        }
    }
}
