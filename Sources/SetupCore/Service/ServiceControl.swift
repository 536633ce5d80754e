public import Diagnostics
import LinuxIO
public import SetupPlan

/// The product's service on a machine or in an image: its files, whether it is enabled, and whether it runs.
///
/// The unit goes to `/etc/systemd/system` where systemd is installed. The init script goes to `/etc/init.d` where that
/// directory exists, except under a systemd that lacks `systemd-sysv-install`. Both may stand side by side. In an image
/// (a base path other than `/`) files and links are made and removed, and nothing is run. A native package brings unit and
/// script itself, so with its plan nothing of that is done here: the service is asked, started and restarted alone.
public struct ServiceControl: Sendable {
    /// What starts services on the machine.
    public let manager: ServiceManager
    let plan: Plan
    let files: HostFiles
    let service: Service?

    /// Looks at a machine.
    ///
    /// - Parameters:
    ///   - plan: The product; without a service every operation does nothing.
    ///   - basePath: `/`, or the directory of an image.
    /// - Throws: When the machine's directories can't be looked at.
    public init(plan: Plan, basePath: String = "/") throws(Failure) {
        files = HostFiles(basePath: basePath)
        manager = try ServiceManager.detect(files)
        self.plan = plan
        service = plan.service
    }

    var unitName: String { plan.product.name + ".service" }
    /// The unit that came with the product.
    var unitPath: String { (plan.ownPackage?.manager.unitDirectory ?? Self.unitDirectory) + "/" + unitName }
    /// Where an administrator masks or replaces the unit; for a self-extracting installer, the unit's own place.
    var administratorsUnitPath: String { Self.unitDirectory + "/" + unitName }
    var scriptPath: String { "/etc/init.d/" + plan.product.name }
    var links: RunLevelLinks { RunLevelLinks(name: plan.product.name, files: files) }
    static let unitDirectory = "/etc/systemd/system"

    /// Writes unit and init script where they belong and differ; a unit that somebody masked is left alone.
    ///
    /// What an administrator changed in the files is replaced: changes belong in `<unit>.d/`, as `systemctl edit` makes
    /// it, which is never touched. Ask `checkForeign` first, while nothing is changed yet.
    ///
    /// - Returns: The absolute paths that belong to the service now, and of directories made for them.
    /// - Throws: `.conflict` for a unit that is a link elsewhere, or what the system reports.
    public func install() throws(Failure) -> [String] {
        guard let service else { return [] }
        var made: [String] = []
        if try takesUnit(), try !isMasked() {
            let replacesMask = try hasMaskOfRemovedPackage()
            if !replacesMask { try checkUnitLink() }
            made += try files.directory(Self.unitDirectory, creating: true)?.created ?? []
            try files.write(service.unit, to: unitPath, mode: 0o644)
            // As `deb-systemd-helper unmask` does.
            if replacesMask { try files.remove(debianMaskRecord) }
            made.append(unitPath)
        }
        if try takesScript() {
            try files.write(service.initScript, to: scriptPath, mode: 0o755)
            made.append(scriptPath)
        }
        return made
    }

    /// Removes what a run that was killed staged for unit and init script.
    func removeStaged() throws(Failure) {
        guard service != nil else { return }
        for path in [unitPath, scriptPath] { try files.removeStaged(path) }
    }

    /// Whether the unit has a home here.
    func takesUnit() throws(Failure) -> Bool { try ServiceManager.isSystemdInstalled(files) }

    /// Whether the init script has a home here.
    ///
    /// `/etc/init.d` is never made: it stands for an init that reads it, and breaks later packages where none does.
    func takesScript() throws(Failure) -> Bool {
        guard try files.hasDirectory("/etc/init.d") else { return false }
        if try !takesUnit() || manager == .sysv { return true }
        return try ServiceManager.canSynchronizeScripts(files)
    }

    /// Makes the service start at boot; for a first installation only, so that later the administrator's choice stands.
    ///
    /// - Returns: The absolute paths of the links, all on disk, and of directories made; none for a masked unit.
    public func enableAtFirstInstall() throws(Failure) -> [String] {
        guard let service, try !isMasked() else { return [] }
        var made: [String] = []
        // A unit without systemd, left from somewhere, enables nothing.
        let hasUnit = try takesUnit() ? files.status(unitPath) != nil : false
        if hasUnit {
            for target in InstallSection.targets(ofUnit: service.unit) {
                let path = "\(Self.unitDirectory)/\(target).wants"
                guard let directory = try files.directory(path, creating: true) else { continue }
                made += directory.created
                if try directory.directory.status(unitName) == nil {
                    try directory.directory.makeLink(unitName, target: unitPath)
                    try directory.directory.sync()
                }
                made.append(path + "/" + unitName)
            }
        }
        // Under systemd the links of runlevels would do nothing; `systemctl enable` keeps them in step by itself.
        if manager == .sysv || !hasUnit, try files.status(scriptPath) != nil {
            made += try links.make(ScriptHeader(ofScript: service.initScript))
        }
        return made
    }

    /// Removes unit, init script and the links to them, and makes systemd forget the service.
    ///
    /// A unit or script of somebody else stays, with the links that start it. Stop the service first.
    ///
    /// - Parameter recorded: The paths that installing the service returned; nil when no record of it is left, so that
    ///   only what is the product's own by its text is removed.
    /// - Returns: The paths of unit and script that stay because they are somebody else's.
    @discardableResult
    public func remove(recorded: [String]?) throws(Failure) -> [String] {
        guard let service else { return [] }
        let recorded = recorded ?? []
        let keepsUnit = try isForeign(unitPath, service.unit, recorded)
        let keepsScript = try isForeign(scriptPath, service.initScript, recorded)
        for path in try enablingLinks() where !keepsUnit || recorded.contains(path) {
            try files.remove(path)
            // As `systemctl disable` does: a directory that no other unit needs goes as well.
            let parent = PathText.parent(path)
            if let directory = try files.directory(PathText.parent(parent)) {
                _ = try? directory.directory.removeDirectory(PathText.lastComponent(parent))
            }
        }
        if !keepsUnit { try files.remove(unitPath) }
        if !keepsScript {
            try files.remove(scriptPath)
            try links.remove()
        }
        if manager == .systemd {
            try reload()
            // A service that failed stays listed until it is reset; it is not an error when there is none.
            _ = try systemctl(["reset-failed", unitName], timeout: 60)
        }
        return (keepsUnit ? [unitPath] : []) + (keepsScript ? [scriptPath] : [])
    }

    /// The links that make systemd start the unit with a target.
    func enablingLinks() throws(Failure) -> [String] {
        guard let units = try files.directory(Self.unitDirectory) else { return [] }
        var found: [String] = []
        for name in try units.directory.names() where name.hasSuffix(".wants") || name.hasSuffix(".requires") {
            let path = "\(Self.unitDirectory)/\(name)/\(unitName)"
            if try files.status(path)?.kind == .link { found.append(path) }
        }
        return found
    }
}
