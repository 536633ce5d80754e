import Diagnostics
import Digests
import HTTPTransport
import LinuxIO
import SetupCore
import SetupPlan
import TestSupport
import Testing

struct PreflightTests {
    private func plan(_ change: (inout Plan) -> Void = { _ in }) -> Plan {
        let product = ProductIdentity(
            name: "acme-agent", title: "Acme", vendor: "Acme", description: "", version: "1.0", release: 1,
            architecture: "amd64", timestamp: 0)
        let paths = ProductPaths(root: "/opt/acme", state: "/var/opt/acme", options: "/etc/opt/acme")
        var plan = Plan(generator: "test", product: product, paths: paths, configTool: "acme-config")
        change(&plan)
        return plan
    }

    /// A machine of files: each name is a path below the directory.
    private func context(_ directory: borrowing Directory, _ files: [String: String] = [:]) throws -> PreflightContext {
        for (path, text) in files {
            try directory.makeDirectories(PathText.parent(path))
            try directory.file(path, [.write, .create, .truncate], mode: 0o600).write(text)
        }
        var context = PreflightContext(basePath: directory.path)
        context.procPath = directory.path + "/proc"
        context.sysPath = directory.path + "/sys"
        context.user = 0
        context.machine = "x86_64"
        context.reach = { _, _ in nil }
        context.fetchPAC = { _, _ throws(Failure) in throw Failure(.failed, "must not be fetched") }
        return context
    }

    /// The same machine, not as an image: its product's paths don't exist, so its disk is the real one's.
    private func running(_ context: PreflightContext) -> PreflightContext {
        var context = context
        context.basePath = "/"
        return context
    }

    private func outcome(_ name: String, in findings: [PreflightFinding]) -> PreflightFinding.Outcome? {
        findings.first { $0.name == name }?.outcome
    }

    @Test func `a good machine passes`() throws {
        try withScratch { scratch in
            let context = try running(context(scratch))
            let findings = try Preflight.run(plan(), context: context) { _ in nil }
            #expect(findings.allSatisfy { $0.outcome == .ok || $0.name == "fapolicyd" })
            #expect(findings.map(\.name).allSatisfy(Preflight.names(of: plan()).contains))
        }
    }

    @Test func `user and architecture are checked`() throws {
        try withScratch { scratch in
            var context = try context(scratch)
            context.user = 1000
            context.machine = "aarch64"
            let findings = try Preflight.checkMachine(plan(), context: context, waived: ["architecture"])
            #expect(outcome("root", in: findings) == .refusal)
            #expect(outcome("architecture", in: findings) == .refusal)
            #expect(findings.filter(\.blocks).map(\.name) == ["root"])
        }
    }

    @Test func `a name that no check has can't be waived`() throws {
        let failure = #expect(throws: Failure.self) { try Preflight.checkMachine(plan(), waived: ["memroy"]) }
        #expect(failure?.code == .usage)
    }

    static let systems: [(String, PreflightFinding.Outcome)] = [
        ("ID=debian\nVERSION_ID=\"12\"", .ok), ("ID=debian\nVERSION_ID=\"10\"", .ok),
        ("ID=debian\nVERSION_ID=\"9\"", .refusal), ("ID=debian\nPRETTY_NAME=\"Debian GNU/Linux forky/sid\"", .ok),
        ("ID=ubuntu\nID_LIKE=debian\nVERSION_ID=\"14.04\"", .ok),
        ("ID=ubuntu\nID_LIKE=debian\nVERSION_ID=\"12.04\"", .refusal),
        ("ID=\"rhel\"\nVERSION_ID='7.9'", .ok), ("ID=\"centos\"\nID_LIKE=\"rhel fedora\"\nVERSION_ID=\"7\"", .ok),
        ("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\nVERSION_ID=\"9.4\"", .ok),
        ("ID=\"almalinux\"\nVERSION_ID=\"8.10\"", .ok), ("ID=\"ol\"\nID_LIKE=\"fedora\"\nVERSION_ID=\"8.9\"", .ok),
        ("ID=\"rhel\"\nVERSION_ID=\"6.10\"", .refusal),
        ("ID=\"amzn\"\nID_LIKE=\"centos rhel fedora\"\nVERSION_ID=\"2\"", .ok),
        ("ID=\"amzn\"\nID_LIKE=\"fedora\"\nVERSION_ID=\"2023\"", .ok),
        ("ID=\"amzn\"\nID_LIKE=\"rhel fedora\"\nVERSION_ID=\"2018.03\"", .refusal),
        ("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\nVERSION_ID=\"21.3\"", .ok),
        ("ID=\"sles\"\nID_LIKE=\"suse\"\nVERSION_ID=\"15.5\"", .warning), ("ID=fedora\nVERSION_ID=41", .warning),
        ("ID=arch", .warning), ("", .warning),
    ]

