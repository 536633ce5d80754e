import Diagnostics
import Digests
import SetupPlan
import Testing

/// A plan that uses every field.
let fullPlan = Plan(
    generator: "agentpack test",
    product: ProductIdentity(
        name: "demo", title: "Demo", vendor: "V", description: "D", homepage: "https://h", version: "1.2", release: 3,
        architecture: "amd64", timestamp: 946_684_800),
    paths: ProductPaths(root: "/opt/demo", state: "/var/opt/demo", options: "/etc/opt/demo"), configTool: "demo-config",
    license: License(text: "line\n\"quoted\"", mustAccept: true),
    entries: [
        Entry(path: "bin", content: .directory, mode: 0o755),
        Entry(
            path: "bin/a", content: .file(size: 7, digest: SHA256.digest([1]), block: 0, offset: 5), mode: 0o4755,
            owner: "demo", group: "adm"),
        Entry(path: "bin/empty", content: .file(size: 0, digest: SHA256.digest([]), block: 0, offset: 0), mode: 0o644),
        Entry(path: "bin/l", content: .link(target: "a"), mode: 0o777),
    ],
    blocks: [
        Block(storedSize: 20, contentSize: 10, digest: SHA256.digest([2])),
        Block(storedSize: 8, contentSize: 2, digest: SHA256.digest([3])),
    ],
    frame: SHA256.digest([4]),
    agent: AgentCommand(
        command: ["bin/a", "@options"], environment: [EnvironmentVariable(name: "K", value: "v")],
        health: HealthCheck(command: ["bin/a", "health"], withinSeconds: 30)),
    service: Service(
        user: "demo", group: "adm", restart: .onFailure, stopTimeoutSeconds: 30, unit: "[Unit]\n", initScript: "#!\n"),
    requirements: Requirements(
        memory: 1, cpuMegahertz: 2, disk: .bytes(3), systems: [SystemRequirement(id: "debian", minimumVersion: "10")],
        reach: ["https://s:443", "@server"]),
    settings: [
        Setting(
            id: "token", prompt: "Token", help: "h", isSecret: true, isRequired: true, pattern: "^a", patternHint: "a",
            fileKey: "k"),
        Setting(id: "n", prompt: "N", kind: .integer(minimum: -1, maximum: 5), isAsked: false, defaultValue: "2"),
        Setting(
            id: "c", prompt: "C", kind: .choice(["x", "y"]), condition: SettingCondition(setting: "n", value: "2"),
            formats: ["bin"]),
    ],
    groups: [
        SettingGroup(
            id: "g", prompt: "G", help: "h", isOptional: true,
            alternatives: [SettingAlternative(label: "one", settings: ["n", "c"])])
    ],
    configuration: ConfigurationFile(
        path: "conf/a.properties", format: .properties, values: [ConfigurationValue(key: "a", value: "b")]))

@Suite struct SetupPlanTests {
    @Test func `a plan reads back from its text`() throws {
        #expect(try Plan(parsing: fullPlan.text) == fullPlan)
    }

    @Test func `an unknown key is refused by its place`() throws {
        let text = String(decoding: fullPlan.text, as: UTF8.self)
        let changed = text.replacing("\"stored\":20", with: "\"stored\":20,\"x\":1")
        #expect(throws: Failure(.integrity, "the plan's blocks[0].x is not known to this version")) {
            try Plan(parsing: Array(changed.utf8))
        }
    }

    @Test(arguments: ["../a", "/a", "bin/../a", "a//b", "", "bin/a/", "bin/./x"])
    func `a path that isn't plain is refused`(path: String) {
        var plan = fullPlan
        plan.entries = [Entry(path: path, content: .directory, mode: 0o755)]
        #expect(throws: Failure.self) { try plan.validate() }
    }

    @Test func `a file that lies outside the payload is refused`() {
        var plan = fullPlan
        plan.entries[1].content = .file(size: 8, digest: .zero, block: 0, offset: 5)
        #expect(throws: Failure(.integrity, "the plan's entry bin/a lies outside the payload")) { try plan.validate() }
        plan.entries[1].content = .file(size: .max, digest: .zero, block: 0, offset: 5)
        #expect(throws: Failure.self) { try plan.validate() }
        plan.entries[1].content = .file(size: 1, digest: .zero, block: 2, offset: 0)
        #expect(throws: Failure.self) { try plan.validate() }
    }

    @Test func `an entry without its directory, or out of order, is refused`() {
        var plan = fullPlan
        plan.entries.removeFirst()
        #expect(throws: Failure(.integrity, "the plan's entry bin/a has no directory")) { try plan.validate() }
        plan = fullPlan
        plan.entries.swapAt(1, 2)
        #expect(throws: Failure.self) { try plan.validate() }
    }
}

/// A plan as it travels in a Debian package.
let packagedPlan: Plan = {
    var plan = fullPlan
    plan.format = .deb
    plan.package = "demo-jre"
    plan.blocks = []
    plan.frame = .zero
    plan.entries[1].content = .file(size: 7, digest: SHA256.digest([1]), block: 0, offset: 0)
    return plan
}()

