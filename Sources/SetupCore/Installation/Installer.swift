public import BinFormat
public import Diagnostics
import LinuxIO
import SetupPlan

/// Installs, updates and repairs a product from a verified `.bin`.
///
/// The order is that of design section 4.5: the new version is made whole beside the old one, then new top links, then
/// one rename of `current`, then the service, then what is stale goes. Until the rename a failure takes everything back;
/// after it, running the same command again completes the work.
public struct Installer: ~Copyable {
    let file: VerifiedBinFile
    let context: SetupContext
    let base: Directory
    let accounts: Accounts
    let layout: Layout
    let directories: StateDirectories
    let service: ServiceControl
    /// What the configuration file is to hold, and what it held when that was decided.
    let configuration: ConfigurationChange
    var journal = Journal()
    /// Whether the version's directory was there, and was brought in order in its place.
    private var hasMended = false
    var record: InstallRecord

    /// Prepares an installation.
    ///
    /// - Parameters:
    ///   - file: The verified installer.
    ///   - context: The machine, and where words go.
    ///   - configuration: What the configuration file is to hold.
    public init(
        _ file: consuming VerifiedBinFile, context: SetupContext, configuration: ConfigurationChange
    ) throws(Failure) {
        let plan = file.file.plan
        let base = try Directory.open(context.basePath)
        let accounts = try Accounts(base: base)
        let service = try ServiceControl(plan: plan, basePath: context.basePath)
        record = InstallRecord(
            product: plan.product.name, version: plan.product.fullVersion,
            publicKey: file.file.trailer.signature?.publicKey)
        layout = Layout(plan)
        directories = StateDirectories(plan: plan, accounts: accounts)
        self.accounts = accounts
        self.service = service
        self.file = file
        self.context = context
        self.base = base
        self.configuration = configuration
    }

    /// Installs, updates or repairs, as the survey says.
    ///
    /// - Parameter survey: What stands on the machine.
    /// - Returns: Whether the service runs at the end; nil when it was not to be started.
    /// - Throws: What failed; the machine has the old state or, after the switch, the new one.
    public mutating func install(_ survey: Survey) throws(Failure) -> Bool? {
        let plan = layout.plan
        try directories.checkAccounts()
        if survey.record == nil { context.step("Create \(plan.paths.root)") }
        let trusted = try plan.paths.open(plan.paths.root, base: base, creating: true)
        journal.madeDirectories(trusted.created)
        record.createdDirectories = trusted.created + [plan.paths.root] + directories.places.map(\.path)
        let root = trusted.take()
        let lock = try lock(root)
        defer { withExtendedLifetime(lock) {} }
        if lock.isNew { journal.madeFile(PathText.join(plan.paths.root, RunLock.name)) }
        do throws(Failure) {
            try checkUnchanged(survey)
            try service.checkForeign(recorded: survey.record?.serviceFiles ?? [])
            try directories.checkSeparate(base: base)
            try Leftovers(layout: layout, service: service).remove(root: root, base: base)
            try makeVersion(root, survey)
            try makeState()
            try record(over: survey, root)
            // Files that were mended in their place are not broken again.
            if !hasMended { try context.checkStop() }
            try switchVersion(root)
        } catch {
            if error.code == .interrupted { context.step("Take back what was done") }
            context.log.add("failed: \(error.message)")
            journal.undo(root: root, base: base)
            throw error
        }
        journal.settle()
        do throws(Failure) { return try settle(root) } catch {
            context.log.add("failed: \(error.message)")
            var failure = error
            failure.hints.append(
                "\(plan.product.fullVersion) is in place already; the same command, run again, completes the work.")
            throw failure
        }
    }

    /// Keeps other runs out; directories that another one works in aren't empty, so they stay where this fails.
    private func lock(_ root: borrowing Directory) throws(Failure) -> RunLock {
        do throws(Failure) {
            try directories.checkOwnership(of: root)
            return try RunLock(root, path: layout.plan.paths.root)
        } catch {
            journal.undo(root: root, base: base)
            throw error
        }
    }

    /// Questions take time: another run may have finished since the machine was looked at, before the lock was ours.
    private func checkUnchanged(_ survey: Survey) throws(Failure) {
        let store = ConfigurationStore(plan: layout.plan, basePath: context.basePath)
        guard try Survey(of: layout.plan, base: base) == survey, try store.read() == configuration.old else {
            throw Failure(
                .conflict, "the installation was changed by somebody else while this run was asking",
                hints: ["Run the command again."])
        }
    }

