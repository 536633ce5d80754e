import Diagnostics
import LinuxIO
import SetupPlan

/// Where an installed product's files are below its root, by what installed it.
///
/// A self-extracting installer makes version directories and links to the active one (see `Layout`); packages of dpkg
/// and rpm have their files in the root itself:
///
/// ```
/// /opt/<product>/                    plan.paths.root
///   bin/start-agent                  the runtime with the package's plan
///   agent-config -> bin/start-agent
///   lib/…                            the payload
/// ```
enum InstalledTree {
    /// Version directories behind links.
    case versioned(Layout)
    /// Everything in the root.
    case flat(Plan)

    /// The tree of a plan.
    init(_ plan: Plan) {
        self = plan.ownPackage == nil ? .versioned(Layout(plan)) : .flat(plan)
    }

    /// A link that belongs to the product and is no entry of its plan.
    struct Link {
        let path: String
        let target: String
    }

    /// Where the plan's entries are, relative to the root; empty for the root itself.
    var directory: String {
        switch self {
        case .versioned(let layout): layout.version
        case .flat: ""
        }
    }

    /// The runtime, relative to the root.
    var runtime: String { path(Layout.runtime) }

    /// An entry's path relative to the root.
    func path(_ entry: String) -> String { directory.isEmpty ? entry : directory + "/" + entry }

    /// The links that lead to the entries' directory, in the root.
    var rootLinks: [Link] {
        switch self {
        case .versioned(let layout):
            layout.topNames.map { Link(path: $0, target: Layout.current + "/" + $0) }
                + [Link(path: Layout.current, target: layout.version)]
        case .flat: []
        }
    }

    /// The links to the runtime.
    var runtimeLinks: [Link] {
        switch self {
        case .versioned(let layout): layout.runtimeLinks.map { Link(path: path($0.name), target: $0.target) }
        // A package may list it among its entries.
        case .flat(let plan):
            plan.entries.contains { $0.path == plan.configTool }
                ? [] : [Link(path: plan.configTool, target: Layout.runtime)]
        }
    }

    /// Whether the installation has a record; dpkg and rpm keep their own.
    var hasRecord: Bool {
        switch self {
        case .versioned: true
        case .flat: false
        }
    }

    /// Takes the lock that keeps others from working on the product meanwhile.
    ///
    /// In the root of a self-extracting installer; for a package, which must leave nothing there, in `/run`.
    ///
    /// - Parameters:
    ///   - plan: The product.
    ///   - base: `/` or an image's root.
    /// - Returns: The lock; nil where its directory is missing, or nobody can write it, and so no run to collide with.
    /// - Throws: `.conflict` when another run holds it, or what the system reports.
    func lock(_ plan: Plan, base: borrowing Directory) throws(Failure) -> RunLock? {
        do throws(Failure) {
            switch self {
            case .versioned:
                return try RunLock(
                    try plan.paths.open(plan.paths.root, base: base, creating: false).take(), path: plan.paths.root)
            case .flat:
                return try RunLock(
                    transient: "\(plan.product.name).setup.lock",
                    in: try TrustedPath.open("/run", base: base, creating: false).take(), path: plan.paths.root)
            }
        } catch {
            // EROFS: a read-only file system without the lock's file.
            guard error.isNotFound || error.errorNumber == 30 else { throw error }
            return nil
        }
    }
}
