import BinFormat
import Diagnostics
import Digests
import JSON
import LinuxIO
import SetupPlan
import TestSupport
import Testing

@testable import SetupCore

@Suite(.serialized) struct ConfigToolLookTests {
    private func object(_ text: String) throws -> JSONObject {
        guard case .object(let object) = try JSONValue(parsing: Array(text.utf8), name: "output") else {
            throw Failure(.failed, "not an object")
        }
        return object
    }

    private func write(_ text: String, _ path: String, _ machine: borrowing ConfigToolMachine) throws {
        try machine.scratch.file("machine/" + path, [.write, .create, .truncate]).write(text)
    }

    private func code(_ body: () throws(Failure) -> Int32) -> ExitCode? {
        do throws(Failure) { _ = try body() } catch { return error.code }
        return nil
    }

    private let record = "opt/demo/versions/install.json"

    /// Sets the key that the record has for the installed version.
    private func sign(_ machine: borrowing ConfigToolMachine, key: [UInt8]?) throws {
        let root = try machine.scratch.directory("machine/opt/demo")
        var record = try #require(try InstallRecord.read(in: root))
        record.publicKey = key
        try record.write(in: root)
    }

    @Test func `verify finds each kind of change and nothing on an untouched machine`() throws {
        try withConfigTool { machine throws in
            #expect(try machine.run(["verify"]) == 0, "\(machine.transcript.output)")
            let version = try machine.scratch.directory("machine/opt/demo/versions/1.0-1")
            try version.file("lib/a", [.write]).write("ALPHA")
            try version.file("tool").setMode(0o755)
            try machine.scratch.removeFile("machine/opt/demo/lib")
            try version.removeFile("uninstall")
            #expect(try machine.run(["verify", "--json"]) == 2)
            let json = try object(machine.transcript.output)
            #expect(json["schema"] == 1)
            #expect(json["intact"] == false)
            for name in ["lib is missing", "1.0-1/lib/a has other", "1.0-1/tool has mode", "1.0-1/uninstall is not"] {
                #expect(try machine.run(["verify"]) == 2)
                #expect(machine.transcript.output.contains("/opt/demo/"))
                #expect(machine.transcript.output.contains(name), "\(name)")
            }
        }
    }

    @Test func `verify finds a damaged runtime, a missing record and another key`() throws {
        try withConfigTool { machine throws in
            try sign(machine, key: [UInt8](repeating: 7, count: 32))
            #expect(try machine.run(["verify"]) == 2)
            #expect(machine.transcript.output.contains("is not signed by the key on record"))
            try machine.scratch.removeFile("machine/" + record)
            #expect(try machine.run(["verify"]) == 2)
            #expect(machine.transcript.output.contains("install.json is missing"))
            let runtime = try machine.scratch.file("machine/opt/demo/versions/1.0-1/bin/start-agent", [.write])
            try runtime.write("X")
            #expect(try machine.run(["verify"]) == 2)
            #expect(machine.transcript.output.contains("start-agent is damaged"))
            try machine.scratch.removeTree("machine/opt/demo")
            #expect(throws: Failure.self) { try machine.run(["verify"]) }
        }
    }

    @Test func `status says what is installed, also when the record is gone`() throws {
        try withConfigTool { machine throws in
            #expect(try machine.run(["status", "--json"]) == 0)
            var json = try object(machine.transcript.output)
            #expect(json["schema"] == 1)
            #expect(json["version"] == "1.0-1")
            #expect(json["installed"] == true)
            #expect(json["signing_key"] == .null)
            #expect(try machine.run(["status"]) == 0)
            #expect(machine.transcript.output.contains("nobody"))
            try machine.scratch.removeFile("machine/" + record)
            #expect(try machine.run(["status", "--json"]) == 3)
            json = try object(machine.transcript.output)
            #expect(json["installed"] == false)
            #expect(json["version"] == "1.0-1")
            #expect(try machine.run(["status"]) == 3)
            #expect(machine.transcript.output.contains("partly removed"))
            try machine.scratch.removeTree("machine/opt/demo")
            #expect(try machine.run(["status"]) == 3)
            #expect(machine.transcript.output.contains("not installed"))
        }
    }

    @Test func `a service that doesn't run gives status 3`() throws {
        try withConfigTool { machine throws in
            var plan = machine.plan
            plan.service = Service(
                user: "root", restart: .always, stopTimeoutSeconds: 1, unit: "[Unit]\n", initScript: "#!/bin/sh\n")
            let tool = ConfigTool(plan: plan, context: machine.tool())
            #expect(try tool.run(["status", "--json"]) == 3)
            guard case .object(let service)? = try object(machine.transcript.output)["service"] else {
                return #expect(Bool(false))
            }
            #expect(service["active"] == false)
            #expect(service["installed"] == false)
            #expect(service["main_pid"] == .null)
        }
    }

