import DebFormat
import Foundation
import Packaging
import Planning
import Testing

/// What the scripts of a Debian package do to what an older package, or an older version, left.
@Suite(.serialized) struct TakeoverTests {
    private func past(_ host: StandIn, _ name: String, seconds: TimeInterval) throws {
        let date = [FileAttributeKey.modificationDate: Date(timeIntervalSinceNow: -seconds)]
        try FileManager.default.setAttributes(date, ofItemAtPath: "\(host.path)/\(name)")
    }

    private func log(_ lines: (TimeInterval, String)...) -> String {
        let format = DateFormatter()
        format.dateFormat = "yyyy-MM-dd HH:mm:ss"
        return lines.map { "\(format.string(from: Date(timeIntervalSinceNow: -$0.0))) \($0.1)\n" }.joined()
    }

    @Test(arguments: ScriptRunTests.shells)
    func `What stopped and disabled counts from dpkg's first try, in the log, or from the unpacking`(
        shell: [String]
    ) throws {
        let preinst = try agentScripts()[.preinst]
        let settled = "status installed sample-agent:amd64 0.9"
        let begun = "upgrade sample-agent:amd64 0.9 2.3"
        // The links changed a minute ago.
        let cases: [(String, Bool)] = [
            ("", false), (log((90, begun)), true), (log((30, begun)), false),
            (log((90, begun), (40, begun)), true), (log((90, begun), (80, settled), (40, begun)), false),
            (log((90, "upgrade other:amd64 1 2")), false),
            (log((90, begun), (85, "status half-installed sample-agent:amd64 0.9")), true),
            // A clock that was set back.
            (log((-9000, begun)), false),
        ]
        for (text, isEnabled) in cases {
            let host = try StandIn(shell: shell)
            try host.write("old", "")
            try host.write("var/log/dpkg.log", text)
            try host.write("etc/systemd/system/other.service", "")
            try past(host, "etc/systemd/system", seconds: 60)
            _ = try host.run(preinst, "upgrade", "0.9")
            #expect(host.exists("run/sample-agent.dpkg/enabled") == isEnabled, "\(text)")
            #expect(host.exists("run/sample-agent.dpkg/disabled") != isEnabled, "\(text)")
        }
        let host = try StandIn(shell: shell)
        try host.write("old", "")
        // Rotated in between.
        try host.write("var/log/dpkg.log.1", log((90, begun)))
        try host.write("etc/systemd/system/other.service", "")
        try past(host, "etc/systemd/system", seconds: 60)
        _ = try host.run(preinst, "upgrade", "0.9")
        #expect(host.exists("run/sample-agent.dpkg/enabled"))
    }

    @Test(arguments: ScriptRunTests.shells)
    func `A configuration file that was a plain one makes nobody ask`(shell: [String]) throws {
        let scripts = try agentScripts()
        let file = "opt/sample-agent/etc/agent.ini"
        for (text, isConffile, expected) in [
            ("mine\n", false, "mine\n"), ("default\n", false, "new\n"), ("mine\n", true, "mine\n"),
        ] {
            let host = try StandIn(shell: shell)
            try host.write(file, text)
            let sum = try run(["sh", "-c", "printf 'default\\n' | md5sum | cut -c 1-32"]).output.dropLast()
            try host.write("md5sums", "\(sum)  \(host.path.dropFirst())/\(file)\n")
            if isConffile { try host.write("conffiles", " \(host.path)/\(file) 0123\n") }
            for _ in 0..<2 { _ = try host.run(scripts[.preinst], "upgrade", "0.9") }
            #expect(host.exists(file) == isConffile)
            if !isConffile { try host.write(file, "new\n") }
            try host.write("var/opt/sample-agent/conf/agent.properties", "")
            _ = try host.run(scripts[.postinst], "configure", "0.9")
            #expect(try host.text(file) == expected)
            #expect(try host.names("opt/sample-agent/etc") == ["agent.ini"])
        }
        let host = try StandIn(shell: shell)
        try host.write(file, "mine\n")
        try host.write("md5sums", "")
        _ = try host.run(scripts[.preinst], "upgrade", "0.9")
        _ = try host.run(scripts[.postrm], "abort-upgrade", "0.9")
        #expect(try host.text(file) == "mine\n" && host.names("opt/sample-agent/etc") == ["agent.ini"])
        #expect(host.exists("etc/init.d/sample-agent"))
    }

    @Test(arguments: ScriptRunTests.shells)
    func `Nothing that lies beside a legacy file is followed`(shell: [String]) throws {
        let path = "opt/sample-agent/conf/my.conf"
        let plan = try SamplePlan.make(legacy: ["/\(path)"])
        let scripts = try agentScripts(plan)
        let files = FileManager.default
        for place in ["directory", "link", "link to a directory"] {
            let host = try StandIn(shell: shell)
            try host.write("victim", "safe\n")
            try host.write("secrets/other", "safe\n")
            try host.write(path, "mine\n")
            let kept = "\(path).sample-agent-kept"
            switch place {
            case "directory": try host.write("\(kept)/file", "")
            case "link":
                try files.createSymbolicLink(
                    atPath: "\(host.path)/\(kept)", withDestinationPath: "\(host.path)/victim")
            default:
                try files.createSymbolicLink(
                    atPath: "\(host.path)/\(kept)", withDestinationPath: "\(host.path)/secrets")
            }
            // A file system without hard links.
            if place != "directory" { try host.write("bin/ln", "#!/bin/sh\nexit 1\n", mode: 0o755) }
            _ = try host.run(scripts[.preinst], "upgrade", "0.9")
            try files.removeItem(atPath: "\(host.path)/\(path)")
            try host.write("var/opt/sample-agent/conf/agent.properties", "")
            _ = try host.run(scripts[.postinst], "configure", "0.9")
            #expect(try host.text("victim") == "safe\n" && host.names("secrets") == ["other"])
            #expect(try host.text(path) == "mine\n" && host.names("opt/sample-agent/conf") == ["my.conf"])
            // Purged, the directory that the older package made goes along, but not what somebody put there.
            _ = try host.run(scripts[.postrm], "purge")
            #expect(!host.exists("opt/sample-agent/conf") && host.exists("opt/sample-agent/bin"))
        }
    }

