import Diagnostics
import LinuxIO
import SetupPlan

/// The supervisor's own life: starts the agent, waits for its end or for SIGTERM, starts it again.
struct AgentKeeper {
    private let supervisor: Supervisor
    private let stopTimeout: Int
    private var schedule: RestartSchedule

    init(_ supervisor: Supervisor) {
        self.supervisor = supervisor
        stopTimeout = supervisor.plan.service?.stopTimeoutSeconds ?? 0
        schedule = RestartSchedule(supervisor.plan.service?.restart ?? .no)
    }

    private static let stopSignals: [Signal] = [.terminate, .interrupt]
    private static let signals = stopSignals + [.childEnded, .hangup]

    /// Keeps the agent running until it is stopped or ends for good.
    ///
    /// - Parameter report: Told `Daemon.started`, or why the first start failed; then closed.
    /// - Returns: The supervisor's exit status. After a failed end the pid file stays, so that `status` tells.
    mutating func run(reportingTo report: consuming FileDescriptor) -> Int32 {
        Signals.block(Self.signals)
        ProcessControl.adoptOrphans()
        var report: FileDescriptor? = consume report
        while true {
            let began = System.monotonicNanoseconds
            let end: ProcessEnd?
            do throws(Failure) {
                let agent = try startAgent()
                log("started the agent, process \(agent)")
                if let pending = report.take() { _ = try? pending.write(Daemon.started) }
                end = watch(agent)
            } catch {
                log("can't start the agent: \(Daemon.reason(error))")
                if let pending = report.take() {
                    _ = try? pending.write(Daemon.reason(error))
                    return finish(0)
                }
                end = .exited(1)
            }
            guard let end else {
                log("stopped")
                return finish(0)
            }
            sweep(until: Self.deadline(stopTimeout))
            let seconds = Int((System.monotonicNanoseconds - began) / 1_000_000_000)
            guard let delay = schedule.delay(after: end, running: seconds) else {
                log("the agent \(end.words) and is not started again")
                return RestartSchedule.isFailure(end) ? 1 : finish(0)
            }
            log("the agent \(end.words); it is started again in \(delay) s")
            if isStopped(within: delay) {
                log("stopped")
                return finish(0)
            }
        }
    }

    private func finish(_ status: Int32) -> Int32 {
        _ = try? supervisor.files.remove(supervisor.record.path)
        return status
    }

    /// Executes the agent in a session of its own.
    ///
    /// - Returns: Its process number, once its program was executed.
    private func startAgent() throws(Failure) -> Int32 {
        let launch = try AgentLaunch(
            plan: supervisor.plan, versionDirectory: supervisor.versionDirectory,
            basePath: supervisor.files.basePath
        ).withoutManager()
        let own = System.processID
        let pipe = try AnonymousPipe("the agent's start")
        switch try ProcessControl.fork() {
        case .parent(let child):
            let said = try pipe.takeReader().readToEnd(limit: 1 << 16)
            if said.isEmpty { return child }
            ProcessControl.wait(for: child)
            throw Failure(.failed, String(decoding: said, as: UTF8.self))
        case .child:
            let report = pipe.takeWriter()
            ProcessControl.startSession()
            Signals.reset()
            do throws(Failure) { try launch.execute(endingWith: own) } catch {
                _ = try? report.write(Daemon.reason(error))
                ProcessControl.exitNow(1)
            }
        }
    }

    /// Waits for the agent's end.
    ///
    /// - Returns: How it ended, or nil when it was stopped on request.
    private func watch(_ agent: Int32) -> ProcessEnd? {
        while true {
            guard let signal = Signals.wait(for: Self.signals, milliseconds: nil) else { continue }
            if Self.stopSignals.contains(signal) {
                stop(agent)
                return nil
            }
            if let end = Self.reap(agent) { return end }
        }
    }

    /// Asks the agent to end, and kills it with all its processes when its time is over.
    private func stop(_ agent: Int32) {
        let deadline = Self.deadline(stopTimeout)
        _ = try? Signals.send(.terminate, to: -agent)
        while true {
            if Self.reap(agent) != nil { break }
            let left = Self.milliseconds(until: deadline)
            guard left > 0 else {
                log("the agent did not end within \(stopTimeout) s and is killed")
                _ = try? Signals.send(.kill, to: -agent)
                break
            }
            _ = Signals.wait(for: [.childEnded], milliseconds: left)
        }
        sweep(until: deadline)
    }

    /// Ends what the agent left running: politely until `deadline`, then not.
    private func sweep(until deadline: UInt64) {
        var isFirst = true
        let end = max(deadline, Self.deadline(0)) + 5_000_000_000
        while true {
            while ProcessControl.reap() != nil {}
            let left = ProcessEntry.descendants(of: System.processID)
            guard !left.isEmpty, System.monotonicNanoseconds < end else { return }
            let isOver = Self.milliseconds(until: deadline) == 0
            if isFirst || isOver {
                for process in left { _ = try? Signals.send(isOver ? .kill : .terminate, to: process.number) }
            }
            isFirst = false
            _ = Signals.wait(for: [.childEnded], milliseconds: 20)
        }
    }

    /// Waits before the next start.
    ///
    /// - Returns: Whether a stop was asked for meanwhile.
    private func isStopped(within seconds: Int) -> Bool {
        Signals.wait(for: Self.stopSignals, milliseconds: seconds * 1000) != nil
    }

    /// Takes the statuses of all children that have ended.
    ///
    /// - Returns: How the agent ended, if it is among them.
    private static func reap(_ agent: Int32) -> ProcessEnd? {
        var end: ProcessEnd?
        while let child = ProcessControl.reap() {
            if child.process == agent { end = child.end }
        }
        return end
    }

    private static func deadline(_ seconds: Int) -> UInt64 {
        System.monotonicNanoseconds + UInt64(seconds) * 1_000_000_000
    }

    private static func milliseconds(until deadline: UInt64) -> Int {
        let now = System.monotonicNanoseconds
        return deadline > now ? Int((deadline - now) / 1_000_000) + 1 : 0
    }

    private func log(_ text: String) {
        StandardStream.error.write("\(UTCTime(seconds: System.now).text) start-agent: \(PathText.display(text))\n")
    }
}
