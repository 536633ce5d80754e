import Diagnostics
import LinuxIO
import TestSupport
import Testing

/// A scratch machine on which SupervisorProbe does an init script's work.
private struct Machine {
    let path: String
    let user: String
    let policy: String
    let timeout: Int

    init(_ scratch: borrowing Directory, user: String = "root", policy: String = "on-failure", timeout: Int = 5) throws
    {
        path = scratch.path
        self.user = user
        self.policy = policy
        self.timeout = timeout
        try scratch.descriptor.setMode(0o755)
        for directory in ["run", "etc/opt/probe", "opt/probe", "var/opt/probe/logs", "var/opt/probe/conf"] {
            try scratch.makeDirectories(directory)
        }
        for file in ["etc/passwd", "etc/group"] {
            try scratch.file(file, [.write, .create]).write(readFile("/" + file))
        }
        try scratch.file("var/opt/probe/conf/probe.properties", [.write, .create]).write("")
    }

    func run(_ verb: String, _ agent: [String] = ["/bin/true"]) throws -> ProcessResult {
        // The probe lies beside the test bundle.
        let probe = PathText.parent(try resolvedPath("/proc/self/exe")) + "/SupervisorProbe"
        return try Subprocess.run([probe, path, user, policy, "\(timeout)", verb] + agent)
    }

    /// Runs `script`, which finds its machine in `$1`.
    func start(script: String) throws -> ProcessResult { try run("start", ["/bin/sh", "-c", script, "sh", path]) }

    func status() throws -> Int32 { try run("status").status }

    func text(_ file: String) -> String {
        String(decoding: (try? readFile(path + "/" + file)) ?? [], as: UTF8.self)
    }

    func numbers(_ file: String) -> [Int32] { text(file).split(separator: "\n").compactMap { Int32($0) } }

    var log: String { text("var/opt/probe/logs/console.log") }

    func wait(_ seconds: Int = 20, for condition: () throws -> Bool) throws {
        let limit = System.monotonicNanoseconds + UInt64(seconds) * 1_000_000_000
        while try !condition() {
            try #require(System.monotonicNanoseconds < limit, Comment(rawValue: log))
            System.sleep(milliseconds: 10)
        }
    }
}

private func lives(_ process: Int32) -> Bool { ProcessEntry(process).map { !$0.isDead } ?? false }