    @Test(arguments: systems)
    func `systems are told by ID, then by ID_LIKE`(text: String, expected: PreflightFinding.Outcome) throws {
        try withScratch { scratch in
            let plan = plan {
                $0.requirements.systems = [
                    SystemRequirement(id: "debian", minimumVersion: "10"),
                    SystemRequirement(id: "ubuntu", minimumVersion: "14.04"),
                    SystemRequirement(id: "el", minimumVersion: "7"),
                ]
            }
            let findings = try Preflight.checkMachine(plan, context: context(scratch, ["etc/os-release": text]))
            #expect(outcome("os", in: findings) == expected)
        }
    }

    @Test func `a machine without os-release warns`() throws {
        try withScratch { scratch in
            let plan = plan { $0.requirements.systems = [SystemRequirement(id: "debian")] }
            let findings = try Preflight.checkMachine(plan, context: context(scratch))
            #expect(outcome("os", in: findings) == .warning)
        }
    }

    @Test(arguments: [
        ("1700000", PreflightFinding.Outcome.ok), ("1699000", .warning), ("4000000", .ok), ("nonsense", .ok),
    ])
    func `memory may be 15 percent short, and only warns`(kilobytes: String, expected: PreflightFinding.Outcome) throws
    {
        try withScratch { scratch in
            let plan = plan { $0.requirements.memory = 2_048_000_000 }
            let files = ["proc/meminfo": "MemFree:   1 kB\nMemTotal:       \(kilobytes) kB\n"]
            let findings = try Preflight.checkMachine(plan, context: running(context(scratch, files)))
            #expect(outcome("memory", in: findings) == expected)
        }
    }