    @Test func `the agent's word about itself is shown without secrets`() throws {
        try withConfigTool { machine throws in
            var plan = machine.plan
            plan.agent = AgentCommand(command: ["a"], health: HealthCheck(command: ["b"], withinSeconds: 1))
            let redaction = Redaction(secrets: ["hush-hush"], users: [])
            var context = machine.tool()
            #expect(HealthProbe.health(of: plan, context, redaction) == nil)
            context.basePath = "/"
            var result = try Subprocess.run(["/bin/sh", "-c", "echo; echo saw hush-hush; echo more"])
            context.askHealth = { () throws(Failure) in result }
            #expect(HealthProbe.health(of: plan, context, redaction)?.message == "saw ********")
            #expect(HealthProbe.health(of: plan, context, redaction)?.state == .well)
            result = try Subprocess.run(["/bin/sh", "-c", "exit 4"])
            #expect(HealthProbe.health(of: plan, context, redaction)?.message == "exit status 4")
            #expect(HealthProbe.health(of: plan, context, redaction)?.state == .unwell)
            result.isTimedOut = true
            #expect(HealthProbe.health(of: plan, context, redaction)?.state == .timedOut)
            context.user = 1000
            #expect(HealthProbe.health(of: plan, context, redaction)?.state == .unknown)
        }
    }

    @Test func `check is content with a fresh installation and names what is wrong`() throws {
        try withConfigTool { machine throws in
            #expect(try machine.run(["check"]) == 0, "\(machine.transcript.output)")
            let configuration = try machine.scratch.file("machine/var/opt/demo/conf/agent.properties")
            try configuration.setMode(0o644)
            #expect(try machine.run(["check"]) == 3)
            #expect(machine.transcript.output.contains("has mode 644, expected at most 600"))
            try configuration.setMode(0o600)
            try machine.scratch.directory("machine/var/opt/demo/conf").descriptor.setOwner(user: 1234, group: 0)
            #expect(try machine.run(["check", "--json"]) == 3)
            let json = try object(machine.transcript.output)
            #expect(json["ok"] == false)
            #expect(machine.transcript.output.contains("belongs to user 1234"))
        }
    }

    @Test func `check reports bad settings without showing secrets`() throws {
        try withConfigTool(configuration: "agent.token=no!\nproxy.host=proxy.example\nproxy.port=70000\n") {
            machine throws in
            #expect(try machine.run(["check"]) == 3)
            #expect(machine.transcript.output.contains("problem token"), "\(machine.transcript.output)")
            #expect(machine.transcript.output.contains("problem proxy_port"))
            #expect(!machine.transcript.output.contains("no!"))
            try write("unexpected", "etc/opt/demo/start-agent.ini", machine)
            try machine.scratch.file("machine/etc/opt/demo/start-agent.ini").setMode(0o666)
            #expect(try machine.run(["check"]) == 3)
            #expect(machine.transcript.output.contains("start-agent.ini"))
        }
        try withConfigTool(configuration: nil) { machine throws in
            #expect(try machine.run(["check"]) == 3)
            #expect(machine.transcript.output.contains("not configured yet"))
            try machine.scratch.removeTree("machine/opt/demo")
            try machine.scratch.removeTree("machine/var/opt/demo")
            #expect(try machine.run(["check"]) == 3)
            #expect(machine.transcript.output.contains("is not installed"))
        }
    }

