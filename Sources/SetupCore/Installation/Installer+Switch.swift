import Diagnostics
import LinuxIO
import SetupPlan

extension Installer {
    /// Makes the top links that are missing, then renames `current`: the switch itself.
    mutating func switchVersion(_ root: borrowing Directory) throws(Failure) {
        context.step("Switch to \(layout.plan.product.fullVersion)")
        for name in layout.topNames {
            let target = Layout.current + "/" + name
            if try root.linkTarget(name) == target { continue }
            // The survey found that what is there is a link of ours that somebody changed.
            let isNew = try !root.removeFile(name)
            try root.makeLink(name, target: target)
            if isNew { journal.madeFile(PathText.join(layout.plan.paths.root, name)) }
        }
        // Before the link that leads to them.
        try root.sync()
        if try root.linkTarget(Layout.current) == layout.version { return journal.settle() }
        let staged = ".\(Layout.current).new"
        try root.removeFile(staged)
        try root.makeLink(staged, target: layout.version)
        journal.madeFile(PathText.join(layout.plan.paths.root, staged))
        try root.rename(staged, to: Layout.current)
        // The new version is active: from here on nothing is taken back.
        journal.settle()
    }

    /// What follows the switch: service, stale links and versions, the final record.
    ///
    /// - Returns: Whether the service runs; nil when it was not to be started.
    mutating func settle(_ root: borrowing Directory) throws(Failure) -> Bool? {
        try root.sync()
        try record.write(in: root)
        let runs = try settleService(root)
        try removeStale(root)
        record.isServiceSettled = true
        try record.write(in: root)
        context.log.add("\(layout.plan.product.title) \(layout.plan.product.fullVersion) is installed")
        return runs
    }

    private mutating func settleService(_ root: borrowing Directory) throws(Failure) -> Bool? {
        guard layout.plan.service != nil else {
            restoreLabels()
            return nil
        }
        context.step("Install the service \(layout.plan.product.name)")
        // A fresh installation is enabled; later the administrator's choice stands.
        let isFresh = !record.isServiceSettled
        let made = try service.install()
        record.serviceFiles = Array(Set(record.serviceFiles + made)).sorted()
        try record.write(in: root)
        if isFresh {
            record.serviceFiles = Array(Set(record.serviceFiles + (try service.enableAtFirstInstall()))).sorted()
            try record.write(in: root)
        }
        restoreLabels()
        guard !context.isImage else { return nil }
        try service.reload()
        guard context.startsService else { return nil }
        if isFresh {
            context.step("Start the service \(layout.plan.product.name)")
            return try service.start()
        }
        context.step("Restart the service \(layout.plan.product.name) if it runs")
        return try service.restartOnce()
    }

    /// Removes top links that the active version doesn't have, and versions other than the active and the previous one.
    private mutating func removeStale(_ root: borrowing Directory) throws(Failure) {
        let names = Set(layout.topNames)
        for name in record.topLinks where !names.contains(name) {
            if try root.linkTarget(name) == Layout.current + "/" + name {
                context.step("Remove the link \(PathText.join(layout.plan.paths.root, name))")
                try root.removeFile(name)
            }
        }
        record.topLinks = layout.topNames
        for name in try root.directory(Layout.versions).names() {
            guard name != record.version, name != record.previous,
                let status = try root.status("versions/\(name)"), status.kind == .directory
            else { continue }
            // An agent that updates did not restart, as with --no-start, still opens its files; a later one removes them.
            guard !ProcessEntry.isAny(workingIn: status) else {
                context.step("Keep the version \(name), which a process still uses")
                continue
            }
            context.step("Remove the version \(name)")
            try VersionRemoval(versionDirectory: Layout.directory(ofVersion: name)).remove(from: root)
        }
    }

    /// Gives what was made the labels that SELinux's policy has for it, where that is on.
    private func restoreLabels() {
        guard !context.isImage, fileStatus("/sys/fs/selinux/enforce") != nil,
            let restorecon = Subprocess.find("restorecon")
        else { return }
        let paths = [layout.plan.paths.root, layout.plan.paths.state, layout.plan.paths.options] + record.serviceFiles
        let result = try? Subprocess.run([restorecon, "-R", "-i"] + paths, timeout: 300)
        if result?.status != 0 { context.step("Warning: restorecon failed: \(result?.errorText ?? "it can't be run")") }
    }
}
