import Diagnostics
import SetupPlan
import TestSupport
import Testing

@testable import LinuxIO
@testable import SetupCore

@Suite struct AgentLaunchTests {
    private func plan(_ command: [String], user: String = "svc") -> Plan {
        var plan = servicePlan()
        plan.agent = AgentCommand(
            command: command, environment: [EnvironmentVariable(name: "A", value: "1 2")],
            health: HealthCheck(command: ["bin/health", "-q"], withinSeconds: 5))
        plan.service?.user = user
        return plan
    }

    private func withAccounts(_ body: (borrowing Directory) throws -> Void) throws {
        try withScratch { scratch in
            try scratch.makeDirectories("etc/opt/p")
            try scratch.file("etc/passwd", [.write, .create]).write("svc:x:77:78::/home/svc:/bin/sh\n")
            try scratch.file("etc/group", [.write, .create]).write("svc:x:78:\nextra:x:79:a,svc\nother:x:80:a\n")
            try scratch.file("etc/opt/p/start-agent.ini", [.write, .create], mode: 0o644).write("-a\n-b c\n")
            try body(scratch)
        }
    }

    @Test func `options replace their placeholder, each as one argument`() throws {
        try withAccounts { (scratch) throws in
            let launch = try AgentLaunch(
                plan: plan(["jre/bin/java", "@options", "-jar", "x@options"]), versionDirectory: "/opt/p/versions/1-1",
                basePath: scratch.path)
            #expect(
                launch.arguments == ["/opt/p/versions/1-1/jre/bin/java", "-a", "-b c", "-jar", "x@options"])
            #expect(launch.directory == "/opt/p/versions/1-1")
            #expect(launch.account == UserAccount(name: "svc", user: 77, group: 78, home: "/home/svc"))
            #expect(launch.supplementaryGroups == [79])
            let absolute = try AgentLaunch(
                plan: plan(["/bin/x"]), versionDirectory: "/opt/p/versions/1-1", basePath: scratch.path)
            #expect(absolute.arguments == ["/bin/x"])
        }
    }

    @Test func `the health command is resolved alike, without the options`() throws {
        try withAccounts { (scratch) throws in
            let asking = plan(["x"])
            let health = try #require(asking.agent?.health)
            let launch = try AgentLaunch(
                health: health, plan: asking, versionDirectory: "/v", basePath: scratch.path)
            #expect(launch.arguments == ["/v/bin/health", "-q"])
            #expect(launch.environment.contains("A=1 2"))
        }
    }

    @Test func `an account that the files don't list is refused`() throws {
        try withAccounts { (scratch) throws in
            #expect(throws: Failure(.requirement, "this machine has no user ldap, as which the agent runs")) {
                _ = try AgentLaunch(plan: plan(["x"], user: "ldap"), versionDirectory: "/v", basePath: scratch.path)
            }
            var grouped = plan(["x"])
            grouped.service?.group = "other"
            #expect(
                try AgentLaunch(plan: grouped, versionDirectory: "/v", basePath: scratch.path).account.group == 80)
        }
    }

    @Test func `the environment is made, not inherited`() {
        let account = UserAccount(name: "svc", user: 77, group: 78, home: "/home/svc")
        let environment = AgentLaunch.environment(
            of: account,
            adding: [
                EnvironmentVariable(name: "LANG", value: "C.UTF-8"), EnvironmentVariable(name: "X", value: "y=z"),
            ],
            to: [
                "LD_PRELOAD=/tmp/x.so", "LD_LIBRARY_PATH=/tmp", "HOME=/root", "PATH=/tmp", "LANG=de_DE",
                "NOTIFY_SOCKET=/run/n", "INVOCATION_ID=1", "JAVA_TOOL_OPTIONS=-x", "GCONV_PATH=/tmp", "SECRET=1",
            ])
        #expect(
            environment == [
                "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/home/svc", "USER=svc",
                "LOGNAME=svc", "INVOCATION_ID=1", "NOTIFY_SOCKET=/run/n", "LANG=C.UTF-8", "X=y=z",
            ])
    }

    @Test(arguments: [
        ([], ["LANG=C.UTF-8"]),
        (["LANG=", "LC_ALL=", "TZ="], ["LANG=C.UTF-8"]),
        (["LC_MESSAGES=de_DE"], ["LC_MESSAGES=de_DE", "LANG=C.UTF-8"]),
        (["LANG=C"], ["LANG=C"]),
        (["LANG=", "LC_CTYPE=tr_TR.UTF-8"], ["LC_CTYPE=tr_TR.UTF-8"]),
        (["LC_ALL=POSIX"], ["LC_ALL=POSIX"]),
    ])
    func `the language is UTF-8 where the machine names none`(inherited: [String], expected: [String]) {
        let account = UserAccount(name: "svc", user: 77, group: 78, home: "/home/svc")
        let environment = AgentLaunch.environment(of: account, adding: [], to: inherited)
        #expect(Array(environment.dropFirst(4)) == expected)
    }
}
