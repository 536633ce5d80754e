public import Diagnostics
import LinuxIO
import SetupPlan

/// Whose unit and init script those on the machine are.
extension ServiceControl {
    /// Refuses to go on where a unit or init script of the service's name is somebody else's.
    ///
    /// Nothing is changed. A masked unit is fine: the service is then installed neither enabled nor started.
    ///
    /// - Parameter recorded: The paths that installing the service returned before; none for a first installation.
    /// - Throws: `.conflict` for a file that isn't recorded and isn't the product's own, and for a unit that is a link.
    public func checkForeign(recorded: [String]) throws(Failure) {
        guard let service else { return }
        if try takesUnit(), try !isMasked(), try !hasMaskOfRemovedPackage() {
            try checkUnitLink()
            if try isForeign(unitPath, service.unit, recorded) { throw foreign(unitPath) }
        }
        if try takesScript(), try isForeign(scriptPath, service.initScript, recorded) { throw foreign(scriptPath) }
    }

    /// Whether an administrator forbade systemd to start the service: its unit is a link to `/dev/null`.
    func isMasked() throws(Failure) -> Bool { try hasMask() ? try !hasMaskOfRemovedPackage() : false }

    private func hasMask() throws(Failure) -> Bool {
        try takesUnit() ? files.linkTarget(administratorsUnitPath) == "/dev/null" : false
    }

    /// Whether the mask is what a Debian package left that was removed and not purged: no administrator's decision.
    ///
    /// Such a package keeps its init script, of which systemd would make a service, so its postrm masks that with
    /// `deb-systemd-helper mask`, which writes down that it did (init-system-helpers, script/deb-systemd-helper,
    /// `mask_service`).
    func hasMaskOfRemovedPackage() throws(Failure) -> Bool {
        guard plan.ownPackage == nil, try hasMask() else { return false }
        return try files.status(debianMaskRecord) != nil
    }

    /// Where deb-systemd-helper writes down that it masked the unit.
    var debianMaskRecord: String { "/var/lib/systemd/deb-systemd-helper-masked/" + unitName }

    /// Refuses a unit that is a link: writing it would undo what somebody decided.
    func checkUnitLink() throws(Failure) {
        guard let target = try files.linkTarget(unitPath) else { return }
        throw Failure(
            .conflict, "\(unitPath) is a symbolic link to \(PathText.display(target)), so somebody replaced the unit",
            hints: ["Remove the link, then run the command again."])
    }

    /// Whether something at a path isn't the service's: neither a recorded file, nor one with the plan's text, nor one
    /// that runs the product's start program.
    ///
    /// The last is what a removal by hand leaves of an older version. Files are all that is written there, so whatever
    /// else it is, a mask too, somebody else made it.
    func isForeign(_ path: String, _ text: String, _ recorded: [String]) throws(Failure) -> Bool {
        guard let status = try files.status(path) else { return false }
        guard status.kind == .file else { return true }
        guard !recorded.contains(path), let found = try files.text(path), found != text else { return false }
        let program = PathText.join(plan.paths.root, Layout.runtime)
        let marks = ["ExecStart=\(program)", "program=\"\(program)\""]
        return !found.split(separator: "\n").contains { line in marks.contains { $0 == line } }
    }

    private func foreign(_ path: String) -> Failure {
        Failure(
            .conflict, "\(path) is there already, and \(plan.product.title) did not make it",
            hints: ["Remove it, or move it away, if it is not needed, then run the command again."])
    }
}
