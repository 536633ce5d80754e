import Diagnostics
import LinuxIO
import SetupPlan

/// Which process supervises the agent: `/run/<name>.pid`, with the process's number and, in a second line, the time it
/// was started (field 22 of `/proc/PID/stat`).
///
/// A number alone may since belong to another process; number and start time together never do, so only the process
/// that was recorded is ever killed. The supervisor holds a lock on the file while it lives, which keeps a second one
/// from starting.
struct SupervisorRecord: Sendable {
    let path: String
    let files: HostFiles

    init(_ plan: Plan, _ files: HostFiles) {
        path = "/run/\(plan.product.name).pid"
        self.files = files
    }

    /// Whether the file is there.
    func exists() throws(Failure) -> Bool { try files.status(path) != nil }

    /// The supervisor's process number, if it lives.
    func living() throws(Failure) -> Int32? {
        guard let text = try files.text(path) else { return nil }
        let lines = text.split(separator: "\n")
        guard lines.count == 2, let number = Int32(lines[0]), let started = UInt64(lines[1]),
            let process = ProcessEntry(number), process.startTime == started, !process.isDead
        else { return nil }
        return number
    }

    /// Claims the file for this process, which becomes the supervisor.
    ///
    /// - Returns: The locked file, or nil when another supervisor has it.
    func claim() throws(Failure) -> FileDescriptor? {
        guard let parent = try files.directory(PathText.parent(path)) else {
            throw Failure.system("open", PathText.parent(path), 2)
        }
        let name = PathText.lastComponent(path)
        while true {
            let file = try parent.directory.file(name, [.readWrite, .create, .nonBlocking], mode: 0o644)
            guard try file.lock() else { return nil }
            // The holder before may have removed the file after we opened it.
            let status = try file.status()
            guard let now = try parent.directory.status(name), now.isSameFile(as: status) else { continue }
            guard status.kind == .file, status.links == 1 else {
                throw Failure(.failed, "\(path) is \(status.kind.words) or has a second name, so it isn't written")
            }
            return file
        }
    }

    /// Writes this process's number and start time.
    func fill(_ file: borrowing FileDescriptor) throws(Failure) {
        let own = System.processID
        guard let process = ProcessEntry(own) else {
            throw Failure(.failed, "/proc/\(own)/stat can't be read", hints: ["Mount /proc, then start again."])
        }
        try file.truncate(to: 0)
        try file.setMode(0o644)
        try file.write("\(own)\n\(process.startTime)\n")
    }

    /// Ends the supervisor, which ends the agent, and removes the file.
    ///
    /// - Parameter seconds: How long the agent may take after SIGTERM before the supervisor kills it.
    /// - Returns: Whether a supervisor was running.
    /// - Throws: `.failed` when it can't be ended.
    @discardableResult
    func stop(within seconds: Int) throws(Failure) -> Bool {
        guard let process = try living() else {
            try removeStale()
            return false
        }
        try Signals.send(.terminate, to: process)
        // The supervisor itself kills the agent when the time is over; what it needs for that comes on top.
        let deadline = System.monotonicNanoseconds + UInt64(seconds + 10) * 1_000_000_000
        while try living() == process {
            guard System.monotonicNanoseconds < deadline else {
                throw Failure(
                    .failed, "the supervisor, process \(process), did not stop within \(seconds + 10) seconds")
            }
            System.sleep(milliseconds: 20)
        }
        try removeStale()
        return true
    }

    /// Removes the file unless a supervisor holds it.
    private func removeStale() throws(Failure) {
        guard try exists(), let file = try claim() else { return }
        _ = file.number
        try files.remove(path)
    }
}
