public import Diagnostics
import LinuxIO
public import SetupPlan

/// Removes an installation: recorded paths, never a tree, except the state when it is to be purged.
///
/// First the service, then state and options, then the program, of which the uninstaller itself goes last: until then a
/// removal that was cut off is taken up by running the same command again.
public struct Uninstaller: ~Copyable {
    /// What was left on the machine, and why.
    public struct Outcome: Sendable, Equatable {
        /// Absolute paths kept on purpose.
        public var kept: [String] = []
        /// Absolute paths that setup didn't make, or can't tell.
        public var foreign: [String] = []
    }

    private let layout: Layout
    private let context: SetupContext
    private let base: Directory
    private let service: ServiceControl

    /// Prepares the removal.
    ///
    /// - Parameters:
    ///   - plan: The installed version's plan.
    ///   - context: The machine, and where words go.
    public init(_ plan: Plan, context: SetupContext) throws(Failure) {
        let base = try Directory.open(context.basePath)
        service = try ServiceControl(plan: plan, basePath: context.basePath)
        layout = Layout(plan)
        self.context = context
        self.base = base
    }

    /// Stops the service and removes the product.
    ///
    /// - Parameter purge: Whether state and options go too.
    /// - Returns: What is left.
    /// - Throws: `.conflict` when another run holds the lock, or what the system reports; a second run goes on from there.
    public func uninstall(purge: Bool) throws(Failure) -> Outcome {
        let paths = layout.plan.paths
        var outcome = Outcome()
        let created = try removeRoot(purge: purge, &outcome)
        try removeEmpty(paths.root)
        for path in created.reversed() where path != paths.root { Journal.removeIfEmpty(path, base: base) }
        sync()
        return outcome
    }

    /// Removes a directory that nothing is left in; a mount point stays, since only its administrator can take it away.
    private func removeEmpty(_ path: String) throws(Failure) {
        do throws(Failure) {
            let parent = try TrustedPath.open(PathText.parent(path), base: base, creating: false).take()
            if try parent.removeDirectory(PathText.lastComponent(path)) { context.step("Removed \(path)") }
        } catch {
            switch error.errorNumber {
            // ENOENT: the parent is gone. ENOTEMPTY: what is left was named.
            case 2, 39: return
            case 16: context.step("Left \(path), which is a mount point")
            default: throw error
            }
        }
    }

    /// Removes service, state and program, all under the lock of the product root.
    ///
    /// - Returns: The directories that the installation made.
    private func removeRoot(purge: Bool, _ outcome: inout Outcome) throws(Failure) -> [String] {
        let root: Directory
        do throws(Failure) {
            root = try layout.plan.paths.open(layout.plan.paths.root, base: base, creating: false).take()
        } catch {
            guard error.isNotFound else { throw error }
            context.step("\(layout.plan.paths.root) is not there")
            try removeService(nil, &outcome)
            try removeState(purge: purge, &outcome)
            return []
        }
        let lock = try RunLock(root, path: layout.plan.paths.root)
        defer { withExtendedLifetime(lock) {} }
        var record: InstallRecord?
        do throws(Failure) { record = try InstallRecord.read(in: root) } catch {
            // Links and plans say enough to go on without it.
            context.step("Warning: \(error.message)")
        }
        try Leftovers(layout: layout, service: service).remove(root: root, base: base)
        if record?.isServiceSettled == true {
            // Whoever installs after a removal that was cut off gets the service anew.
            record?.isServiceSettled = false
            // A full disk must not keep anybody from removing.
            _ = try? record?.write(in: root)
        }
        try removeService(record, &outcome)
        try removeState(purge: purge, &outcome)
        for path in (record?.createdDirectories ?? []).reversed()
        where !(layout.plan.paths.root + "/").hasPrefix(path + "/") {
            Journal.removeIfEmpty(path, base: base)
        }
        try removeProgram(root, record, &outcome)
        return record?.createdDirectories ?? []
    }

    /// Makes the removal last; what can't be synced is removed all the same.
    private func sync() {
        let paths = layout.plan.paths
        let files = HostFiles(basePath: context.basePath)
        for path in [paths.root, paths.state, paths.options, service.unitPath, service.scriptPath] {
            try? files.sync(PathText.parent(path))
        }
    }

    private func removeService(_ record: InstallRecord?, _ outcome: inout Outcome) throws(Failure) {
        guard layout.plan.service != nil else { return }
        context.step("Stop and remove the service \(layout.plan.product.name)")
        if !context.isImage { try service.stop() }
        outcome.foreign += try service.remove(recorded: record?.serviceFiles)
    }

    private func removeProgram(
        _ root: borrowing Directory, _ record: InstallRecord?, _ outcome: inout Outcome
    ) throws(Failure) {
        context.step("Remove the files in \(layout.plan.paths.root)")
        try LoneUninstaller.settle(in: root)
        for name in Set(layout.topNames + (record?.topLinks ?? [])).sorted() {
            if try root.linkTarget(name) == Layout.current + "/" + name { try root.removeFile(name) }
        }
        if try root.status(Layout.current)?.kind == .link { try root.removeFile(Layout.current) }
        if try root.status(Layout.versions)?.kind == .directory {
            for name in try root.directory(Layout.versions).names() {
                let path = Layout.versions + "/" + name
                if name.hasPrefix(Layout.stagingPrefix) {
                    try root.removeTree(path)
                } else if path != Layout.record {
                    try VersionRemoval(versionDirectory: path).remove(from: root)
                }
            }
            try root.removeFile(Layout.record)
            if try root.directory(Layout.versions).names().isEmpty { try root.removeDirectory(Layout.versions) }
        }
        let isLone = LoneUninstaller.plan(in: root, of: layout.plan.product.name) != nil
        let own = PathText.join(root.path, Layout.uninstall)
        let lock = PathText.join(root.path, RunLock.name)
        outcome.foreign += try Self.leftovers(in: root).filter { $0 != lock && (!isLone || $0 != own) }
        // The uninstaller stays to the last, so that a removal that is cut off can be completed.
        try root.removeFile(RunLock.name)
        if isLone { try root.removeFile(Layout.uninstall) }
    }

    /// The files below the root that are still there.
    private static func leftovers(in root: borrowing Directory) throws(Failure) -> [String] {
        var paths: [String] = []
        for name in try root.names() {
            guard try root.status(name)?.kind == .directory else {
                paths.append(PathText.join(root.path, name))
                continue
            }
            let below = try leftovers(in: try root.directory(name))
            paths += below.isEmpty ? [PathText.join(root.path, name)] : below
        }
        return paths
    }

    private func removeState(purge: Bool, _ outcome: inout Outcome) throws(Failure) {
        for path in [layout.plan.paths.state, layout.plan.paths.options] {
            do throws(Failure) {
                let parent = try TrustedPath.open(PathText.parent(path), base: base, creating: false).take()
                let name = PathText.lastComponent(path)
                guard let kind = try parent.status(name)?.kind else { continue }
                if purge {
                    context.step("Remove \(path)")
                    // A link there is an administrator's; where it leads to is not ours to empty.
                    if kind == .link { outcome.kept.append(path) } else { try parent.removeTree(name) }
                } else if kind == .directory, try parent.directory(name).names().isEmpty {
                    try parent.removeDirectory(name)
                } else {
                    outcome.kept.append(path)
                }
            } catch {
                // EBUSY: it is a mount point, whose content is gone.
                if error.errorNumber == 16 {
                    context.step("Left \(path), which is a mount point")
                } else if !error.isNotFound {
                    throw error
                }
            }
        }
    }
}
