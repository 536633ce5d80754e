import LinuxIO
import SetupPlan
import Testing

@testable import SetupCore

@Suite struct RestartScheduleTests {
    @Test(arguments: [
        (ProcessEnd.exited(0), false), (.exited(143), false), (.exited(78), false), (.exited(1), true),
        (.exited(64), true), (.exited(130), true),
        (.signaled(.terminate), false), (.signaled(.interrupt), false), (.signaled(.hangup), false),
        (.signaled(.pipe), false), (.signaled(.kill), true), (.signaled(Signal(rawValue: 11)), true),
    ])
    func `failures are what systemd calls so`(end: ProcessEnd, isFailure: Bool) {
        #expect(RestartSchedule.isFailure(end) == isFailure)
    }

    @Test func `the policy decides which ends count`() {
        var never = RestartSchedule(.no)
        #expect(never.delay(after: .exited(1), running: 0) == nil)
        var onFailure = RestartSchedule(.onFailure)
        #expect(onFailure.delay(after: .exited(0), running: 0) == nil)
        #expect(onFailure.delay(after: .exited(1), running: 0) == 5)
        var always = RestartSchedule(.always)
        #expect(always.delay(after: .exited(0), running: 0) == 5)
    }

    @Test(arguments: [Service.RestartPolicy.no, .onFailure, .always])
    func `what another try can't change is not tried again`(policy: Service.RestartPolicy) {
        var schedule = RestartSchedule(policy)
        for status in [64, 78] as [Int32] { #expect(schedule.delay(after: .exited(status), running: 3600) == nil) }
    }

    @Test func `quick ends become slow restarts, and a steady run starts anew`() {
        var schedule = RestartSchedule(.always)
        let quick = (0..<7).map { _ in schedule.delay(after: .exited(1), running: 59) }
        #expect(quick == [5, 5, 5, 5, 5, 60, 60])
        #expect(schedule.delay(after: .exited(1), running: 60) == 5)
        #expect(schedule.delay(after: .exited(1), running: 1) == 5)
    }
}