    @Test func `find-proxy tells the proxy of the settings, without its password`() throws {
        try withConfigTool { machine throws in
            #expect(try machine.run(["find-proxy", "https://a.example/b"]) == 0)
            #expect(machine.transcript.output == "PROXY proxy.example:3128\n")
            #expect(try machine.run(["find-proxy", "https://a.example/b", "--json"]) == 0)
            let json = try object(machine.transcript.output)
            #expect(json["schema"] == 1 && json["pac_url"] == .null)
            #expect(
                json["servers"]
                    == .array([
                        .object([
                            "url": "https://a.example/b",
                            "ways": .array([.object(["kind": "proxy", "host": "proxy.example", "port": 3128])]),
                            "passed_over": .array([]),
                        ])
                    ]))
            #expect(code { () throws(Failure) in try machine.run(["find-proxy", "a.example"]) } == .usage)
        }
        try withConfigTool(configuration: "proxy.pac=file:///no/such.pac\n") { machine throws in
            #expect(code { () throws(Failure) in try machine.run(["find-proxy", "http://a/"]) } == .failed)
        }
    }

    @Test func `verify-installer trusts the installed version's key and no other`() throws {
        try withConfigTool { machine throws in
            let seed = TestKey.first
            let key = try #require(try build("new.bin", version: "1.1", seed: seed, machine))
            // The installed version is unsigned.
            try offer(2, "unknown", machine)
            #expect(machine.transcript.output.contains("can't be proven"))
            try sign(machine, key: key)
            try offer(0, "update", machine)
            #expect(machine.transcript.output.contains(KeyText.fingerprint(key)))
            try build("new.bin", version: "1.0", seed: .second, machine)
            try offer(2, "unknown", machine)
            #expect(machine.transcript.output.contains("another key"))
            try build("new.bin", version: "0.9", seed: nil, machine)
            try offer(2, "unknown", machine)
            #expect(machine.transcript.output.contains("not signed"))
            try build("new.bin", version: "1.1", name: "other", seed: seed, machine)
            try offer(2, "other-product", machine)
            try build("new.bin", version: "1.1", seed: seed, machine)
            try machine.scratch.removeFile("machine/" + record)
            try offer(2, "unknown", machine)
        }
    }

    @Test func `verify-installer reads the plan of a file with the expected key only`() throws {
        try withConfigTool { machine throws in
            let seed = TestKey.first
            let key = try #require(try build("new.bin", version: "1.1", seed: seed, machine))
            let file = try machine.scratch.file("new.bin", [.readWrite])
            let trailer = try BinFile.trailer(of: file)
            // The first bytes of the plan's xz stream.
            try file.seek(to: trailer.headLength + trailer.payloadLength)
            try file.write([0, 0, 0, 0])
            let path = machine.scratch.path + "/new.bin"
            try offer(2, "unknown", machine)
            try sign(machine, key: key.map { $0 ^ 1 })
            try offer(2, "unknown", machine)
            #expect(machine.transcript.output.contains("another key"))
            try sign(machine, key: key)
            #expect(code { () throws(Failure) in try machine.run(["verify-installer", path]) } == .integrity)
        }
    }

    @Test func `verify-installer refuses what is damaged or no installer`() throws {
        try withConfigTool { machine throws in
            let seed = TestKey.first
            try sign(machine, key: try build("new.bin", version: "1.1", seed: seed, machine))
            let file = try machine.scratch.file("new.bin", [.readWrite])
            try file.seek(to: 100)
            try file.write("X")
            try write("no installer", "text", machine)
            let directory = machine.scratch.path + "/"
            for path in ["new.bin", "machine/text", "machine/opt/demo/versions/1.0-1/bin/start-agent"] {
                #expect(
                    code { () throws(Failure) in try machine.run(["verify-installer", directory + path]) } == .integrity
                )
            }
        }
    }

    /// Has `new.bin` checked, in both forms.
    private func offer(_ code: Int32, _ relation: JSONValue, _ machine: borrowing ConfigToolMachine) throws {
        let path = machine.scratch.path + "/new.bin"
        #expect(try machine.run(["verify-installer", path, "--json"]) == code)
        let json = try object(machine.transcript.output)
        #expect(json["trusted"] == .bool(code == 0))
        #expect(json["relation"] == relation)
        #expect(try machine.run(["verify-installer", path]) == code)
    }

    /// Writes an installer, signed where there is a seed.
    ///
    /// - Returns: The public key.
    @discardableResult
    private func build(
        _ file: String, version: String, name: String = "demo", seed: TestKey?, _ machine: borrowing ConfigToolMachine
    ) throws -> [UInt8]? {
        var sample = ConfigToolMachine.sample(version: version)
        sample.plan.product.name = name
        _ = try sample.build(file, in: machine.scratch)
        guard let seed else { return nil }
        return try Resigning.sign(file, in: machine.scratch, seed: seed)
    }
}

/// The first two keys of RFC 8032, section 7.1.
private struct TestKey {
    let seedText: String
    let publicText: String

    static let first = TestKey(
        seedText: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        publicText: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    static let second = TestKey(
        seedText: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        publicText: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
}

/// Signs an installer that is there already.
private enum Resigning {
    static func sign(_ name: String, in directory: borrowing Directory, seed: TestKey) throws -> [UInt8] {
        let file = try directory.file(name, [.readWrite])
        let size = try file.status().size
        let place = size - UInt64(Trailer.byteCount)
        var trailer = try Trailer(parsing: try file.read(Trailer.byteCount, at: place), fileSize: size)
        let key = try #require(Hexadecimal.bytes(seed.publicText))
        let secret = try #require(Hexadecimal.bytes(seed.seedText))
        trailer.signature = PlanSignature(
            publicKey: key, signature: try Ed25519.sign(trailer.signedMessage, seed: secret))
        try file.seek(to: place)
        try file.write(trailer.bytes)
        return key
    }
}
