import LinuxIO
import SetupPlan

/// Exit statuses after which an agent is not started again, whatever the policy: another try changes nothing.
///
/// They are the agent's own, or those of `start-agent` before it becomes the agent. The unit's
/// `RestartPreventExitStatus=` has the same.
enum AgentExit {
    /// Options, account or program are wrong, which is a failure; EX_USAGE of sysexits(3).
    static let usage: Int32 = 64
    /// There is no configuration yet, which is none; EX_CONFIG of sysexits(3).
    static let notConfigured: Int32 = 78

    /// Whether an end is one of these.
    static func isFinal(_ end: ProcessEnd) -> Bool {
        switch end {
        case .exited(let status): status == usage || status == notConfigured
        case .signaled: false
        }
    }
}

/// When a supervisor starts an agent that ended: five seconds later, five times in a row; then, while it still doesn't
/// hold for a minute, once a minute, so that a broken agent neither fills the disk with its words nor is given up.
struct RestartSchedule: Sendable {
    let policy: Service.RestartPolicy
    private var quickEnds = 0

    static let quickDelay = 5
    static let slowDelay = 60
    static let burst = 5
    static let steadyAfter = 60

    init(_ policy: Service.RestartPolicy) { self.policy = policy }

    /// How long to wait after an end that nobody asked for.
    ///
    /// - Parameters:
    ///   - end: How the agent ended.
    ///   - seconds: How long it ran.
    /// - Returns: Seconds, or nil when it isn't started again.
    mutating func delay(after end: ProcessEnd, running seconds: Int) -> Int? {
        if AgentExit.isFinal(end) { return nil }
        switch policy {
        case .no: return nil
        case .onFailure: if !Self.isFailure(end) { return nil }
        case .always: break
        }
        quickEnds = seconds >= Self.steadyAfter ? 1 : quickEnds + 1
        return quickEnds <= Self.burst ? Self.quickDelay : Self.slowDelay
    }

    /// Whether an end counts as a failure, as systemd counts with `SuccessExitStatus=143 78`: a Java program's answer
    /// to SIGTERM is 143.
    static func isFailure(_ end: ProcessEnd) -> Bool {
        switch end {
        case .exited(let status): status != 0 && status != 143 && status != AgentExit.notConfigured
        case .signaled(let signal): ![.terminate, .interrupt, .hangup, .pipe].contains(signal)
        }
    }
}
