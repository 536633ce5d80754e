import DebFormat
import Diagnostics
import Foundation
import Packaging
import Testing

@Suite(.serialized) struct ScriptRunTests {
    static let shells = [["dash"], ["bash", "--posix"], ["busybox", "sh"]]

    @Test(arguments: shells)
    func `An installation enables, and starts what is configured`(shell: [String]) throws {
        let scripts = try agentScripts()
        let host = try StandIn(shell: shell)
        for isConfigured in [false, true] {
            if isConfigured { try host.write("var/opt/sample-agent/conf/agent.properties", "token=1\n") }
            #expect(try host.run(scripts[.preinst], "install").isEmpty)
            let result = try host.result(scripts[.postinst], ["configure", ""])
            let calls = host.calls
            let sentence = """
                sample-agent: Sample "Agent" & Co's doesn't run, because it is not configured yet: there is no \
                \(host.path)/var/opt/sample-agent/conf/agent.properties. Run "sudo \(host.path)/opt/sample-agent/\
                sample-config interactive", then "sudo service sample-agent start".

                """
            #expect(result == (0, isConfigured ? "" : sentence))
            #expect(calls.contains("deb-systemd-helper enable sample-agent.service"))
            #expect(calls.contains("update-rc.d sample-agent defaults"))
            #expect(calls.contains("systemctl start sample-agent.service") == isConfigured, "\(calls)")
            #expect(!calls.contains { $0.hasPrefix("dpkg-trigger") } && !host.exists("run/sample-agent.dpkg"))
        }
        let modes = ["", "/conf", "/logs", "/state"].map { try? host.mode("var/opt/sample-agent\($0)") }
        #expect(modes == [0o755, 0o700, 0o750, 0o700])
        #expect(try host.mode("etc/opt/sample-agent") == 0o755)
    }

    @Test(arguments: shells)
    func `An upgrade asks for one restart, which policy-rc.d may forbid`(shell: [String]) throws {
        let scripts = try agentScripts()
        let host = try StandIn(shell: shell)
        try host.write("var/opt/sample-agent/conf/agent.properties", "token=1\n")
        #expect(try host.run(scripts[.prerm], "upgrade", "2.0").isEmpty)
        let calls = try host.run(scripts[.postinst], "configure", "1.0")
        #expect(calls.last == "dpkg-trigger --no-await sample-agent-restart")
        #expect(!calls.contains { $0.contains("start sample") || $0.contains("stop") }, "\(calls)")
        try host.write("active", "")
        let trigger = try host.run(scripts[.postinst], "triggered", "sample-agent-restart")
        let verbs = ["--quiet is-active", "reset-failed", "try-restart"]
        #expect(trigger == verbs.map { "systemctl \($0) sample-agent.service" })
        try host.write("usr/sbin/policy-rc.d", "#!/bin/sh\nexit 101\n", mode: 0o755)
        #expect(try host.run(scripts[.postinst], "triggered", "sample-agent-restart").isEmpty)
    }

    @Test(arguments: shells)
    func `Another vendor's package leaves a disabled service disabled`(shell: [String]) throws {
        let scripts = try agentScripts()
        let host = try StandIn(shell: shell)
        try host.write("var/opt/sample-agent/conf/agent.properties", "token=1\n")
        // A first installation that was cut off looks like an upgrade, too.
        _ = try host.run(scripts[.preinst], "upgrade", "0.9")
        #expect(!host.exists("run/sample-agent.dpkg"))
        try host.write("old", "")
        try host.write("etc/systemd/system/other.service", "")
        let past = [FileAttributeKey.modificationDate: Date(timeIntervalSince1970: 1_000_000)]
        try FileManager.default.setAttributes(past, ofItemAtPath: host.path + "/etc/systemd/system")
        _ = try host.run(scripts[.preinst], "upgrade", "0.9")
        #expect(host.exists("run/sample-agent.dpkg/disabled") && !host.exists("run/sample-agent.dpkg/start"))
        // Another try sees what the first one saw.
        try host.write("etc/systemd/system/multi-user.target.wants/x", "")
        _ = try host.run(scripts[.preinst], "upgrade", "0.9")
        #expect(!host.exists("run/sample-agent.dpkg/enabled"))
        // The script was no conffile of the old package; dpkg would ask.
        #expect(!host.exists("etc/init.d/sample-agent"))
        try host.write("etc/init.d/sample-agent", "#!/bin/sh\n", mode: 0o755)
        let calls = try host.run(scripts[.postinst], "configure", "0.9")
        #expect(!calls.contains("deb-systemd-helper enable sample-agent.service"), "\(calls)")
        #expect(calls.contains("update-rc.d sample-agent disable"))
    }

    @Test(arguments: shells)
    func `A removal stops, and one that is called off starts again`(shell: [String]) throws {
        let scripts = try agentScripts()
        let host = try StandIn(shell: shell)
        try host.write("active", "")
        try host.write("var/opt/sample-agent/conf/agent.properties", "token=1\n")
        #expect(try host.run(scripts[.prerm], "remove").last == "systemctl stop sample-agent.service")
        #expect(try host.run(scripts[.postinst], "abort-remove") == ["systemctl start sample-agent.service"])
        #expect(try host.run(scripts[.postrm], "remove").contains("deb-systemd-helper mask sample-agent.service"))
        #expect(host.exists("var/opt/sample-agent/conf/agent.properties"))
    }

    @Test(arguments: shells)
    func `Without systemd a removal that is called off starts what ran, without its init script's links`(
        shell: [String]
    ) throws {
        let scripts = try agentScripts()
        let host = try StandIn(shell: shell)
        try FileManager.default.removeItem(atPath: host.path + "/run/systemd")
        try host.write(
            "opt/sample-agent/bin/start-agent", "#!/bin/sh\necho \"$*\" >>\(host.path)/asked\n", mode: 0o755)
        #expect(try host.run(scripts[.prerm], "remove").isEmpty)
        #expect(try host.run(scripts[.postinst], "abort-remove").isEmpty)
        #expect(try host.text("asked") == "service status\nservice stop\nservice start\n")
        #expect(!host.exists("run/sample-agent.dpkg"))
    }

    @Test(arguments: shells)
    func `A purge deletes all, and nothing of a self-extracting installation`(shell: [String]) throws {
        let scripts = try agentScripts()
        let host = try StandIn(shell: shell)
        try host.write("var/opt/sample-agent/conf/agent.properties", "token=1\n")
        try host.write("etc/opt/sample-agent/start-agent.ini", "")
        try host.write("opt/sample-agent/versions/install.json", "{}")
        try FileManager.default.removeItem(atPath: host.path + "/etc/init.d/sample-agent")
        #expect(try host.run(scripts[.postrm], "purge") == ["deb-systemd-helper unmask sample-agent.service"])
        #expect(host.exists("var/opt/sample-agent/conf/agent.properties") && host.exists("etc/opt/sample-agent"))
        #expect(try host.mode("etc/init.d/sample-agent") == 0o755)
        try FileManager.default.removeItem(atPath: host.path + "/opt/sample-agent/versions/install.json")
        #expect(try host.run(scripts[.postrm], "purge").contains("update-rc.d sample-agent remove"))
        #expect(!host.exists("var/opt/sample-agent") && !host.exists("etc/opt/sample-agent"))
    }
}
