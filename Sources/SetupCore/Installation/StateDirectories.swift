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
            guard try parent.directory.makeDirectory(name, mode: place.mode) else { continue }
            made.append(place.path)
            if place.isServiceOwned { try parent.directory.setOwner(name, user: user, group: group) }
        }
    }

    /// Makes sure that state and root are not one directory, which uninstalling would lose.
    func checkSeparate(root: borrowing Directory, base: borrowing Directory) throws(Failure) {
        let rootStatus = try root.descriptor.status()
        for path in [plan.paths.state, plan.paths.options] {
            do throws(Failure) {
                let other = try plan.paths.open(path, base: base, creating: false).take()
                guard try !other.descriptor.status().isSameFile(as: rootStatus) else {
                    throw Failure(
                        .requirement, "\(path) and \(plan.paths.root) are one directory on this machine",
                        hints: ["Undo the link that makes them one; the product's state must not go with its program."])
                }
            } catch {
                if !error.isNotFound { throw error }
            }
        }
    }
}
