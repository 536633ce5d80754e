import Diagnostics
import LinuxIO
import SetupPlan

/// What a run that was killed may have left of the files that it was about to replace.
///
/// Each is half of something, under a name that the next replacement of the same file would take. A run that replaces
/// other files removes them, too: one of them may hold secrets.
struct Leftovers {
    let layout: Layout
    let service: ServiceControl

    /// Removes them, under the product's lock.
    func remove(root: borrowing Directory, base: borrowing Directory) throws(Failure) {
        try StagedFile.removeStaged(for: Layout.current, in: root)
        if try root.status(Layout.versions)?.kind == .directory {
            try StagedFile.removeStaged(for: Layout.record, in: root)
            let versions = try root.directory(Layout.versions)
            for name in try versions.names() where try versions.status(name)?.kind == .directory {
                let version = try versions.directory(name)
                guard try version.status("bin")?.kind == .directory else { continue }
                try StagedFile.removeStaged(for: Layout.runtime, in: version)
            }
        }
        if let configuration = layout.plan.configuration {
            let path = layout.plan.paths.state + "/" + configuration.path
            do throws(Failure) {
                let parent = try layout.plan.paths.open(PathText.parent(path), base: base, creating: false).take()
                try StagedFile.removeStaged(for: PathText.lastComponent(path), in: parent)
            } catch {
                if !error.isNotFound { throw error }
            }
        }
        try service.removeStaged()
    }
}
