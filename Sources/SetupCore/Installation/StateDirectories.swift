import BinFormat
import Diagnostics
import LinuxIO
import SetupPlan

/// The directories that a product's state and options live in.
struct StateDirectories {
    let plan: Plan
    let accounts: Accounts

    /// One of them: an absolute path, and who may do what there.
    struct Place: Sendable {
        let path: String
        let mode: UInt32
        let isServiceOwned: Bool
    }

    /// All of them, outermost first.
    ///
    /// Secrets live in the directory of the configuration file, so that one is 0700.
    var places: [Place] {
        var places = [
            Place(path: plan.paths.state, mode: 0o755, isServiceOwned: false),
            Place(path: plan.paths.state + "/conf", mode: 0o700, isServiceOwned: true),
            Place(path: plan.paths.state + "/logs", mode: 0o750, isServiceOwned: true),
            Place(path: plan.paths.state + "/state", mode: 0o700, isServiceOwned: true),
        ]
        var above = plan.paths.state
        for part in (plan.configuration?.path ?? "").split(separator: "/").dropLast() {
            above += "/" + part
            if !places.contains(where: { $0.path == above }) {
                places.append(Place(path: above, mode: 0o700, isServiceOwned: true))
            }
        }
        places.append(Place(path: plan.paths.options, mode: 0o755, isServiceOwned: false))
        return places
    }

    /// Checks that the service's user and group, and the owners of all files, are known on the machine.
    ///
    /// - Throws: `.requirement`, naming the one that isn't.
    func checkAccounts() throws(Failure) {
        _ = try serviceAccount()
        _ = try serviceGroup()
        let files = InstalledFiles(plan, accounts: accounts)
        for entry in plan.entries { _ = try files.owner(of: entry) }
    }

    /// The account that the agent runs as.
    func serviceAccount() throws(Failure) -> UserAccount {
        let name = plan.service?.user ?? "root"
        guard let account = accounts.user(name) else {
            throw Failure(
                .requirement, "this machine has no user \(name), as which the service runs",
                hints: ["Create the user, then run the command again. Accounts of LDAP or SSSD are not seen."])
        }
        return account
    }

    /// The group that the agent runs as.
    func serviceGroup() throws(Failure) -> UInt32 {
        guard let name = plan.service?.group else { return try serviceAccount().group }
        guard let group = accounts.group(name) else {
            throw Failure(
                .requirement, "this machine has no group \(name), as which the service runs",
                hints: ["Create the group, then run the command again."])
        }
        return group
    }

    /// Makes what is missing; what is there keeps its mode and owner.
    ///
    /// - Parameters:
    ///   - base: `/` or an image's root.
    ///   - made: Gets the absolute paths that were made, outermost first, also when the rest fails.
    func make(base: borrowing Directory, made: inout [String]) throws(Failure) {
        let user = try serviceAccount().user
        let group = try serviceGroup()
        for place in places {
            let isOwn = place.path == plan.paths.state || place.path == plan.paths.options
            let above = PathText.parent(place.path)
            let parent =
                isOwn
                ? try TrustedPath.open(above, base: base, creating: true)
                : try plan.paths.open(above, base: base, creating: true)
            made += parent.created
            let name = PathText.lastComponent(place.path)
            let isNew = try parent.directory.makeDirectory(name, mode: place.mode)
            if isNew { made.append(place.path) }
            let directory = try parent.directory.directory(name)
            if place.isServiceOwned {
                try tighten(directory, place, user: user, group: group, isNew: isNew)
            } else {
                try checkOwnership(of: directory)
            }
            guard isNew else { continue }
            try directory.sync()
            try parent.directory.sync()
        }
    }

    /// Gives a directory of the service its owner, and the one with the secrets its mode.
    private func tighten(
        _ directory: borrowing Directory, _ place: Place, user: UInt32, group: UInt32, isNew: Bool
    ) throws(Failure) {
        let status = try directory.descriptor.status()
        guard isNew || status.user == 0 || status.user == user else {
            // Taken from an account that may still be at work, the agent that runs would lose what it needs.
            throw Self.untrusted(
                directory.path, "belongs to the user number \(status.user)",
                hint:
                    "Look at what is in it. If it is the state of a version that ran as that user, stop the service and "
                    + "run `chown -R \(user):\(group) \(directory.path)`, then run the command again.")
        }
        if status.user != user || status.group != group {
            if !isNew { try Self.handOver(directory, from: status.user, to: user, group) }
            try directory.descriptor.setOwner(user: user, group: group)
        }
        if place.mode == 0o700, status.mode & 0o077 != 0 { try directory.descriptor.setMode(place.mode) }
    }