    @Test(arguments: ScriptRunTests.shells)
    func `Directories are whole or not there, and are handed over when the account changes`(shell: [String]) throws {
        guard geteuid() == 0 else { return }
        let missing = try agentScripts(try SamplePlan.make(user: "daemon", group: "no-such-group"))[.postinst]
        let host = try StandIn(shell: shell)
        try host.write("var/opt/sample-agent/state.sample-agent-new/x", "half of an older try")
        for _ in 0..<2 {
            let failed = try host.result(missing, ["configure", ""])
            #expect(failed.code == 1 && failed.output.contains("no group no-such-group, as which the service runs"))
            #expect(!host.exists("var/opt/sample-agent/conf"))
        }
        // While root ran the service.
        try host.write("var/opt/sample-agent/conf/agent.properties", "token\n")
        try host.write("var/opt/sample-agent/logs/install.log", "")
        try host.write("var/opt/sample-agent/logs/deep/agent.log", "")
        let link = "\(host.path)/var/opt/sample-agent/logs/link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "\(host.path)/old")
        try host.write("old", "")
        _ = try host.run(try agentScripts(try SamplePlan.make(user: "daemon"))[.postinst], "configure", "1.0")
        let owners = try [
            "conf", "conf/agent.properties", "logs", "logs/deep", "logs/deep/agent.log", "logs/install.log", "state",
        ].map { try host.owner("var/opt/sample-agent/\($0)") }
        #expect(owners == ["daemon", "daemon", "daemon", "daemon", "daemon", "root", "daemon"])
        #expect(try host.owner("old") == "root" && host.owner("var/opt/sample-agent") == "root")
        #expect(try host.mode("var/opt/sample-agent/conf") == 0o700 && host.mode("var/opt/sample-agent/logs") == 0o750)
        #expect(try host.names("var/opt/sample-agent") == ["conf", "logs", "state"])
        // From one account to another: whoever knows what is in there does it.
        let other = try agentScripts(try SamplePlan.make(user: "bin"))[.postinst]
        let told = try host.result(other, ["configure", "1.0"])
        #expect(told.code == 0 && told.output.contains("chown -R bin: \(host.path)/var/opt/sample-agent/conf"))
    }

    @Test(arguments: ScriptRunTests.shells)
    func `The manifest's triggers reach its script, and restart nothing`(shell: [String]) throws {
        var own = PackageScripts()
        own.afterInstall = "echo \"after $*\"\n"
        let postinst = try agentScripts(try SamplePlan.make(scripts: own))[.postinst]
        let host = try StandIn(shell: shell)
        let restart = ["--quiet is-active", "try-restart"].map { "systemctl \($0) sample-agent.service" }
        let cases = [
            ("sample-agent-restart", "", restart), ("/usr/share/x", "after triggered /usr/share/x\n", []),
            ("/usr/x sample-agent-restart", "after triggered /usr/x sample-agent-restart\n", restart),
        ]
        for (names, output, calls) in cases {
            #expect(try host.result(postinst, ["triggered", names]) == (0, output))
            #expect(host.calls == calls, "\(names)")
        }
        var plan = try SamplePlan.make(scripts: own)
        plan.service = nil
        #expect(
            try host.result(try agentScripts(plan)[.postinst], ["triggered", "x"]) == (0, "after triggered x\n"))
    }

    @Test(arguments: ScriptRunTests.shells)
    func `In a chroot that sees its host's systemd nothing is asked of it`(shell: [String]) throws {
        let scripts = try agentScripts()
        let host = try StandIn(shell: shell)
        try host.write("chroot", "")
        try host.write("active", "")
        try host.write("old", "")
        try host.write("var/opt/sample-agent/conf/agent.properties", "")
        var calls = try host.run(scripts[.preinst], "install")
        calls += try host.run(scripts[.postinst], "configure", "")
        calls += try host.run(scripts[.preinst], "upgrade", "0.9")
        calls += try host.run(scripts[.postinst], "configure", "0.9")
        calls += try host.run(scripts[.postinst], "triggered", "sample-agent-restart")
        calls += try host.run(scripts[.prerm], "remove")
        calls += try host.run(scripts[.postrm], "remove")
        calls += try host.run(scripts[.postrm], "purge")
        #expect(calls.contains("deb-systemd-helper enable sample-agent.service"))
        #expect(!calls.contains { $0.hasPrefix("systemctl") || $0.hasPrefix("invoke-rc.d") }, "\(calls)")
    }

    @Test func `An owner that isn't there is named before anything is unpacked`() throws {
        var plan = try SamplePlan.make()
        for index in plan.entries.indices where plan.entries[index].path == "README" {
            plan.entries[index].owner = "no-such-user"
            plan.entries[index].group = "daemon"
        }
        let host = try StandIn(shell: ["dash"])
        let result = try host.result(try agentScripts(plan)[.preinst], ["install"])
        #expect(result.code == 1)
        #expect(
            result.output == """
                sample-agent: this machine has no user no-such-user, to whom files of the package belong. Create the \
                user, then install the package again.

                """)
    }
}