@Suite struct NativePlanTests {
    @Test(arguments: [PackageFormat.deb, .rpm]) func `a package's plan reads back from its text`(
        format: PackageFormat
    ) throws {
        var plan = packagedPlan
        plan.format = format
        #expect(try Plan(parsing: plan.text) == plan)
    }

    @Test func `an installer's plan doesn't mention its format, so its bytes are those of before`() {
        let text = String(decoding: fullPlan.text, as: UTF8.self)
        #expect(!text.contains("\"format\":\"bin\"") && !text.contains("\"package\""))
        #expect(SHA256.digest(fullPlan.text).hex == "6f588f36383cbbc1bdfb5cd4e24e88b5216344d3e8d99c6e4284fa20db173227")
    }

    @Test func `an unknown format is refused`() {
        let text = String(decoding: packagedPlan.text, as: UTF8.self).replacing("\"deb\"", with: "\"apk\"")
        #expect(throws: Failure(.integrity, "the plan's format is not a word this version knows")) {
            try Plan(parsing: Array(text.utf8))
        }
    }

    @Test(arguments: [nil, "", "a/b", ".."]) func `a package's plan names its package`(name: String?) {
        var plan = packagedPlan
        plan.package = name
        #expect(throws: Failure(.integrity, "the plan's format is deb, but it names no package")) {
            try plan.validate()
        }
    }

    @Test func `an installer's plan names no package`() {
        var plan = fullPlan
        plan.package = "demo"
        #expect(throws: Failure(.integrity, "the plan names a package, but its format is bin")) { try plan.validate() }
    }

    @Test func `a package's files may lie in a directory of another package, but never below a link or a file`() {
        var plan = packagedPlan
        plan.entries = [
            Entry(path: "lib/a", content: .link(target: "b"), mode: 0o777),
            Entry(path: "lib/c/d", content: .file(size: 1, digest: .zero, block: 0, offset: 0), mode: 0o644),
        ]
        #expect(throws: Never.self) { try plan.validate() }
        plan.entries[1].path = "lib/a/b/c"
        #expect(throws: Failure(.integrity, "the plan's entry lib/a/b/c has no directory")) { try plan.validate() }
    }

    @Test func `a package's plan has no blocks, and its files lie in none`() {
        var plan = packagedPlan
        plan.blocks = fullPlan.blocks
        #expect(throws: Failure(.integrity, "the plan of the package demo-jre has a payload of its own")) {
            try plan.validate()
        }
        plan = packagedPlan
        plan.frame = SHA256.digest([4])
        #expect(throws: Failure.self) { try plan.validate() }
        plan = packagedPlan
        plan.entries[1].content = .file(size: 7, digest: .zero, block: 0, offset: 5)
        #expect(throws: Failure(.integrity, "the plan's entry bin/a lies in a block; a package has none")) {
            try plan.validate()
        }
        plan.entries[1].content = .file(size: .max, digest: .zero, block: 0, offset: 0)
        #expect(throws: Never.self) { try plan.validate() }
    }
}

@Suite struct TrailerTests {
    let trailer = Trailer(
        headLength: 4096, payloadLength: 100, planLength: 10, headDigest: SHA256.digest([1]),
        planDigest: SHA256.digest([2]))
    let fileSize: UInt64 = 4096 + 100 + 10 + 256

    func signed() throws -> Trailer {
        // RFC 8032's second test key.
        let seed = try #require(Hexadecimal.bytes("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"))
        let key = try #require(Hexadecimal.bytes("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"))
        var signed = trailer
        signed.signature = PlanSignature(
            publicKey: key, signature: try Ed25519.sign(trailer.signedMessage, seed: seed))
        return signed
    }

    @Test func `a trailer reads back, signed and unsigned`() throws {
        #expect(try Trailer(parsing: trailer.bytes, fileSize: fileSize) == trailer)
        let signed = try signed()
        #expect(try Trailer(parsing: signed.bytes, fileSize: fileSize) == signed)
        #expect(signed.bytes.count == Trailer.byteCount)
    }

    @Test func `every flipped bit is noticed`() throws {
        let bytes = try signed().bytes
        for index in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[index] ^= 1 << bit
                #expect(throws: Failure.self) { try Trailer(parsing: changed, fileSize: fileSize) }
            }
        }
    }

    @Test func `lengths that don't add up, or overflow, are refused`() throws {
        #expect(throws: Failure.self) { try Trailer(parsing: trailer.bytes, fileSize: fileSize + 1) }
        var huge = trailer
        huge.payloadLength = .max
        #expect(throws: Failure.self) { try Trailer(parsing: huge.bytes, fileSize: fileSize) }
    }

    @Test func `a signature by another key is refused`() throws {
        var forged = try signed()
        forged.headDigest = SHA256.digest([9])
        #expect(throws: Failure(.integrity, "the signature is not that of the key in the trailer")) {
            try Trailer(parsing: forged.bytes, fileSize: fileSize)
        }
    }

    @Test func `the signature covers no length, so a config tool keeps it`() throws {
        var tool = try signed()
        tool.payloadLength = 0
        #expect(try Trailer(parsing: tool.bytes, fileSize: fileSize - 100) == tool)
    }
}
