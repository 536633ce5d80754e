import Foundation
import Testing

/// The agent as a process, against the stand-in server; it lies beside the test bundle, since no test may link it.
@Suite(.serialized, .enabled(if: Tools.haveServer, "needs python3 and openssl"))
struct ReferenceAgentTests {
    private static let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("reference-agent")

    private let scratch: Scratch
    private let server: Helper

    init() throws {
        scratch = try Scratch()
        try FileManager.default.createDirectory(atPath: scratch.path + "/var", withIntermediateDirectories: false)
        server = try Helper("management_server.py", ["--offline-after", "2"])
    }

    private func configure(_ lines: String...) throws {
        let text = "server.url=http://127.0.0.1:\(server.port)\nagent.heartbeat=1\n" + lines.joined(separator: "\n")
        try (text + "\n").write(toFile: scratch.path + "/agent.properties", atomically: true, encoding: .utf8)
    }

    private func start(_ arguments: [String]) throws -> Process {
        let process = Process()
        process.executableURL = Self.program
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    private func startAgent(_ version: String = "1.0") throws -> Process {
        try start([
            "-Dkey=option-value", "--config", scratch.path + "/agent.properties", "--state", scratch.path + "/var",
            "--agent-version", version,
        ])
    }

    private func finish(_ process: Process) -> Int32 {
        process.waitUntilExit()
        return process.terminationReason == .exit ? process.terminationStatus : -1
    }

    private func stop(_ process: Process) -> Int32 {
        process.terminate()
        return finish(process)
    }

    private func health() throws -> Int32 { try finish(start(["health", "--state", scratch.path + "/var"])) }

    private var log: String { (try? scratch.read("var/logs/agent.log")) ?? "" }

    private func ask(_ path: String, post body: String? = nil) throws -> [String: Any] {
        let process = Process()
        let output = Pipe()
        let script = """
            import sys, urllib.request as r
            data = sys.argv[2].encode() if len(sys.argv) > 2 else None
            print(r.build_opener(r.ProxyHandler({})).open(sys.argv[1], data).read().decode())
            """
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = ["-c", script, "http://127.0.0.1:\(server.port)\(path)"] + (body.map { [$0] } ?? [])
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    }

    private func newToken() throws -> String { try ask("/admin/tokens", post: "{}")["token"] as? String ?? "" }

    private func agentField(_ name: String) throws -> String? {
        (try ask("/admin/agents")["agents"] as? [[String: Any]])?.first?[name] as? String
    }

    private func eventually(_ what: String, _ condition: () throws -> Bool) rethrows {
        for _ in 0..<100 {
            if try condition() { return }
            usleep(100_000)
        }
        Issue.record("never happened: \(what); the log says:\n\(log)")
    }

    @Test func `it registers once, connects, survives a restart and a new version, and goes offline`() throws {
        let token = try newToken()
        try configure("agent.token=\(token)")
        #expect(try agentField("status") == "Pending")
        #expect(try health() == 1)
        let first = try startAgent()
        try eventually("connected") { try agentField("status") == "Connected" }
        try eventually("healthy") { try health() == 0 }
        let begin = Date()
        #expect(stop(first) == 0)
        #expect(Date().timeIntervalSince(begin) < 1)
        #expect(try health() == 1)
        try eventually("offline") { try agentField("status") == "Offline" }

        let second = try startAgent("2.0")
        try eventually("the new version") { try agentField("version") == "2.0" }
        #expect(stop(second) == 0)
        #expect(log.components(separatedBy: "registered as").count == 2)
        #expect(!log.contains(token) && !log.contains("option-value"))
        let attributes = try FileManager.default.attributesOfItem(atPath: scratch.path + "/var/state/agent.json")
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test func `a token that isn't taken is logged, and a new one works without a restart`() throws {
        try configure("agent.token=unknown")
        let agent = try startAgent()
        eventually("401") { log.contains("does not know the installation token (401)") }
        let used = try newToken()
        _ = try ask("/api/agents/register", post: #"{"token": "\#(used)"}"#)
        try configure("agent.token=\(used)")
        eventually("409") { log.contains("was used before (409)") }
        try configure("agent.token=\(try newToken())")
        eventually("connected") { log.contains("connected as agent-2") }
        #expect(stop(agent) == 0)
    }

    @Test func `a server error is logged and outlived`() throws {
        try configure("agent.token=\(try newToken())")
        _ = try ask("/admin/faults", post: #"{"status": 503, "count": 1}"#)
        let agent = try startAgent()
        eventually("503") { log.contains("status 503") }
        eventually("connected") { log.contains("connected as agent-1") }
        #expect(stop(agent) == 0)
    }

    @Test func `it goes the way that a PAC file names, and waits for one that it can fetch`() throws {
        let path = scratch.path + "/proxy.pac"
        try configure("agent.token=\(try newToken())", "proxy.pac_url=file://\(path)")
        let agent = try startAgent()
        eventually("no file") { log.contains("proxy.pac") && log.contains("trying again") }
        _ = try scratch.write("function FindProxyForURL() { return 'PROXY 127.0.0.1:1; DIRECT' }", to: "proxy.pac")
        eventually("connected") { log.contains("connected as agent-1 without a proxy, as file://\(path) says") }
        #expect(stop(agent) == 0)
    }

    @Test(.enabled(if: Tools.haveProxy, "needs tinyproxy"))
    func `it goes through a proxy with credentials, and follows when they are corrected`() throws {
        let password = try scratch.write("pr0xy-password", to: "password")
        let proxy = try Helper("proxy.py", ["--user", "user", "--password-file", password])
        let token = "agent.token=\(try newToken())"
        let lines = ["proxy.host=127.0.0.1", "proxy.port=\(proxy.port)", "proxy.user=user"].joined(separator: "\n")
        try configure(token, lines, "proxy.password=wr0ng-password")
        let agent = try startAgent()
        eventually("407") { log.contains("the proxy did not accept the user and password") }
        try configure(token, lines, "proxy.password=pr0xy-password")
        eventually("connected") { log.contains("connected as agent-1") }
        #expect(stop(agent) == 0)
        #expect(!log.contains("0xy-password") && !log.contains("wr0ng"))
    }

    @Test(arguments: [[], ["--state", "/tmp"], ["--state"], ["word"], ["health"]])
    func `a wrong command line is a usage error`(arguments: [String]) throws {
        #expect(try finish(start(arguments)) == 64)
    }
}
