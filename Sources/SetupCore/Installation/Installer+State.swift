import Diagnostics
import LinuxIO
import SetupPlan

extension Installer {
    /// Makes the state directories and the configuration file.
    mutating func makeState() throws(Failure) {
        context.step("Create what is missing of \(layout.plan.paths.state) and \(layout.plan.paths.options)")
        try makeDirectories()
        attachLog()
        guard let content = configuration.new,
            let path = layout.plan.configuration.map({ layout.plan.paths.state + "/" + $0.path })
        else { return try directories.tightenConfiguration(base: base) }
        context.step("Write \(path)")
        let parent = try layout.plan.paths.open(PathText.parent(path), base: base, creating: false).take()
        let name = PathText.lastComponent(path)
        if let old = configuration.old, let status = try parent.status(name) {
            journal.replaced(path, bytes: old, status: status)
        } else {
            journal.madeFile(path)
        }
        let staged = try StagedFile(replacing: name, in: parent, mode: 0o600)
        try staged.setOwner(user: try directories.serviceAccount().user, group: try directories.serviceGroup())
        try staged.write(content)
        try staged.commit()
    }

    private mutating func makeDirectories() throws(Failure) {
        var made: [String] = []
        defer {
            journal.madeDirectories(made)
            record.createdDirectories += made
        }
        try directories.make(base: base, made: &made)
    }

    /// Opens the log; one that can't be opened, or that somebody made a link of, must not stop an installation.
    private mutating func attachLog() {
        do throws(Failure) {
            let logs = try layout.plan.paths.open(layout.plan.paths.state + "/logs", base: base, creating: false).take()
            if try logs.status("install.log") == nil { journal.madeFile(layout.plan.paths.state + "/logs/install.log") }
            let file = try logs.file("install.log", [.write, .create, .append, .nonBlocking], mode: 0o600)
            let status = try file.status()
            guard status.kind == .file, status.links == 1 else {
                throw Failure(.failed, "\(file.path) is not a regular file of its own")
            }
            try context.log.attach(file)
        } catch {
            context.step("Warning: the installation is not logged: \(error.message)")
        }
    }

    /// Writes down what is about to be made, before it is; what identifies the installation changes with the switch.
    mutating func record(over survey: Survey, _ root: borrowing Directory) throws(Failure) {
        let old = survey.record
        record.topLinks = Array(Set((old?.topLinks ?? []) + layout.topNames)).sorted()
        record.createdDirectories = Array(Set((old?.createdDirectories ?? []) + record.createdDirectories)).sorted()
        record.serviceFiles = old?.serviceFiles ?? []
        guard survey.isInstalled, var interim = old else {
            if old == nil { journal.madeFile(PathText.join(layout.plan.paths.root, Layout.record)) }
            return try record.write(in: root)
        }
        record.previous = interim.version == record.version ? interim.previous : interim.version
        record.isServiceSettled = interim.isServiceSettled
        interim.topLinks = record.topLinks
        interim.createdDirectories = record.createdDirectories
        try interim.write(in: root)
    }
}