@Suite(.enabled(if: System.effectiveUser == 0, "the supervisor is root's")) struct SupervisorTests {
    @Test func `an agent is started, shown and stopped`() throws {
        try withScratch { scratch in
            let machine = try Machine(scratch)
            #expect(try machine.status() == 3)
            #expect(try machine.run("stop").status == 0)
            #expect(try machine.run("start", ["/bin/sleep", "1000"]).status == 0)
            #expect(try machine.status() == 0)
            let supervisor = try #require(machine.numbers("run/probe.pid").first)
            #expect(try machine.run("start", ["/bin/sleep", "1000"]).status == 0)
            #expect(machine.numbers("run/probe.pid").first == supervisor)
            let agents = ProcessEntry.descendants(of: supervisor)
            #expect(agents.count == 1)
            #expect(try machine.run("restart", ["/bin/sleep", "1000"]).status == 0)
            #expect(!lives(supervisor))
            #expect(try machine.run("try-restart", ["/bin/sleep", "1000"]).status == 0)
            #expect(try machine.status() == 0)
            #expect(try machine.run("stop").status == 0)
            #expect(try machine.status() == 3)
            #expect(try scratch.directory("run").names() == [])
            #expect(!agents.contains { lives($0.number) })
            #expect(try machine.run("try-restart").status == 0)
            #expect(try machine.status() == 3)
            #expect(try scratch.status("var/opt/probe/logs/console.log")?.mode == 0o640)
        }
    }

    @Test func `wrong words, no agent, no configuration: each has its status`() throws {
        try withScratch { scratch in
            let machine = try Machine(scratch)
            #expect(try machine.run("reload").status == 2)
            #expect(try machine.run("start", ["bin/missing"]).status == 5)
            let unusable = try machine.run("start", ["/etc/passwd"])
            #expect(unusable.status == 5)
            #expect(unusable.errorText.contains("the agent /etc/passwd is no program that can be executed"))
            #expect(try machine.status() == 3)
            try scratch.removeFile("var/opt/probe/conf/probe.properties")
            let unconfigured = try machine.run("start", ["/bin/sleep", "1000"])
            #expect(unconfigured.status == 6)
            #expect(unconfigured.errorText.contains("/opt/probe/probe-config interactive"))
            #expect(try machine.run("stop").status == 0)
        }
    }

    @Test func `bad options are told to the caller`() throws {
        try withScratch { scratch in
            let machine = try Machine(scratch)
            try scratch.file("etc/opt/probe/start-agent.ini", [.write, .create], mode: 0o644).write("-a\n-b\"\n")
            let result = try machine.run("start", ["/bin/sleep", "@options"])
            #expect(result.status == 1)
            #expect(result.errorText.contains("start-agent.ini, line 2"))
        }
    }

    @Test func `an agent that fails is started again, and can be stopped before`() throws {
        try withScratch { scratch in
            let machine = try Machine(scratch)
            #expect(try machine.start(script: "echo $$ >> $1/starts; exit 3").status == 0)
            try machine.wait { machine.numbers("starts").count == 2 }
            #expect(machine.log.contains("the agent ended with status 3; it is started again in 5 s"))
            #expect(try machine.status() == 0)
            #expect(try machine.run("stop").status == 0)
            #expect(try machine.status() == 3)
        }
    }

    @Test func `an agent that ends well isn't started again`() throws {
        try withScratch { scratch in
            let machine = try Machine(scratch)
            #expect(try machine.start(script: "exit 143").status == 0)
            try machine.wait { try machine.status() == 3 }
            #expect(machine.log.contains("status 143 and is not started again"))
        }
    }

    @Test func `a failure for good leaves the pid file, and a start takes it over`() throws {
        try withScratch { scratch in
            let machine = try Machine(scratch, policy: "no")
            #expect(try machine.start(script: "exit 1").status == 0)
            try machine.wait { try machine.status() == 1 }
            #expect(try machine.run("start", ["/bin/sleep", "1000"]).status == 0)
            #expect(try machine.status() == 0)
            #expect(try machine.run("stop").status == 0)
        }
    }

    @Test func `an agent that ignores SIGTERM is killed with all its processes`() throws {
        try withScratch { scratch in
            let machine = try Machine(scratch, timeout: 1)
            let script = """
                trap '' TERM
                sleep 1000 & echo $! >> $1/pids
                setsid sh -c 'trap "" TERM; echo $$ >> $0/pids; sleep 1000; sleep 1000' "$1" &
                (setsid sh -c 'echo $$ >> $0/pids; exec sleep 1000' "$1" &)
                echo $$ >> $1/pids
                while :; do wait; sleep 1; done
                """
            #expect(try machine.start(script: script).status == 0)
            try machine.wait { machine.numbers("pids").count == 4 }
            let began = System.monotonicNanoseconds
            #expect(try machine.run("stop").status == 0)
            #expect(System.monotonicNanoseconds - began > 900_000_000)
            #expect(machine.log.contains("did not end within 1 s and is killed"))
            #expect(machine.numbers("pids").filter(lives) == [])
        }
    }

    @Test func `what a failed agent left is ended before the next start`() throws {
        try withScratch { scratch in
            let machine = try Machine(scratch)
            #expect(try machine.start(script: "setsid sleep 1000 & echo $! >> $1/pids; sleep 0.2; exit 1").status == 0)
            try machine.wait { machine.log.contains("started again in") }
            #expect(machine.numbers("pids").count == 1)
            #expect(machine.numbers("pids").filter(lives) == [])
            #expect(try machine.run("stop").status == 0)
        }
    }

    @Test func `an agent doesn't outlive a supervisor that was killed`() throws {
        try withScratch { scratch in
            let machine = try Machine(scratch)
            #expect(try machine.run("start", ["/bin/sleep", "1000"]).status == 0)
            let supervisor = try #require(machine.numbers("run/probe.pid").first)
            let agent = try #require(ProcessEntry.descendants(of: supervisor).first)
            try Signals.send(.kill, to: supervisor)
            try machine.wait { !lives(agent.number) }
            #expect(try machine.status() == 1)
            #expect(try machine.run("stop").status == 0)
            #expect(try machine.status() == 3)
        }
    }

    @Test(arguments: ["recycled", "gone", "garbage", "", "-1\n1\n"])
    func `a process that wasn't recorded is never touched`(content: String) throws {
        try withScratch { scratch in
            let machine = try Machine(scratch)
            let other = try Subprocess.spawn(["/bin/sleep", "1000"], environment: [], standard: [])
            defer {
                try? Signals.send(.kill, to: other)
                ProcessControl.wait(for: other)
            }
            let started = try #require(ProcessEntry(other)).startTime
            let text = ["recycled": "\(other)\n\(started + 1)\n", "gone": "4194303\n\(started)\n"][content] ?? content
            try scratch.file("run/probe.pid", [.write, .create]).write(text)
            #expect(try machine.status() == 1)
            #expect(try machine.run("stop").status == 0)
            #expect(lives(other))
            #expect(try machine.status() == 3)
            try scratch.file("run/probe.pid", [.write, .create]).write(text)
            #expect(try machine.run("start", ["/bin/sleep", "1000"]).status == 0)
            #expect(try machine.status() == 0)
            #expect(try machine.run("stop").status == 0)
            #expect(lives(other))
        }
    }

    @Test func `of two starts at once one supervises`() throws {
        try withScratch { scratch in
            let machine = try Machine(scratch)
            let path = scratch.path
            try Threads.run(4) { _ throws(Failure) in
                let probe = PathText.parent(try resolvedPath("/proc/self/exe")) + "/SupervisorProbe"
                let script = ["/bin/sh", "-c", "echo $$ >> $0/starts; exec sleep 1000", path]
                let result = try Subprocess.run([probe, path, "root", "always", "5", "start"] + script)
                guard result.status == 0 else { throw Failure(.failed, result.errorText) }
            }
            try machine.wait { !machine.numbers("starts").isEmpty }
            System.sleep(milliseconds: 100)
            #expect(machine.numbers("starts").count == 1)
            #expect(try machine.run("stop").status == 0)
            #expect(machine.numbers("starts").filter(lives) == [])
        }
    }

    @Test func `a lock on the pid file, which everybody can read, is in nobody's way`() throws {
        try withScratch { scratch in
            let machine = try Machine(scratch)
            let held = try scratch.file("run/probe.pid", [.write, .create], mode: 0o644)
            #expect(try held.lock())
            #expect(try machine.run("start", ["/bin/sleep", "1000"]).status == 0)
            #expect(try machine.status() == 0)
            #expect(try machine.run("stop").status == 0)
            #expect(try scratch.directory("run").names().isEmpty)
        }
    }

    @Test func `a start leaves the lock to whoever holds it`() throws {
        try withScratch { scratch in
            let machine = try Machine(scratch)
            let held = try scratch.file("run/probe.lock", [.write, .create], mode: 0o600)
            #expect(try held.lock())
            #expect(try machine.start(script: "echo $$ >> $1/starts").status == 1)
            #expect(try machine.run("stop").status == 0)
            #expect(machine.log.isEmpty)
            #expect(try scratch.directory("run").names() == ["probe.lock"])
        }
    }

    @Test func `the agent gets its account, directory, environment and nothing else`() throws {
        try withScratch { scratch in
            let machine = try Machine(scratch, user: "nobody")
            try scratch.makeDirectory("out")
            try scratch.directory("out").descriptor.setMode(0o777)
            let script = """
                id -u > $1/out/id; id -G >> $1/out/id; pwd > $1/out/pwd; umask >> $1/out/pwd; env > $1/out/env
                ls /proc/self/fd > $1/out/fds; readlink /proc/self/fd/0 > $1/out/stdin; echo hello; echo > $1/out/done
                exec sleep 1000
                """
            #expect(try machine.start(script: script).status == 0)
            try machine.wait { machine.text("out/done") == "\n" }
            #expect(machine.text("out/id") == "65534\n65534\n")
            #expect(machine.text("out/pwd") == scratch.path + "/opt/probe\n0022\n")
            // The fourth is the listing's own.
            #expect(machine.text("out/fds") == "0\n1\n2\n3\n")
            #expect(machine.text("out/stdin") == "/dev/null\n")
            #expect(machine.log.contains("hello\n"))
            let names = machine.text("out/env").split(separator: "\n").map { $0.prefix { $0 != "=" } }
            #expect(
                Set(names).subtracting(["PWD", "SHLVL", "_", "OLDPWD"]) == [
                    "PATH", "HOME", "USER", "LOGNAME", "PROBE", "LC_ALL",
                ])
            #expect(try machine.run("stop").status == 0)
        }
    }

    @Test(arguments: ["link", "second name"])
    func `a console log that the agent's account planted isn't written`(kind: String) throws {
        try withScratch { scratch in
            let machine = try Machine(scratch)
            try scratch.file("etc/victim", [.write, .create]).write("kept")
            if kind == "link" {
                try scratch.makeLink("var/opt/probe/logs/console.log", target: "../../../../etc/victim")
            } else {
                let result = try Subprocess.run(
                    ["/bin/ln", scratch.path + "/etc/victim", scratch.path + "/var/opt/probe/logs/console.log"])
                try #require(result.status == 0)
            }
            let result = try machine.run("start", ["/bin/sleep", "1000"])
            #expect(result.status == 1)
            #expect(result.errorText.contains("console.log"))
            #expect(machine.text("etc/victim") == "kept")
            #expect(try machine.run("stop").status == 0)
        }
    }
}