    /// Makes the version's directory whole, or mends the one that is there.
    private mutating func makeVersion(_ root: borrowing Directory, _ survey: Survey) throws(Failure) {
        if try root.makeDirectory(Layout.versions) { journal.madeTree(Layout.versions) }
        try directories.checkOwnership(of: try root.directory(Layout.versions))
        for name in try root.directory(Layout.versions).names() where name.hasPrefix(Layout.stagingPrefix) {
            context.step("Remove what an earlier run left in \(Layout.versions)/\(name)")
            try root.removeTree(Layout.versions + "/" + name)
        }
        journal.madeTree(layout.staging)
        try root.makeDirectory(layout.staging, mode: 0o755)
        if try root.status(layout.version) == nil {
            context.step("Extract \(layout.plan.product.title) \(layout.plan.product.fullVersion)")
            try extract(to: try root.directory(layout.staging)) { _ in true }
            try makeRuntime(in: try root.directory(layout.staging))
            // Whatever has the version's name is on disk.
            try root.directory(layout.staging).descriptor.syncFileSystem()
            try root.rename(layout.staging, to: layout.version)
            journal.madeTree(layout.version)
            try root.directory(Layout.versions).sync()
        } else {
            try repair(root)
            hasMended = true
            try root.removeTree(layout.staging)
        }
    }

    func extract(to directory: borrowing Directory, selecting: (Entry) -> Bool) throws(Failure) {
        let files = InstalledFiles(layout.plan, accounts: accounts)
        let selected = layout.plan.blocks.reduce(0) { $0 + $1.contentSize }
        let progress = context.progress
        try file.extract(
            to: directory, selecting: selecting,
            owners: { entry throws(Failure) in try files.owner(of: entry) }, beforeBlock: context.checkStop,
            progress: { progress($0, selected) })
    }

    /// Puts the runtime into a version's directory: the installer's own head with its plan.
    private func makeRuntime(in directory: borrowing Directory) throws(Failure) {
        try directory.makeDirectory("bin")
        if !layout.payloadHasRuntimeDirectory { try directory.directory("bin").descriptor.setMode(0o755) }
        try directory.descriptor.setMode(0o755)
        try file.writeConfigTool(to: Layout.runtime, in: directory)
        for link in layout.runtimeLinks where try directory.linkTarget(link.name) != link.target {
            try directory.removeFile(link.name)
            try directory.makeLink(link.name, target: link.target)
        }
    }

    /// Brings a version's directory to what the plan says, one file at a time, each replaced by a rename.
    private func repair(_ root: borrowing Directory) throws(Failure) {
        let version = try root.directory(layout.version)
        let deviations = try InstalledFiles(layout.plan, accounts: accounts).deviations(in: version)
        context.step(
            deviations.isEmpty
                ? "Check \(layout.version): every file is as it should be"
                : "Repair \(deviations.count) paths in \(layout.version)")
        let damaged = Set(deviations.map(\.path))
        if !damaged.isEmpty {
            let ancestors = Set(damaged.flatMap { Self.ancestors(of: $0) })
            try extract(to: try root.directory(layout.staging)) { entry in
                damaged.contains(entry.path) || ancestors.contains(entry.path)
            }
            try root.directory(layout.staging).descriptor.syncFileSystem()
            try context.checkStop()
            for entry in layout.plan.entries where damaged.contains(entry.path) {
                context.log.add("repair \(entry.path)")
                try replace(entry, root, version)
            }
        }
        try VersionRemoval(versionDirectory: layout.version).removeEntries(missingFrom: layout.plan, in: root)
        try makeRuntime(in: version)
        try version.descriptor.syncFileSystem()
    }

    private func replace(
        _ entry: Entry, _ root: borrowing Directory, _ version: borrowing Directory
    ) throws(Failure) {
        let place = layout.version + "/" + entry.path
        let found = try version.status(entry.path)?.kind
        guard entry.content == .directory else {
            // A directory in a file's place holds nothing of ours.
            if found == .directory { try root.removeTree(place) }
            return try root.rename(layout.staging + "/" + entry.path, to: place)
        }
        if let found, found != .directory { try version.removeFile(entry.path) }
        try version.makeDirectory(entry.path, mode: entry.mode)
        let owner = try InstalledFiles(layout.plan, accounts: accounts).owner(of: entry)
        try version.setOwner(entry.path, user: owner.user, group: owner.group)
        try version.directory(entry.path).descriptor.setMode(entry.mode)
    }

    private static func ancestors(of path: String) -> [String] {
        var all: [String] = []
        var above = path
        while let slash = above.utf8.lastIndex(of: UInt8(ascii: "/")) {
            above = String(above[..<slash])
            all.append(above)
        }
        return all
    }
}