    @Test func `the fastest processor's highest speed counts, and an unknown one is fine`() throws {
        try withScratch { scratch in
            let plan = plan { $0.requirements.cpuMegahertz = 1400 }
            let unknown = try Preflight.checkMachine(plan, context: running(context(scratch)))
            #expect(outcome("cpu", in: unknown) == .ok)
            let slow = ["sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq": "800000\n"]
            #expect(
                outcome("cpu", in: try Preflight.checkMachine(plan, context: running(context(scratch, slow))))
                    == .warning)
            let fast = ["sys/devices/system/cpu/cpu1/cpufreq/cpuinfo_max_freq": "1396000\n"]
            #expect(
                outcome("cpu", in: try Preflight.checkMachine(plan, context: running(context(scratch, fast)))) == .ok)
        }
    }

    @Test func `room, inodes and mount options are checked where the product goes`() throws {
        try withScratch { scratch in
            let big = plan {
                let content = Entry.Content.file(size: 1 << 30, digest: .zero, block: 0, offset: 0)
                $0.entries = [Entry(path: "big", content: content, mode: 0o644)]
            }
            var context = try context(scratch, ["var/opt/here": "", "opt/here": ""])
            let room = try FileSystem(holding: "/")
            func findings(_ change: @escaping @Sendable (inout FileSystem, String) -> Void) throws -> [PreflightFinding]
            {
                context.fileSystem = { path in
                    var system = room
                    system.availableBytes = 2 << 30
                    system.availableInodes = 1000
                    system.isReadOnly = false
                    system.isNoExec = false
                    system.device = path.hasSuffix("/var/opt") ? 2 : 1
                    change(&system, path)
                    return system
                }
                return try Preflight.checkMachine(big, context: context).filter { $0.outcome != .ok && $0.name != "os" }
            }
            #expect(try findings { _, _ in }.isEmpty)
            #expect(try findings { system, _ in system.availableBytes = 1 << 30 }.map(\.name) == ["disk"])
            #expect(try findings { system, _ in system.availableInodes = nil }.isEmpty)
            #expect(try findings { system, _ in system.availableInodes = 10 }.map(\.name) == ["inodes"])
            #expect(try findings { system, path in system.isNoExec = path.hasSuffix("/var/opt") }.isEmpty)
            let onState = try findings { system, path in system.isReadOnly = path.hasSuffix("/var/opt") }
            #expect(onState.map(\.name) == ["read-only"])
            #expect(onState.first?.message.contains("/var/opt/acme") == true)
            let onSameDevice = try findings { system, path in
                system.device = 1
                system.isReadOnly = path.hasSuffix("/var/opt")
            }
            #expect(onSameDevice.map(\.name) == ["read-only"])
            let onRoot = try findings { system, path in system.isNoExec = path.hasSuffix("/opt") }
            #expect(onRoot.map(\.name) == ["noexec"])
        }
    }

    @Test func `what fits on each of two paths must fit together where they share a file system`() throws {
        try withScratch { scratch in
            var context = try context(scratch)
            let room = try FileSystem(holding: "/")
            context.fileSystem = { _ in
                var system = room
                system.availableBytes = 20 << 20
                return system
            }
            let plan = plan { $0.requirements.disk = .bytes(10 << 20) }
            #expect(outcome("disk", in: try Preflight.checkMachine(plan, context: context)) == .refusal)
        }
    }

    // MARK: Reach

    private var reaching: Plan {
        plan { $0.requirements.reach = ["https://one.example:8443", "@server_url", "@unset"] }
    }

    @Test func `each server is asked through the proxy that was entered`() throws {
        let values = [
            "proxy_host": "proxy.example", "proxy_port": "3128", "proxy_user": "bob", "proxy_password": "s3cret",
            "server_url": "https://two.example/base", "ca_file": "/etc/ca.pem",
        ]
        var context = PreflightContext()
        context.reach = { url, options throws(Failure) in
            guard options.proxy?.description == "proxy.example:3128", options.proxy?.user == "bob",
                options.privateCAFile == "/etc/ca.pem", url.host == .name("two.example")
            else { throw Failure(.failed, "no way", cause: "because", hints: ["Try."]) }
            return nil
        }
        let findings = try Preflight.checkReach(reaching, context: context, waived: ["reach:one.example"]) {
            values[$0]
        }
        #expect(findings.map(\.name) == ["reach:one.example", "reach:server_url"])
        #expect(findings.map(\.outcome) == [.refusal, .ok])
        #expect(findings.map(\.blocks) == [false, false])
        #expect(findings[0].message == "no way: because" && findings[0].hint == "Try.")
        #expect(findings[1].message == "https://two.example:443 answers through the proxy proxy.example:3128")
        #expect(!"\(findings)".contains("s3cret"))
    }

    @Test func `a PAC file is fetched, and the servers are asked as it says`() throws {
        try withScratch { scratch throws in
            let file = try scratch.file("p.pac", [.write, .create])
            try file.write("function FindProxyForURL(u, h) { return 'PROXY p.example:3128' }")
            try followed("file://\(scratch.path)/p.pac")
        }
    }

    private func followed(_ location: String) throws {
        var context = PreflightContext()
        context.reach = { url, options throws(Failure) in
            guard let pac = options.pac, options.proxy == nil else { throw Failure(.failed, "wrong") }
            return try pac.routes(to: url)[0]
        }
        let values = ["proxy_pac_url": location]
        let findings = try Preflight.checkReach(reaching, context: context) { values[$0] }
        #expect(findings.map(\.outcome) == [.ok, .ok])
        #expect(findings[0].message == "\(location) is a PAC file")
        #expect(
            findings[1].message
                == "https://one.example:8443 answers through the proxy p.example:3128, as \(location) says")

        context.fetchPAC = { _, _ throws(Failure) in throw Failure(.failed, "not a PAC") }
        let without = try Preflight.checkReach(reaching, context: context) { values[$0] }
        #expect(without[0].blocks && without.map(\.outcome) == [.refusal, .warning])
        #expect(without[1].message.hasSuffix("was not tested: there is no PAC file to say how"))
    }

    @Test func `a proxy without port is a usage error, and an image reaches nothing`() throws {
        #expect(throws: Failure.self) { try Preflight.checkReach(reaching) { $0 == "proxy_host" ? "p" : nil } }
        let image = PreflightContext(basePath: "/srv/image")
        #expect(try Preflight.checkReach(reaching, context: image) { _ in nil }.isEmpty)
    }
}
