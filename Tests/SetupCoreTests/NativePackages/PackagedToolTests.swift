import Diagnostics
import Digests
import JSON
import LinuxIO
import SetupPlan
import TestSupport
import Testing

@testable import SetupCore

/// The config tool of a DEB or RPM, in the flat tree that dpkg and rpm unpack.
@Suite(.serialized, .enabled(if: System.effectiveUser == 0, "what is installed belongs to root"))
struct PackagedToolTests {
    private func failure(_ body: () throws -> Void) -> Failure? {
        do { try body() } catch { return error as? Failure }
        return nil
    }

    private func object(_ text: String) throws -> JSONObject {
        guard case .object(let object) = try JSONValue(parsing: Array(text.utf8), name: "output") else {
            throw Failure(.failed, "not an object")
        }
        return object
    }

    private func hint(_ plan: Plan, _ base: String) throws -> String? {
        let launch = try AgentLaunch(plan: plan, versionDirectory: "/opt/none", basePath: base)
        return failure { try launch.checkProgram() }?.hints.first
    }

    /// Token, no proxy.
    private static let answers = ["tok-1234", "n"]

    // MARK: verify

    @Test(arguments: [PackageFormat.deb, .rpm]) func `verify compares the package's files and names its limits`(
        format: PackageFormat
    ) throws {
        try withPackage(format) { machine throws in
            #expect(try machine.runPackaged(["verify"]) == 0, "\(machine.transcript.output)")
            #expect(
                machine.transcript.output
                    == "Every file of the \(format.rawValue) package demo 1.0-1 is as it was installed.\n")
            #expect(machine.transcript.talk.contains(format == .deb ? "`dpkg --verify PACKAGE`" : "`rpm -V PACKAGE`"))
            let root = try machine.scratch.directory("machine/opt/demo")
            try root.file("lib/a", [.write]).write("ALPHA")
            try root.file("tool").setMode(0o700)
            try root.removeFile("demo-config")
            #expect(try machine.runPackaged(["verify"]) == 2)
            for line in [
                "/opt/demo/lib/a has other content", "/opt/demo/tool has mode 700",
                "/opt/demo/demo-config is not a link to bin/start-agent",
            ] { #expect(machine.transcript.output.contains(line), "\(machine.transcript.output)") }
            let command = format == .deb ? "sudo apt install --reinstall demo" : "reinstall demo"
            if format == .deb || Subprocess.find("zypper") == nil { #expect(machine.transcript.talk.contains(command)) }
            #expect(try machine.runPackaged(["verify", "--json"]) == 2)
            let json = try object(machine.transcript.output)
            #expect(json["package"] == "demo" && json["intact"] == false)
        }
    }

    @Test func `verify finds a damaged runtime, and one that another key signed`() throws {
        try withPackage { machine throws in
            var context = machine.tool()
            context.ownKey = [UInt8](repeating: 7, count: 32)
            #expect(try ConfigTool(plan: machine.plan, context: context).run(["verify"]) == 2)
            #expect(machine.transcript.output.contains("is not signed by the key on record"))
            try machine.scratch.file("machine/opt/demo/bin/start-agent", [.write]).write("X")
            #expect(try machine.runPackaged(["verify"]) == 2)
            #expect(machine.transcript.output.contains("/opt/demo/bin/start-agent is damaged"))
            try machine.scratch.removeTree("machine/opt/demo/bin")
            #expect(try machine.runPackaged(["verify"]) == 2)
            #expect(machine.transcript.output.contains("/opt/demo/bin/start-agent is missing"))
            try machine.scratch.removeTree("machine/opt/demo")
            let hints = failure { _ = try machine.runPackaged(["verify"]) }?.hints
            #expect(hints == ["Run `sudo apt install --reinstall demo`: it repairs."])
        }
    }

    // MARK: status and check

    @Test func `status tells version, package and signer without a record`() throws {
        try withPackage(.rpm) { machine throws in
            // The service doesn't run.
            #expect(try machine.runPackaged(["status", "--json"]) == 3)
            let json = try object(machine.transcript.output)
            #expect(json["installed"] == true && json["version"] == "1.0-1" && json["previous_version"] == .null)
            #expect(json["format"] == "rpm" && json["package"] == "demo")
            #expect(json["signing_key"] == .string(SHA256.digest(ConfigToolMachine.publicKey).hex))
            #expect(json["problem"] == "it is not configured yet (run `/opt/demo/demo-config interactive`)")
            _ = try machine.runPackaged(["status"])
            #expect(machine.transcript.output.contains("rpm package demo"))
            #expect(machine.transcript.output.contains("Signed by:"))
            try machine.scratch.removeFile("machine/opt/demo/bin/start-agent")
            _ = try machine.runPackaged(["status"])
            #expect(machine.transcript.output.contains("there is no /opt/demo/bin/start-agent"))
        }
    }

    @Test func `check is content once configured, and names the package that repairs`() throws {
        try withPackage { machine throws in
            #expect(try machine.runPackaged(["check"]) == 3)
            #expect(machine.transcript.output.contains("there is no /var/opt/demo/conf"))
            #expect(machine.transcript.output.contains("not configured yet"))
            #expect(try machine.runPackaged(["interactive"], answers: Self.answers) == 0)
            #expect(try machine.runPackaged(["check"]) == 0, "\(machine.transcript.output)")
            try machine.scratch.removeFile("machine/opt/demo/tool")
            #expect(try machine.runPackaged(["check"]) == 3)
            #expect(machine.transcript.output.contains("/opt/demo/tool is missing"))
            #expect(machine.transcript.output.contains("Run `sudo apt install --reinstall demo`: it repairs."))
        }
    }

    // MARK: settings

    @Test func `interactive asks what the format asks, makes the state and leaves nothing beside the files`() throws {
        try withPackage { machine throws in
            let before = try machine.installed
            #expect(try machine.runPackaged(["interactive"], answers: Self.answers) == 0)
            #expect(!machine.transcript.talk.contains("automatic updates"))
            #expect(try machine.stored.contains("agent.token=tok-1234"))
            // Nor does the agent do it by itself: dpkg updates it. What depends on it isn't asked, either.
            #expect(try machine.stored.contains("agent.autoUpdate=false"))
            #expect(try !machine.stored.contains("agent.window"))
            let expected: [(String, UInt32, UInt32, UInt32)] = [
                ("var/opt/demo", 0o755, 0, 0), ("var/opt/demo/conf", 0o700, 77, 78),
                ("var/opt/demo/logs", 0o750, 77, 78), ("var/opt/demo/state", 0o700, 77, 78),
                ("etc/opt/demo", 0o755, 0, 0), ("var/opt/demo/conf/agent.properties", 0o600, 77, 78),
            ]
            for (path, mode, user, group) in expected {
                let status = try machine.scratch.status("machine/" + path)
                #expect(status?.mode == mode && status?.user == user && status?.group == group, "\(path)")
            }
            #expect(try machine.installed == before)
            #expect(try machine.scratch.directory("machine/run").names().isEmpty)
        }
    }

    @Test func `an installer asks about automatic updates, a package doesn't`() throws {
        let plan = SamplePlan.plan()
        let setting = try #require(plan.settings.first { $0.id == "auto_update" })
        #expect(SettingSchema(plan).isAsked(setting))
        for format in [PackageFormat.deb, .rpm] {
            var packaged = plan
            packaged.format = format
            let schema = SettingSchema(packaged)
            #expect(!schema.isAsked(setting))
            #expect(SettingValues(schema).text("auto_update") == "false")
            // A format that asks has the manifest's default.
            packaged.settings[packaged.settings.firstIndex(of: setting) ?? 0].formats = [format.rawValue]
            #expect(SettingValues(SettingSchema(packaged)).text("auto_update") == "true")
        }
    }

    @Test func `set works on one setting, and waits for nobody who holds the lock`() throws {
        try withPackage { machine throws in
            #expect(try machine.runPackaged(["interactive"], answers: Self.answers) == 0)
            #expect(try machine.runPackaged(["set", "workers=5"]) == 0)
            #expect(try machine.stored.contains("agent.workers=5"))
            let holder = try RunLock(
                transient: "demo.setup.lock", in: try machine.scratch.directory("machine/run"), path: "/opt/demo")
            let refusal = failure { _ = try machine.runPackaged(["set", "workers=6"]) }
            #expect(refusal?.code == .conflict)
            withExtendedLifetime(holder) {}
        }
    }

    @Test func `a transient lock's file goes with it, and comes again`() throws {
        try withScratch { scratch in
            for _ in 0..<2 {
                let lock = try RunLock(transient: "x.lock", in: try scratch.directory(""), path: "/opt/x")
                #expect(try scratch.status("x.lock")?.mode == 0o600)
                withExtendedLifetime(lock) {}
            }
            #expect(try scratch.names().isEmpty)
        }
    }

    @Test func `a machine without run can be configured, too`() throws {
        try withPackage { machine throws in
            try machine.scratch.removeDirectory("machine/run")
            #expect(try machine.runPackaged(["interactive"], answers: Self.answers) == 0)
        }
    }

    // MARK: others

    @Test(arguments: [PackageFormat.deb, .rpm]) func `uninstall says how, and what stays, and removes nothing`(
        format: PackageFormat
    ) throws {
        try withPackage(format) { machine throws in
            let before = try machine.installed
            for words in [["uninstall"], ["uninstall", "--yes", "--purge"]] {
                let refusal = failure { _ = try machine.runPackaged(words) }
                #expect(refusal?.code == .conflict)
                #expect(refusal?.message == "Demo Agent is installed as the \(format.rawValue) package demo")
                let hint = refusal?.hints.first ?? ""
                #expect(hint.contains(format == .deb ? "`sudo apt remove demo`" : "remove demo`"))
                #expect(hint.contains("/var/opt/demo stay"))
                #expect(hint.contains(format == .deb ? "sudo apt purge demo" : "sudo rm -rf /var/opt/demo"))
            }
            #expect(try machine.installed == before)
            #expect(try machine.runPackaged(["help", "uninstall"]) == 0)
            #expect(machine.transcript.output.hasPrefix("Usage: demo-config uninstall\n"))
            #expect(!machine.transcript.output.contains("--purge"))
            #expect(try machine.runPackaged(["--help"]) == 0)
            #expect(machine.transcript.output.contains("say how the product is removed"))
            #expect(try machine.runPackaged(["help", "verify"]) == 0)
            #expect(!machine.transcript.output.contains("installer"))
        }
    }

    @Test func `verify-installer compares with the key of the tool itself`() throws {
        try withPackage { machine throws in
            _ = try ConfigToolMachine.sample(version: "2.0").build("new.bin", in: machine.scratch)
            let path = machine.scratch.path + "/new.bin"
            #expect(try machine.runPackaged(["verify-installer", path, "--json"]) == 2)
            let json = try object(machine.transcript.output)
            #expect(json["expected_key"] == .string(SHA256.digest(ConfigToolMachine.publicKey).hex))
            #expect(json["reason"] == "it is not signed, but the installed version is")
        }
    }

    @Test func `a support bundle has the package's unit`() throws {
        try withPackage { machine throws in
            try machine.scratch.makeDirectories("machine/lib/systemd/system")
            try machine.scratch.file("machine/lib/systemd/system/demo.service", [.write, .create]).write("[Unit]\n")
            let bundle = SupportBundle(machine.plan, machine.tool())
            #expect(bundle.files.contains { $0.name == "service/demo.service" && $0.content == Array("[Unit]\n".utf8) })
        }
    }

    @Test func `a program that is missing names the package it is in, or that it is in another`() throws {
        try withPackage { machine throws in
            var plan = machine.plan
            let base = machine.base
            #expect(try hint(plan, base) == "Run `sudo apt install --reinstall demo`: it repairs.")
            plan.agent = AgentCommand(command: ["jre/bin/java"])
            #expect(
                try hint(plan, base)
                    == "It comes with another package than demo: run `sudo apt install --reinstall PACKAGE` with that "
                    + "one's name.")
        }
    }
}
