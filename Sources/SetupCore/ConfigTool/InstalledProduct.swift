import Diagnostics
import LinuxIO
import SetupPlan

/// What is known of the installation, also when it is half removed.
struct InstalledProduct {
    /// The record; nil where there is none.
    let record: InstallRecord?
    /// The version that `current` leads to.
    let active: String?
    /// What is wrong with the installation, in a sentence; nil when nothing is.
    let problem: String?

    init(_ plan: Plan, basePath: String) throws(Failure) {
        let root: Directory
        do throws(Failure) {
            root = try plan.paths.open(plan.paths.root, base: try Directory.open(basePath), creating: false).take()
        } catch {
            guard error.isNotFound else { throw error }
            record = nil
            active = nil
            problem = "there is no \(plan.paths.root): \(plan.product.title) is not installed"
            return
        }
        active = try Survey.activeVersion(in: root)
        var found: InstallRecord?
        var words: String?
        do throws(Failure) { found = try InstallRecord.read(in: root) } catch { words = ToolText.line(error) }
        record = found
        if found == nil, words == nil {
            words = "there is no \(plan.paths.root)/\(Layout.record): the installation is incomplete or partly removed"
        } else if active == nil, words == nil {
            let target = try root.linkTarget(Layout.current)
            let link = "\(plan.paths.root)/\(Layout.current)"
            words =
                target.map { "\(link) leads to \(PathText.display($0)), which isn't a version" }
                ?? "there is no link \(link): the installation is incomplete"
        }
        problem = words
    }

    /// The version that is in use, as far as it can be told.
    var version: String? { active ?? record?.version }
}
