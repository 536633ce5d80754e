import DebFormat
import Diagnostics
import Foundation
import Packaging
import Testing

/// A directory that stands for `/`, and commands that only note how they were called.
final class StandIn {
    let path = "/tmp/agentpack-scripts-\(UUID().uuidString)"
    let shell: [String]
    private let files = FileManager.default

    init(shell: [String]) throws {
        self.shell = shell
        for directory in ["run/systemd/system", "etc/init.d", "usr/sbin", "opt/sample-agent/bin", "bin"] {
            try files.createDirectory(atPath: "\(path)/\(directory)", withIntermediateDirectories: true)
        }
        for name in [
            "deb-systemd-helper", "dpkg-trigger", "journalctl", "dpkg-query", "invoke-rc.d", "systemctl", "update-rc.d",
        ] {
            let answer =
                switch name {
                case "systemctl":
                    "case \"$*\" in *quiet*is-active*) [ -e \(path)/active ];; "
                        + "is-active*) [ ! -e \(path)/active ] || echo active;; esac\n"
                case "dpkg-query": "case \"$*\" in *path*prerm) [ ! -e \(path)/old ] || echo prerm;; esac\n"
                default: ""
                }
            try write("bin/\(name)", "#!/bin/sh\necho \"\(name) $*\" >>\(path)/calls\n\(answer)", mode: 0o755)
        }
        try write("etc/init.d/sample-agent", "#!/bin/sh\n", mode: 0o755)
        try write("opt/sample-agent/bin/start-agent", "#!/bin/sh\n", mode: 0o755)
    }

    deinit { try? files.removeItem(atPath: path) }

    func write(_ name: String, _ text: String, mode: Int = 0o600) throws {
        let full = "\(path)/\(name)"
        try files.createDirectory(
            atPath: (full as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try text.write(toFile: full, atomically: true, encoding: .utf8)
        try files.setAttributes([.posixPermissions: mode], ofItemAtPath: full)
    }

    func exists(_ name: String) -> Bool { files.fileExists(atPath: "\(path)/\(name)") }

    func mode(_ name: String) throws -> Int? {
        try files.attributesOfItem(atPath: "\(path)/\(name)")[.posixPermissions] as? Int
    }

    /// Runs a script on the stand-in; returns the calls that it made.
    func run(_ script: String?, _ arguments: String..., saying words: String? = nil, code: Int32 = 0) throws -> [String]
    {
        let text = try NSRegularExpression(pattern: "(^|[\\s\"'>(=])/(run|etc|var/opt|opt|usr/(?:sbin|lib|share))(?=/)")
            .stringByReplacingMatches(
                in: try #require(script), range: NSRange(location: 0, length: (script ?? "").utf16.count),
                withTemplate: "$1\(path)/$2")
        try? files.removeItem(atPath: "\(path)/calls")
        let result = try PackagingTests.run(
            shell + ["-s"] + arguments, input: text, environment: ["PATH": "\(path)/bin:/usr/bin:/bin"])
        #expect(result.code == code && (words.map(result.output.contains) ?? result.output.isEmpty), "\(result.output)")
        let calls = (try? String(contentsOfFile: "\(path)/calls", encoding: .utf8)) ?? ""
        return calls.split(separator: "\n").map(String.init)
    }
}

@Suite(.serialized) struct ScriptRunTests {
    static let shells = [["dash"], ["bash", "--posix"], ["busybox", "sh"]]

    private func agent() throws -> [DebScript: String] {
        try packaged(try SamplePlan.make()).debs[1].description.scripts
    }

    @Test(arguments: shells)
    func `An installation enables, and starts what is configured`(shell: [String]) throws {
        let scripts = try agent()
        let host = try StandIn(shell: shell)
        for isConfigured in [false, true] {
            if isConfigured { try host.write("var/opt/sample-agent/conf/agent.properties", "token=1\n") }
            #expect(try host.run(scripts[.preinst], "install").isEmpty)
            let calls = try host.run(scripts[.postinst], "configure", "")
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
        let scripts = try agent()
        let host = try StandIn(shell: shell)
        #expect(try host.run(scripts[.prerm], "upgrade", "2.0").isEmpty)
        let calls = try host.run(scripts[.postinst], "configure", "1.0")
        #expect(calls.last == "dpkg-trigger --no-await sample-agent-restart")
        #expect(!calls.contains { $0.contains("start sample") || $0.contains("stop") }, "\(calls)")
        let trigger = try host.run(scripts[.postinst], "triggered", "sample-agent-restart")
        #expect(trigger == ["systemctl try-restart sample-agent.service"])
        try host.write("usr/sbin/policy-rc.d", "#!/bin/sh\nexit 101\n", mode: 0o755)
        #expect(try host.run(scripts[.postinst], "triggered", "sample-agent-restart").isEmpty)
    }

    @Test(arguments: shells)
    func `Another vendor's package leaves a disabled service disabled`(shell: [String]) throws {
        let scripts = try agent()
        let host = try StandIn(shell: shell)
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
        let scripts = try agent()
        let host = try StandIn(shell: shell)
        try host.write("active", "")
        try host.write("var/opt/sample-agent/conf/agent.properties", "token=1\n")
        #expect(try host.run(scripts[.prerm], "remove").last == "systemctl stop sample-agent.service")
        #expect(try host.run(scripts[.postinst], "abort-remove").last == "systemctl start sample-agent.service")
        #expect(try host.run(scripts[.postrm], "remove").contains("deb-systemd-helper mask sample-agent.service"))
        #expect(host.exists("var/opt/sample-agent/conf/agent.properties"))
    }

    @Test(arguments: shells)
    func `A purge deletes all, and nothing of a self-extracting installation`(shell: [String]) throws {
        let scripts = try agent()
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
