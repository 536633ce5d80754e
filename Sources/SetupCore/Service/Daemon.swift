import Diagnostics
import LinuxIO
import SetupPlan

/// How a supervisor leaves the process that started it.
enum Daemon {
    /// Starts a supervisor in the background and waits until the agent's program was executed.
    ///
    /// The supervisor is a grandchild in a session of its own, which it doesn't lead, so it never gets a terminal.
    ///
    /// - Parameters:
    ///   - supervisor: What to supervise.
    ///   - lock: The supervisor's claimed lock.
    /// - Returns: Why the agent doesn't run, or nil when it does.
    static func start(_ supervisor: Supervisor, lock: borrowing FileDescriptor) throws(Failure) -> String? {
        let pipe = try AnonymousPipe("the supervisor's report")
        switch try ProcessControl.fork() {
        case .parent(let child):
            let reader = pipe.takeReader()
            ProcessControl.wait(for: child)
            let report = String(decoding: try reader.readToEnd(limit: 1 << 16), as: UTF8.self)
            if report == started { return nil }
            return report.isEmpty ? "the supervisor was killed" : report
        case .child:
            let report = pipe.takeWriter()
            do throws(Failure) {
                ProcessControl.startSession()
                if case .parent = try ProcessControl.fork() { ProcessControl.exitNow(0) }
                try leave(supervisor, keeping: [lock.number, report.number])
                try supervisor.record.fill()
            } catch {
                _ = try? report.write(reason(error))
                ProcessControl.exitNow(1)
            }
            var keeper = AgentKeeper(supervisor)
            ProcessControl.exitNow(keeper.run(reportingTo: report))
        }
    }

    /// What the report says when the agent runs.
    static let started = "started"

    /// A failure in one line.
    static func reason(_ failure: Failure) -> String {
        failure.cause.map { "\(failure.message): \($0)" } ?? failure.message
    }

    /// Lets go of directory, mask, descriptors and streams of the caller.
    private static func leave(_ supervisor: Supervisor, keeping kept: [Int32]) throws(Failure) {
        try ProcessControl.changeDirectory("/")
        System.setUmask(0o022)
        try ProcessControl.closeDescriptors(except: kept)
        let console = try openConsole(supervisor)
        try ProcessControl.redirect(.input, to: try FileDescriptor.open("/dev/null"))
        try ProcessControl.redirect(.output, to: console)
        try ProcessControl.redirect(.error, to: console)
    }

    /// Opens `logs/console.log`, to which the agent's and the supervisor's words are appended.
    ///
    /// The agent's account owns the directory: what it may have put there in the file's place isn't written.
    private static func openConsole(_ supervisor: Supervisor) throws(Failure) -> FileDescriptor {
        let path = PathText.join(supervisor.plan.paths.state, "logs")
        guard let directory = try supervisor.files.directory(path) else { throw Failure.system("open", path, 2) }
        let file = try directory.directory.file("console.log", [.write, .create, .append, .nonBlocking], mode: 0o640)
        let status = try file.status()
        guard status.kind == .file, status.links == 1 else {
            throw Failure(
                .failed, "\(path)/console.log is \(status.kind.words) or has a second name, so it isn't written")
        }
        try file.setMode(0o640)
        return file
    }
}