    /// Logs that root writes.
    private static let rootLogs: Set<String> = ["install.log", "console.log"]

    /// Gives what one account owns in a directory to another: a version that ran as root left it.
    private static func handOver(
        _ directory: borrowing Directory, from old: UInt32, to user: UInt32, _ group: UInt32
    ) throws(Failure) {
        for name in try directory.names() where !rootLogs.contains(name) {
            guard let status = try directory.status(name), status.user == old else { continue }
            // The account may put something else there meanwhile, so what was opened is looked at, and nothing else.
            switch status.kind {
            case .directory:
                let below = try directory.directory(name)
                guard try below.descriptor.status().user == old else { continue }
                try handOver(below, from: old, to: user, group)
                try below.descriptor.setOwner(user: user, group: group)
            case .file:
                let file = try directory.file(name, .nonBlocking)
                let found = try file.status()
                guard found.kind == .file, found.links == 1, found.user == old else { continue }
                try file.setOwner(user: user, group: group)
            default: continue
            }
        }
    }

    /// Checks that nobody but root can put anything into a directory that only root is to write.
    ///
    /// - Throws: `.conflict`, naming the directory.
    func checkOwnership(of directory: borrowing Directory) throws(Failure) {
        let status = try directory.descriptor.status()
        guard status.user == 0 else {
            throw Self.untrusted(directory.path, "belongs to the user number \(status.user)")
        }
        guard !status.isWritableByOthers else {
            throw Self.untrusted(directory.path, "can be written by others than root")
        }
    }

    private static func untrusted(
        _ path: String, _ reason: String,
        hint: String =
            "Look at what is in it; then remove it, or let root own it with mode 0755, and run the command again."
    ) -> Failure {
        Failure(.conflict, "\(PathText.display(path)) is there already and \(reason)", hints: [hint])
    }

    /// Gives an existing configuration file, which stays as it is, the owner and mode that its secrets need.
    func tightenConfiguration(base: borrowing Directory) throws(Failure) {
        guard let configuration = plan.configuration else { return }
        let path = plan.paths.state + "/" + configuration.path
        let parent = try plan.paths.open(PathText.parent(path), base: base, creating: false).take()
        let name = PathText.lastComponent(path)
        guard try parent.status(name)?.kind == .file else { return }
        let file = try parent.file(name, .nonBlocking)
        let status = try file.status()
        guard status.kind == .file, status.links == 1 else { return }
        let owner = FileOwner(user: try serviceAccount().user, group: try serviceGroup())
        guard owner != FileOwner(user: status.user, group: status.group) || status.mode & 0o177 != 0 else { return }
        try file.setOwner(user: owner.user, group: owner.group)
        if status.mode & 0o177 != 0 { try file.setMode(0o600) }
        try file.sync()
    }

    /// Makes sure that neither state nor options are the product's root by another name, which uninstalling would lose.
    ///
    /// - Parameter base: `/` or an image's root.
    /// - Throws: `.requirement`, naming both.
    func checkSeparate(base: borrowing Directory) throws(Failure) {
        let root = plan.paths.root
        guard let rootParent = try Self.parent(of: root, base: base) else { return }
        for path in [plan.paths.state, plan.paths.options]
        where PathText.lastComponent(path) == PathText.lastComponent(root) {
            guard let parent = try Self.parent(of: path, base: base), parent.isSameFile(as: rootParent) else {
                continue
            }
            throw Failure(
                .requirement, "\(path) and \(root) are one directory on this machine",
                hints: [
                    "\(PathText.parent(root)) or \(PathText.parent(path)) is a link to the other. Undo it; the product's "
                        + "state must not go with its program."
                ])
        }
    }

    /// What the directory is that holds a path; nil where there is none yet.
    private static func parent(of path: String, base: borrowing Directory) throws(Failure) -> FileStatus? {
        do throws(Failure) {
            return try TrustedPath.open(PathText.parent(path), base: base, creating: false).take().descriptor.status()
        } catch {
            guard error.isNotFound else { throw error }
            return nil
        }
    }
}
