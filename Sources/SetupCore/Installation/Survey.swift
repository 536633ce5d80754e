import BinFormat
public import Diagnostics
public import LinuxIO
public import SetupPlan

/// What stands on the machine before an installation.
public enum Survey: Sendable, Equatable {
    /// Nothing of the product; `foreign` names what somebody else put into its directory, which stays.
    case fresh(foreign: [String])
    /// No version is active: an installation or a removal was cut off.
    case partial(InstallRecord)
    /// The same version.
    case repair(InstallRecord)
    /// An older version.
    case update(InstallRecord)
    /// A newer version.
    case downgrade(InstallRecord)

    /// The record of what is installed, or of what is left of it.
    public var record: InstallRecord? {
        switch self {
        case .fresh: nil
        case .partial(let record), .repair(let record), .update(let record), .downgrade(let record): record
        }
    }

    /// Whether a version is active.
    public var isInstalled: Bool {
        switch self {
        case .fresh, .partial: false
        case .repair, .update, .downgrade: true
        }
    }

    /// Looks at the machine.
    ///
    /// - Parameters:
    ///   - plan: The product to install.
    ///   - base: `/` or an image's root.
    /// - Throws: `.conflict` when a package manager owns the product or a foreign file stands in the way.
    public init(of plan: Plan, base: borrowing Directory) throws(Failure) {
        if let owner = try PackageOwner.find(of: plan.paths.root, base: base) {
            throw owner.refusal(plan.product.title, "Update or remove it")
        }
        let root: Directory
        do throws(Failure) {
            root = try plan.paths.open(plan.paths.root, base: base, creating: false).take()
        } catch {
            guard error.isNotFound else { throw error }
            self = .fresh(foreign: [])
            return
        }
        // rpm's database in an image can't be read without that image's rpm, but the package's own runtime tells.
        if base.path != "/", let package = Self.packagedRuntime(in: root, of: plan.product.name) {
            throw PackageOwner(manager: package.manager, packages: [package.name]).refusal(
                plan.product.title, "Update or remove it")
        }
        guard var record = try InstallRecord.read(in: root) else {
            self = .fresh(foreign: try Self.foreignNames(in: root, plan))
            return
        }
        try Self.checkTopNames(in: root, plan, record)
        guard try root.linkTarget(Layout.current) != nil else {
            record.previous = nil
            record.isServiceSettled = false
            self = .partial(record)
            return
        }
        // The link is what runs; the record is behind it when a run was cut off right after the switch.
        if let active = try Self.activeVersion(in: root), active != record.version {
            record.previous = record.version
            record.version = active
        }
        let order = VersionOrder.compareFull(plan.product.fullVersion, record.version)
        self = order == 0 ? .repair(record) : order > 0 ? .update(record) : .downgrade(record)
    }

    /// The package whose runtime is at the place that dpkg and rpm unpack it to.
    private static func packagedRuntime(in root: borrowing Directory, of product: String) -> OwnPackage? {
        guard (try? root.status("bin"))??.kind == .directory, (try? root.status(Layout.runtime))??.kind == .file,
            let file = try? BinFile(reading: try root.file(Layout.runtime, .nonBlocking)),
            file.plan.product.name == product
        else { return nil }
        return file.plan.ownPackage
    }

    /// A name that the new version needs and that is neither a link of ours nor free.
    private static func checkTopNames(
        in root: borrowing Directory, _ plan: Plan, _ record: InstallRecord
    ) throws(Failure) {
        for name in Layout(plan).topNames + [Layout.current] {
            guard let kind = try root.status(name)?.kind else { continue }
            if kind == .link, name == Layout.current || record.topLinks.contains(name) { continue }
            if name == Layout.uninstall, LoneUninstaller.plan(in: root, of: plan.product.name) != nil { continue }
            throw inTheWay(PathText.join(root.path, name))
        }
    }

    /// The version that `current` leads to; nil for a link that leads nowhere, which says nothing.
    static func activeVersion(in root: borrowing Directory) throws(Failure) -> String? {
        guard let target = try root.linkTarget(Layout.current), target.hasPrefix(Layout.versions + "/") else {
            return nil
        }
        let name = PathText.lastComponent(target)
        return try fileKind(Layout.directory(ofVersion: name), in: root) == .directory ? name : nil
    }

    /// What is at a path; nil where it can't be reached, because the directory above is gone or something else.
    private static func fileKind(_ path: String, in root: borrowing Directory) throws(Failure) -> FileStatus.Kind? {
        guard try root.status(PathText.parent(path))?.kind == .directory else { return nil }
        return try root.status(path)?.kind
    }

    private static func inTheWay(_ path: String) -> Failure {
        Failure(
            .conflict, "\(PathText.display(path)) is in the way, and setup didn't make it",
            hints: ["Move it away, then run the command again."])
    }

    /// What is in the product's directory that setup didn't make.
    private static func foreignNames(in root: borrowing Directory, _ plan: Plan) throws(Failure) -> [String] {
        let names = try root.names()
        let needed = Set(Layout(plan).topNames + [Layout.current])
        for name in names where needed.contains(name) {
            // A link of ours without a record is what a run left that was cut off before its record.
            let target = try root.linkTarget(name) ?? ""
            let isOurs =
                name == Layout.current ? target.hasPrefix(Layout.versions + "/") : target == "\(Layout.current)/\(name)"
            if name == Layout.uninstall, LoneUninstaller.plan(in: root, of: plan.product.name) != nil { continue }
            if !isOurs { throw inTheWay(PathText.join(root.path, name)) }
        }
        return names.filter { !needed.contains($0) && $0 != Layout.versions && $0 != RunLock.name }
    }
}

extension Failure {
    /// Whether the reason was that nothing is at the path.
    var isNotFound: Bool { errorNumber == 2 }
    /// Whether the reason was that the file can't be written, though it may be read: EPERM, EROFS.
    var isUnwritable: Bool { errorNumber == 1 || errorNumber == 30 }
}
