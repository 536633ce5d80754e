import Diagnostics
import Foundation
import Packaging
import Planning
import Product
import RPMFormat
import Testing

/// The scriptlets of the sample's packages, run on a stand-in.
@Suite(.serialized) struct RPMScriptTests {
    static let shells = ScriptRunTests.shells

    private func agent(_ plan: InstallPlan? = nil) throws -> [RPMScriptlet.Kind: String] {
        let scripts = try packaged(plan ?? (try SamplePlan.make())).rpms[1].description.scripts
        return Dictionary(uniqueKeysWithValues: scripts.map { ($0.kind, $0.body) })
    }

    @Test(arguments: shells)
    func `The first posttrans restarts what ran before`(shell: [String]) throws {
        let scripts = try agent()
        let host = try StandIn(shell: shell)
        try host.write(Self.configuration, "token=1\n")
        _ = try host.run(scripts[.pre], "2")
        #expect(!(try host.run(scripts[.posttrans], "1").contains { $0.contains(" restart ") }))
        try host.write("active", "")
        _ = try host.run(scripts[.pre], "2")
        #expect(try host.mode("run/sample-agent.rpm") == 0o700)
        #expect(try host.run(scripts[.posttrans], "1").last == "systemctl restart sample-agent.service")
        #expect(try host.run(scripts[.posttrans], "1").isEmpty)
    }

    private static let configuration = "var/opt/sample-agent/conf/agent.properties"

    @Test(arguments: shells)
    func `Without its configuration it isn't restarted, and the command that makes it is named`(shell: [String]) throws
    {
        let scripts = try agent()
        let host = try StandIn(shell: shell)
        let words =
            "Run \"sudo \(host.path)/opt/sample-agent/sample-config interactive\", then \"sudo service sample-agent start\""
        _ = try host.run(scripts[.pre], "1")
        #expect(!(try host.run(scripts[.posttrans], "1", saying: words).contains { $0.contains("start ") }))
        // Taken over from an older package, whose settings were elsewhere.
        try host.write("active", "")
        _ = try host.run(scripts[.pre], "2")
        #expect(try host.run(scripts[.posttrans], "1", saying: words).last == "systemctl stop sample-agent.service")
        // The other packages say nothing of it.
        let other = try packaged(try SamplePlan.make()).rpms[0].description.scripts.first { $0.kind == .posttrans }
        _ = try host.run(other?.body, "1")
    }

    @Test(arguments: shells)
    func `Nothing is installed while an account is missing`(shell: [String]) throws {
        let host = try StandIn(shell: shell)
        let nobody = "no-such-account"
        for (user, group, word) in [(nobody, nil, "user"), ("daemon", nobody, "group")] {
            let scripts = try agent(try SamplePlan.make(user: user, group: group))
            _ = try host.run(
                scripts[.pre], "1", saying: "sample-agent: this machine has no \(word) \(nobody), as which the service",
                code: 1)
        }
        _ = try host.run(try agent(try SamplePlan.make(user: "daemon", group: "adm"))[.pre], "1")
        // Also of packages without the service, and of a product without one.
        var plan = try SamplePlan.make()
        plan.service = nil
        plan.entries[plan.entries.count - 1].owner = nobody
        let script = try packaged(plan).rpms[0].description.scripts.first { $0.kind == .pre }
        _ = try host.run(
            script?.body, "1", saying: "sample-agent-jre: this machine has no user \(nobody), to whom files", code: 1)
    }

