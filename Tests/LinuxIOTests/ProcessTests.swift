import LinuxIO
import Testing

@Suite struct ProcessTests {
    @Test func `a program's name can't forge the fields after it`() {
        let fields = "S 7 1 1 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 8125 1000"
        let entry = ProcessEntry(parsing: Array("42 (a) R 9 (b)) \(fields)\n".utf8))
        #expect(entry?.number == 42)
        #expect(entry?.parent == 7)
        #expect(entry?.state == UInt8(ascii: "S"))
        #expect(entry?.startTime == 8125)
        #expect(ProcessEntry(parsing: Array("42 (a) S 7 1\n".utf8)) == nil)
        #expect(ProcessEntry(parsing: []) == nil)
    }

    @Test func `a process knows itself and its children`() throws {
        let own = try #require(ProcessEntry(System.processID))
        #expect(own.parent == System.parentID)
        #expect(!own.isDead)
        #expect(own.startTime > 0)
        #expect(ProcessEntry(-1) == nil)
        let child = try Subprocess.spawn(["/bin/sleep", "100"], environment: [], standard: [])
        #expect(ProcessEntry.descendants(of: System.processID).contains { $0.number == child })
        try Signals.send(.kill, to: child)
        ProcessControl.wait(for: child)
        #expect(ProcessEntry(child) == nil)
        try Signals.send(.kill, to: child)
    }

    @Test func `a process with several threads isn't split`() {
        #expect(throws: (any Error).self) { _ = try ProcessControl.fork() }
    }
}
