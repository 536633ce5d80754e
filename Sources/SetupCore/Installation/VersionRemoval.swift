import BinFormat
import Diagnostics
import LinuxIO
import SetupPlan

/// Removes a version's directory: what its plan lists and what the runtime added, never a tree.
struct VersionRemoval {
    /// The directory, `versions/2.3.0-1`.
    let versionDirectory: String

    /// Removes it; files that are not ours stay, and so do the directories that hold them.
    ///
    /// - Parameter root: The product root.
    /// - Returns: What is left of the directory: paths below the product root; none when it is gone.
    @discardableResult
    func remove(from root: borrowing Directory) throws(Failure) -> [String] {
        guard try root.status(versionDirectory)?.kind == .directory else { return [] }
        let directory = try root.directory(versionDirectory)
        guard let plan = plan(of: directory, root) else {
            // Without its plan nobody knows what is ours here; empty directories are what a removal leaves that was
            // cut off after its last file.
            for path in [versionDirectory + "/bin", versionDirectory] {
                if try root.status(path)?.kind == .directory { try Self.removeIfEmpty(path, in: root) }
            }
            return try root.status(versionDirectory) == nil ? [] : [versionDirectory]
        }
        let layout = Layout(plan)
        for link in layout.runtimeLinks where try directory.linkTarget(link.name) == link.target {
            try directory.removeFile(link.name)
        }
        var directories: [String] = []
        for entry in plan.entries.reversed() {
            switch entry.content {
            case .directory: directories.append(entry.path)
            case .file, .link:
                if let kind = try Self.status(entry.path, in: directory)?.kind, kind != .directory {
                    try directory.removeFile(entry.path)
                }
            }
        }
        directories.sort { $0.utf8.count > $1.utf8.count }
        for path in directories where try Self.status(path, in: directory)?.kind == .directory {
            try Self.removeIfEmpty(path, in: directory)
        }
        // What tells the plan goes last, so that a removal that is cut off can be taken up again.
        try directory.removeFile(Layout.runtime)
        if try Self.status("bin", in: directory)?.kind == .directory { try Self.removeIfEmpty("bin", in: directory) }
        try Self.removeIfEmpty(versionDirectory, in: root)
        return try root.status(versionDirectory) == nil ? [] : [versionDirectory]
    }

    /// The plan that the version's runtime carries, wherever it lies by now.
    private func plan(of directory: borrowing Directory, _ root: borrowing Directory) -> Plan? {
        if let file = try? directory.file(Layout.runtime, .nonBlocking), let found = try? BinFile(reading: file) {
            return found.plan
        }
        let plan = LoneUninstaller.plan(in: root, of: nil)
        return plan.flatMap { Layout($0).version == versionDirectory ? $0 : nil }
    }

    /// Removes what the plan of the installed runtime lists and another plan doesn't: a version that was built anew under
    /// the same number must not keep the old build's files.
    func removeEntries(missingFrom plan: Plan, in root: borrowing Directory) throws(Failure) {
        let directory = try root.directory(versionDirectory)
        let installed: Plan
        do throws(Failure) {
            installed = try BinFile(reading: try directory.file(Layout.runtime)).plan
        } catch {
            // The runtime is what is being repaired: nobody knows any more what the old build had.
            return
        }
        let kept = Set(plan.entries.map(\.path))
        for entry in installed.entries.reversed() where !kept.contains(entry.path) {
            guard let kind = try Self.status(entry.path, in: directory)?.kind else { continue }
            if kind != .directory {
                try directory.removeFile(entry.path)
            } else if entry.content == .directory, entry.path != "bin" {
                try Self.removeIfEmpty(entry.path, in: directory)
            }
        }
    }

    /// A path whose parent is gone or no directory any more holds nothing of ours.
    private static func status(_ path: String, in directory: borrowing Directory) throws(Failure) -> FileStatus? {
        do throws(Failure) { return try directory.status(path) } catch {
            if error.errorNumber == 20 || error.errorNumber == 40 { return nil }
            throw error
        }
    }

    private static func removeIfEmpty(_ path: String, in directory: borrowing Directory) throws(Failure) {
        do throws(Failure) { try directory.removeDirectory(path) } catch {
            // ENOTEMPTY: somebody else's files.
            if error.errorNumber != 39 { throw error }
        }
    }
}
