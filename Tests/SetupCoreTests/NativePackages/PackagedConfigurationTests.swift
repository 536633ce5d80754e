import Diagnostics
import Digests
import JSON
import LinuxIO
import SetupPlan
import TestSupport
import Testing

@testable import SetupCore

/// What the config tool of a package says of files that belong to the administrator, and of files of other formats.
@Suite(.serialized, .enabled(if: System.effectiveUser == 0, "what is installed belongs to root"))
struct PackagedConfigurationTests {
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

    private static let changed = "/opt/demo/settings.ini was changed by an administrator\n"

    @Test func `configuration that was edited is no damage`() throws {
        try withPackage { machine throws in
            let root = try machine.scratch.directory("machine/opt/demo")
            let changes: [() throws -> Void] = [
                { try root.file("settings.ini").setMode(0o600) },
                { try root.file("settings.ini", [.write, .truncate]).write("a=c, which is longer\n") },
                {
                    try root.removeFile("settings.ini")
                    try root.makeLink("settings.ini", target: "/etc/opt/demo/settings.ini")
                },
            ]
            for change in changes {
                try change()
                #expect(try machine.runPackaged(["verify"]) == 0)
                #expect(
                    machine.transcript.output
                        == Self.changed + "Every other file of the deb package demo 1.0-1 is as it was installed.\n")
                #expect(!machine.transcript.talk.contains("repair"))
            }
            #expect(try machine.runPackaged(["verify", "--json"]) == 0)
            let json = try object(machine.transcript.output)
            #expect(json["intact"] == true && json["deviations"] == .array([]))
            #expect(json["changed_configuration"] == .array(["/opt/demo/settings.ini"]))
            // Damage beside it is still damage.
            try root.file("lib/a", [.write]).write("ALPHA")
            #expect(try machine.runPackaged(["verify"]) == 2)
            #expect(machine.transcript.output == "/opt/demo/lib/a has other content\n" + Self.changed)
        }
    }

    @Test func `configuration that is gone, or no file, is damage that can be repaired`() throws {
        try withPackage { machine throws in
            let root = try machine.scratch.directory("machine/opt/demo")
            try root.removeFile("settings.ini")
            #expect(try machine.runPackaged(["verify"]) == 2)
            #expect(machine.transcript.output == "/opt/demo/settings.ini is missing\n")
            #expect(
                machine.transcript.talk.contains(
                    "`sudo apt install --reinstall -o Dpkg::Options::=--force-confmiss demo`"))
            try root.makeDirectories("settings.ini")
            #expect(try machine.runPackaged(["verify"]) == 2)
            #expect(machine.transcript.output.contains("settings.ini is a directory"))
        }
    }

    @Test func `only a package has configuration, and its plan says so`() throws {
        try withPackage { machine throws in
            let plan = try Plan(parsing: machine.plan.text)
            #expect(plan == machine.plan && plan.entries.filter(\.isConfiguration).map(\.path) == ["settings.ini"])
        }
        var plan = ConfigToolMachine.sample().plan
        plan.entries = [
            Entry(path: "a", content: .file(size: 0, digest: .zero, block: 0, offset: 0), mode: 0o644)
        ]
        try plan.validate()
        plan.entries[0].isConfiguration = true
        #expect(failure { try plan.validate() }?.message.contains("only a package") == true)
    }

    @Test func `verify-installer knows packages when it sees them`() throws {
        try withPackage(.rpm) { machine throws in
            let files: [([UInt8], String, String)] = [
                (Array("!<arch>\ndebian-binary   ".utf8), "is a Debian package", "gpg --verify"),
                ([0xED, 0xAB, 0xEE, 0xDB, 3, 0, 0, 0, 0, 1], "is an RPM package", "rpm -Kv"),
                (Array("!<arch".utf8), "is damaged or not an installer", ""),
            ]
            for (bytes, words, hint) in files {
                try machine.scratch.file("x", [.write, .create, .truncate]).write(bytes)
                let path = machine.scratch.path + "/x"
                let refusal = failure { _ = try machine.runPackaged(["verify-installer", path]) }
                #expect(refusal?.code == .integrity && refusal?.message.contains("\(path) \(words)") == true)
                #expect(hint.isEmpty || refusal?.hints.contains { $0.contains("`\(hint) \(path)") } == true)
            }
        }
    }

    @Test func `a service of another account isn't told to be root`() throws {
        try withPackage { machine throws in
            let denied = Failure.system("open", "/var/opt/demo/conf/agent.properties", 13)
            let hint = StartAgent.accessFailure(denied, machine.plan, user: 77)?.hints.first
            #expect(hint?.contains("The service runs as svc. Run `sudo /opt/demo/demo-config check`") == true)
            #expect(StartAgent.accessFailure(denied, machine.plan, user: 0) == nil)
            var plan = machine.plan
            plan.service?.user = "root"
            #expect(StartAgent.accessFailure(denied, plan, user: 77) == nil)
            #expect(StartAgent.accessFailure(.system("open", "/x", 2), machine.plan, user: 77) == nil)
        }
    }

    @Test func `status says that the agent's program is missing`() throws {
        try withPackage { machine throws in
            #expect(try machine.runPackaged(["interactive"], answers: ["tok-1234", "n"]) == 0)
            try machine.scratch.removeFile("machine/opt/demo/tool")
            #expect(try machine.runPackaged(["status"]) == 3)
            #expect(machine.transcript.output.contains("no: /opt/demo/tool is missing"), "\(machine.transcript.output)")
            #expect(try machine.runPackaged(["status", "--json"]) == 3)
            #expect(try object(machine.transcript.output)["problem"] == "/opt/demo/tool is missing")
        }
    }
}
