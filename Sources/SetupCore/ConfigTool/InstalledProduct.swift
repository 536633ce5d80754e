import Diagnostics
import LinuxIO
import SetupPlan

/// What is known of the installation, also when it is half removed.
struct InstalledProduct {
    /// Whether something of the product is installed.
    let isInstalled: Bool
    /// The version that a start would run; nil when that can't be told.
    let active: String?
    /// The version in use, as far as it can be told.
    let version: String?
    /// The version before, kept for a way back.
    let previous: String?
    /// The Ed25519 key of who signed the installed version; nil when nobody did.
    let signer: [UInt8]?
    /// What is wrong with the installation, in a sentence; nil when nothing is.
    let problem: String?

    init(_ plan: Plan, _ context: ToolContext) throws(Failure) {
        let root: Directory
        do throws(Failure) {
            root = try plan.paths.open(
                plan.paths.root, base: try Directory.open(context.basePath), creating: false
            ).take()
        } catch {
            guard error.isNotFound else { throw error }
            self.init(problem: "there is no \(plan.paths.root): \(plan.product.title) is not installed")
            return
        }
        switch InstalledTree(plan) {
        case .versioned: try self.init(recordedIn: root, plan)
        case .flat: try self.init(packageIn: root, plan, signer: context.ownKey)
        }
    }

    private init(
        isInstalled: Bool = false, active: String? = nil, version: String? = nil, previous: String? = nil,
        signer: [UInt8]? = nil, problem: String?
    ) {
        self.isInstalled = isInstalled
        self.active = active
        self.version = version
        self.previous = previous
        self.signer = signer
        self.problem = problem
    }

    /// Asks the record of an installer.
    private init(recordedIn root: borrowing Directory, _ plan: Plan) throws(Failure) {
        let active = try Survey.activeVersion(in: root)
        var record: InstallRecord?
        var problem: String?
        do throws(Failure) { record = try InstallRecord.read(in: root) } catch { problem = ToolText.line(error) }
        if record == nil, problem == nil {
            problem =
                "there is no \(plan.paths.root)/\(Layout.record): the installation is incomplete or partly removed"
        } else if active == nil, problem == nil {
            let target = try root.linkTarget(Layout.current)
            let link = "\(plan.paths.root)/\(Layout.current)"
            problem =
                target.map { "\(link) leads to \(PathText.display($0)), which isn't a version" }
                ?? "there is no link \(link): the installation is incomplete"
        }
        self.init(
            isInstalled: record != nil, active: active, version: active ?? record?.version,
            previous: record?.previous, signer: record?.publicKey, problem: problem)
    }

    /// A package's own config tool knows it all: dpkg and rpm replace it with the rest.
    private init(packageIn root: borrowing Directory, _ plan: Plan, signer: [UInt8]?) throws(Failure) {
        let version = plan.product.fullVersion
        let isThere = try root.status("bin")?.kind == .directory ? root.status(Layout.runtime)?.kind == .file : false
        self.init(
            isInstalled: true, active: version, version: version, signer: signer,
            problem: isThere
                ? nil : "there is no \(plan.paths.root)/\(Layout.runtime): the package is incomplete or partly removed")
    }
}
