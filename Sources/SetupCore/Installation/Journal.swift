import Diagnostics
import LinuxIO

/// What a run has made so far, so that a run that fails leaves nothing behind.
struct Journal {
    private enum Item {
        /// A tree that only this run wrote to, below the product root.
        case tree(String)
        /// A file or link, absolute.
        case file(String)
        /// A directory, absolute; removed only when it is empty.
        case directory(String)
        /// A file that was replaced: what was in it, and whose it was.
        case content(path: String, bytes: [UInt8], status: FileStatus)
    }

    private var items: [Item] = []

    mutating func madeTree(_ relative: String) { items.append(.tree(relative)) }
    mutating func madeFile(_ path: String) { items.append(.file(path)) }
    mutating func madeDirectories(_ paths: [String]) { items += paths.map { .directory($0) } }

    mutating func replaced(_ path: String, bytes: [UInt8], status: FileStatus) {
        items.append(.content(path: path, bytes: bytes, status: status))
    }

    /// From here on the work stands: nothing before this is taken back any more.
    mutating func settle() { items = [] }

    /// Takes everything back, the latest first; what can't be is left, because the first failure is what counts.
    func undo(root: borrowing Directory, base: borrowing Directory) {
        for item in items.reversed() {
            switch item {
            case .tree(let relative): _ = try? root.removeTree(relative)
            case .file(let path):
                do throws(Failure) {
                    let parent = try TrustedPath.open(PathText.parent(path), base: base, creating: false).take()
                    try parent.removeFile(PathText.lastComponent(path))
                } catch {}
            case .directory(let path): Self.removeIfEmpty(path, base: base)
            case .content(let path, let bytes, let status):
                do throws(Failure) {
                    let parent = try TrustedPath.open(PathText.parent(path), base: base, creating: false).take()
                    let staged = try StagedFile(replacing: PathText.lastComponent(path), in: parent, mode: status.mode)
                    try staged.setOwner(user: status.user, group: status.group)
                    try staged.write(bytes)
                    try staged.commit()
                } catch {}
            }
        }
    }

    /// Removes a directory if nothing is in it.
    ///
    /// - Returns: Whether it is gone.
    @discardableResult
    static func removeIfEmpty(_ path: String, base: borrowing Directory) -> Bool {
        do throws(Failure) {
            let parent = try TrustedPath.open(PathText.parent(path), base: base, creating: false).take()
            try parent.removeDirectory(PathText.lastComponent(path))
            return true
        } catch {
            return error.isNotFound
        }
    }
}