    @Test(arguments: shells)
    func `Where systemd doesn't run, nobody is asked whether the service does`(shell: [String]) throws {
        let scripts = try agent()
        let host = try StandIn(shell: shell)
        try host.write("active", "")
        try host.write(Self.configuration, "token=1\n")
        try FileManager.default.removeItem(atPath: host.path + "/run/systemd")
        let calls = try host.run(scripts[.pre], "2") + host.run(scripts[.posttrans], "1")
        #expect(
            !calls.contains { $0.contains("active") || $0.contains("restart") || $0.contains("reload") }, "\(calls)")
    }

    @Test(arguments: shells)
    func `A first installation presets, also when it is finished later`(shell: [String]) throws {
        let scripts = try agent()
        let host = try StandIn(shell: shell)
        let preset = "systemctl --no-reload preset sample-agent.service"
        // The first %pre ran, %post didn't; settings of an earlier installation are there.
        try host.write(Self.configuration, "token=1\n")
        _ = try host.run(scripts[.pre], "1")
        _ = try host.run(scripts[.pre], "2")
        #expect(try host.run(scripts[.post], "2").contains(preset))
        _ = try host.run(scripts[.posttrans], "1")
        _ = try host.run(scripts[.pre], "2")
        #expect(try host.run(scripts[.post], "2") == ["systemctl daemon-reload"])
        _ = try host.run(scripts[.posttrans], "1")
        // After a boot: the files are there, and what %post makes isn't.
        try FileManager.default.removeItem(atPath: host.path + "/var/opt/sample-agent")
        _ = try host.run(scripts[.pre], "2")
        #expect(try host.run(scripts[.post], "2").contains(preset))
        #expect(try host.mode("var/opt/sample-agent/logs") == 0o750)
        _ = try host.run(scripts[.posttrans], "1", saying: "not configured yet")
        try FileManager.default.removeItem(atPath: host.path + "/var/opt/sample-agent")
        // An older package of the vendor had its state elsewhere, and an administrator disabled it.
        try FileManager.default.removeItem(atPath: host.path + "/opt/sample-agent/bin/start-agent")
        _ = try host.run(scripts[.pre], "2")
        #expect(try host.run(scripts[.post], "2") == ["systemctl daemon-reload"])
    }

    @Test(arguments: shells)
    func `An RPM stops only when it goes`(shell: [String]) throws {
        let scripts = try agent()
        let host = try StandIn(shell: shell)
        #expect(try host.run(scripts[.preun], "1").isEmpty)
        #expect(
            try host.run(scripts[.preun], "0") == [
                "systemctl --no-reload disable sample-agent.service", "systemctl stop sample-agent.service",
            ])
    }

    /// What a killed rpm leaves, and files that only look so.
    private static let unfinished = [
        "opt/sample-agent/bin/start-agent;6b02633f", "opt/sample-agent/old/deep/it's gone;00000000",
        "usr/lib/systemd/system/sample-agent.service;6b02633f",
        "usr/lib/systemd/system-preset/80-sample-agent.preset;6b02633f",
        "usr/share/licenses/sample-agent/LICENSE;6b02633f",
    ]
    private static let others = [
        "opt/sample-agent/bin/x;6b02633", "opt/sample-agent/bin/x;6b02633fa", "opt/sample-agent/bin/6b02633f",
        "opt/sample-agent/bin/x;6B02633F", "opt/other;6b02633f", "usr/lib/systemd/system/other.service;6b02633f",
        "usr/lib/systemd/system/sample-agent.service;6b0263", "var/opt/sample-agent/state/x;6b02633f",
    ]

    @Test(arguments: shells, [RPMScriptlet.Kind.posttrans, .postun])
    func `What a killed rpm left is deleted, and nothing else`(shell: [String], kind: RPMScriptlet.Kind) throws {
        let scripts = try agent()
        let host = try StandIn(shell: shell)
        for path in Self.unfinished + Self.others { try host.write(path, "") }
        try FileManager.default.createSymbolicLink(
            atPath: host.path + "/opt/sample-agent/sample-config;6b02633f", withDestinationPath: "bin/start-agent")
        if kind == .postun { #expect(try host.run(scripts[kind], "1") == ["systemctl daemon-reload"]) }
        #expect(host.exists(Self.unfinished[0]) && kind == .postun || kind == .posttrans)
        try host.write("etc/opt/sample-agent/start-agent.ini", "")
        let words = kind == .postun ? "are kept" : "not configured yet"
        _ = try host.run(scripts[kind], kind == .postun ? "0" : "1", saying: words)
        #expect(Self.unfinished.filter(host.exists) == [])
        #expect(!host.exists("opt/sample-agent/sample-config;6b02633f"))
        // Its directory goes with the package, and stays with a version that may want it.
        #expect(host.exists("opt/sample-agent/old/deep") == (kind == .posttrans))
        #expect(host.exists("opt/sample-agent/bin"))
        #expect(Self.others.filter { !host.exists($0) } == [])
    }

    @Test(arguments: shells)
    func `The last package takes the empty directories along`(shell: [String]) throws {
        let scripts = try agent(try SamplePlan.make(root: "/opt/vendor/sample-agent"))
        let host = try StandIn(shell: shell)
        try host.write("opt/vendor/sample-agent/new/deep/x;6b02633f", "")
        try host.write("usr/share/licenses/sample-agent/LICENSE;6b02633f", "")
        try host.write("var/opt/sample-agent/conf/agent.properties", "")
        try host.write("etc/opt/sample-agent/x", "")
        try FileManager.default.removeItem(atPath: host.path + "/etc/opt/sample-agent/x")
        // Remembered by a %pre that failed.
        try host.write("run/sample-agent.rpm/active", "")
        _ = try host.run(scripts[.postun], "0", saying: "/var/opt/sample-agent is kept; ")
        #expect(!host.exists("run/sample-agent.rpm"))
        #expect(!host.exists("opt/vendor") && !host.exists("usr/share/licenses/sample-agent"))
        #expect(host.exists("opt") && !host.exists("etc/opt/sample-agent") && host.exists("var/opt/sample-agent"))
    }

    @Test(arguments: shells)
    func `A script of the manifest ends at the first command that fails`(shell: [String]) throws {
        var own = PackageScripts()
        let text = "touch /var/opt/ran\nfalse\ntouch /var/opt/went-on\n"
        (own.beforeInstall, own.afterInstall, own.beforeRemove, own.afterRemove) = (text, text, text, text)
        let scripts = try agent(try SamplePlan.make(scripts: own))
        for kind in [RPMScriptlet.Kind.pre, .post, .preun, .postun] {
            let host = try StandIn(shell: shell)
            try host.write("var/opt/here", "")
            // Too late for an upgrade; a removal is called off.
            if kind == .preun { _ = try host.run(scripts[kind], "1", saying: "2.3.0~rc1-4 ended with status 1.") }
            _ = try host.run(scripts[kind], kind == .preun ? "0" : "1", code: 1)
            #expect(host.exists("var/opt/ran") && !host.exists("var/opt/went-on"), "\(kind)")
        }
    }

    @Test func `A file that is called like an unfinished one is refused`() throws {
        var plan = try SamplePlan.make()
        plan.entries[0].path = "README;0123abcd"
        let error = #expect(throws: Failure.self) { _ = try packaged(plan) }
        #expect(error?.code == .usage && error?.message.contains("/opt/sample-agent/README;0123abcd") == true)
    }
}
