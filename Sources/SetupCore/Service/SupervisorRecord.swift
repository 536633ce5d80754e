import Diagnostics
import LinuxIO
import SetupPlan

/// Which process supervises the agent: `/run/<name>.pid`, with the process's number and, in a second line, the time it
/// was started (field 22 of `/proc/PID/stat`).
///
/// A number alone may since belong to another process; number and start time together never do, so only the process
/// that was recorded is ever killed. While it lives, the supervisor holds a lock on `/run/<name>.lock`, which keeps a
/// second one from starting; a file of its own, because whoever can read a file can lock it.
struct SupervisorRecord: Sendable {
    let path: String
    private let lockPath: String
    let files: HostFiles

    init(_ plan: Plan, _ files: HostFiles) {
        path = "/run/\(plan.product.name).pid"
        lockPath = "/run/\(plan.product.name).lock"
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

    /// Takes the lock for this process, which becomes the supervisor.
    ///
    /// - Returns: The locked file, or nil when another supervisor has it.
    func claim() throws(Failure) -> FileDescriptor? {
        guard let parent = try files.directory(PathText.parent(lockPath)) else {
            throw Failure.system("open", PathText.parent(lockPath), 2)
        }
        let name = PathText.lastComponent(lockPath)
        while true {
            let file = try parent.directory.file(name, [.readWrite, .create, .nonBlocking], mode: 0o600)
            let status = try file.status()
            guard status.kind == .file, status.links == 1, status.user == System.effectiveUser,
                status.mode & 0o077 == 0
            else {
                throw Failure(
                    .failed, "\(lockPath) is not a file of this account's alone, so it can't be a lock",
                    hints: ["Look at what it is and remove it, then start again."])
            }
            guard try file.lock() else { return nil }
            // The holder before may have removed the file after we opened it.
            guard let now = try parent.directory.status(name), now.isSameFile(as: status) else { continue }
            return file
        }
    }

    /// Writes down this process's number and start time, under the lock.
    func fill() throws(Failure) {
        let own = System.processID
        guard let process = ProcessEntry(own) else {
            throw Failure(.failed, "/proc/\(own)/stat can't be read", hints: ["Mount /proc, then start again."])
        }
        try files.write("\(own)\n\(process.startTime)\n", to: path, mode: 0o644)
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
        // It removes its record before it ends, and holds the lock until then: who starts next must find it free.
        while try !removeStale(), try living() == nil, System.monotonicNanoseconds < deadline {
            System.sleep(milliseconds: 20)
        }
        return true
    }

    /// Removes both files unless a supervisor holds the lock.
    ///
    /// - Returns: Whether they are gone.
    @discardableResult
    private func removeStale() throws(Failure) -> Bool {
        // A machine that never ran a supervisor may not even have a /run.
        let isLocked = try files.status(lockPath) != nil
        let isRecorded = try exists()
        guard isRecorded || isLocked else { return true }
        guard let lock = try claim() else { return false }
        defer { withExtendedLifetime(lock) {} }
        try files.remove(path)
        try files.remove(lockPath)
        return true
    }
}
