import Diagnostics
import HTTPTransport
import LinuxIO
import SetupPlan
import TestSupport
import Testing
import XZ

@testable import SetupCore

@Suite(.serialized) struct ConfigToolBundleTests {
    /// The archive that a bundle holds.
    private func archive(_ machine: borrowing ConfigToolMachine) throws -> [UInt8] {
        let path = machine.scratch.path + "/bundle.tar.xz"
        #expect(try machine.run(["support-bundle", path]) == 0)
        #expect(try machine.scratch.status("bundle.tar.xz")?.mode == 0o600)
        let packed = try machine.scratch.file("bundle.tar.xz").readToEnd(limit: 64 << 20)
        return try XZ.decompress(stream: packed.span.bytes, limit: 64 << 20)
    }

    private func contains(_ bytes: [UInt8], _ text: String) -> Bool {
        let wanted = Array(text.utf8)
        guard let first = wanted.first else { return true }
        var rest = bytes[...]
        while let start = rest.firstIndex(of: first) {
            if rest[start...].starts(with: wanted) { return true }
            rest = rest[(start + 1)...]
        }
        return false
    }

    @Test func `secrets are in no file of a bundle, in no spelling`() throws {
        try withConfigTool { machine throws in
            let token = ConfigToolMachine.token
            let basic = Base64.encoded(Array("joe:\(ConfigToolMachine.password)".utf8))
            let encoded = "p%2Fw%3A%20S3cret%25"
            let log = """
                connecting with \(token)
                Proxy-Authorization: Basic \(basic)
                http://joe:\(encoded)@proxy.example/
                http://joe:p%2fw%3a%20S3cret%25@proxy.example/
                proxy.password=p/w\\: S3cret%
                password '\(ConfigToolMachine.password)'
                harmless line

                """
            try machine.scratch.file("machine/var/opt/demo/logs/agent.log", [.write, .create]).write(log)
            try machine.scratch.file("machine/var/opt/demo/logs/\(token).log", [.write, .create]).write("named")
            let bytes = try archive(machine)
            for secret in [token, "S3cret", basic] { #expect(!contains(bytes, secret), "\(secret)") }
            for expected in [
                "harmless line", "settings.json", "status.json", "verify.json", "check.json", "preflight.json",
                "os/uname.txt", "os/meminfo", "proxy.example", "ustar", SettingValue.mask,
            ] { #expect(contains(bytes, expected), "\(expected)") }
        }
    }

    @Test func `a secret across the cut of a long log isn't left in half`() throws {
        try withConfigTool { machine throws in
            let token = ConfigToolMachine.token
            // One line without end, and ends of several lengths, so that the cut falls into a token.
            let log = String(repeating: token + ".", count: 1_200_000 / (token.utf8.count + 1))
            for count in [4, 8] {
                try machine.scratch.file("machine/var/opt/demo/logs/agent\(count).log", [.write, .create])
                    .write(log + String(repeating: ".", count: count))
            }
            let bytes = try archive(machine)
            for part in ["SECRET", "RET-4711.", "-4711."] { #expect(!contains(bytes, part), "\(part)") }
            #expect(contains(bytes, SettingValue.mask + "." + SettingValue.mask))
        }
    }

    @Test func `links and files with a second name in the logs are not followed`() throws {
        try withConfigTool { machine throws in
            try machine.scratch.file("outside", [.write, .create]).write("OUTSIDE")
            let logs = try machine.scratch.directory("machine/var/opt/demo/logs")
            try logs.makeLink("link.log", target: machine.scratch.path + "/outside")
            try logs.makeLink("dir", target: "/etc")
            #expect(try !contains(archive(machine), "OUTSIDE"))
        }
    }

    @Test func `a configuration that can't be read keeps logs out`() throws {
        try withConfigTool { machine throws in
            try machine.scratch.file("machine/var/opt/demo/conf/agent.properties", [.write, .truncate])
                .write("agent.token=\\u12\n")
            try machine.scratch.file("machine/var/opt/demo/logs/agent.log", [.write, .create]).write("LOGGED")
            let bytes = try archive(machine)
            #expect(!contains(bytes, "LOGGED"))
            #expect(contains(bytes, "left out"))
        }
    }

    @Test func `tar reads the archive`() throws {
        guard let tar = Subprocess.find("tar") else { return }
        try withConfigTool { machine throws in
            let path = machine.scratch.path + "/b.tar"
            var archive = TarArchive()
            try archive.add("a/one", Array("1".utf8), time: 0)
            try archive.add("a/two", [UInt8](repeating: 50, count: 1024), time: 1_700_000_000)
            #expect(throws: Failure.self) { try archive.add(String(repeating: "x", count: 101), [], time: 0) }
            try machine.scratch.file("b.tar", [.write, .create]).write(archive.finish())
            let listed = try Subprocess.run([tar, "-tvf", path])
            #expect(listed.status == 0 && listed.errors.isEmpty, "\(listed.errorText)")
            let lines = listed.text.split(separator: "\n")
            #expect(lines.count == 2)
            #expect(lines.first?.hasPrefix("-rw------- root/root") == true)
            let content = try Subprocess.run([tar, "-xOf", path, "a/two"])
            #expect(content.output == [UInt8](repeating: 50, count: 1024))
        }
    }

    @Test func `uninstall asks, keeps the state and says so`() throws {
        try withConfigTool { machine throws in
            #expect(throws: Failure(.usage, "there is no terminal to ask on whether Demo Agent is to be removed")) {
                try machine.run(["uninstall"])
            }
            #expect(try machine.run(["uninstall"], answers: [""]) == 130)
            #expect(try machine.scratch.status("machine/opt/demo/current") != nil)
            try machine.scratch.file("machine/opt/demo/mine", [.write, .create]).write("")
            #expect(try machine.run(["uninstall"], answers: ["y"]) == 0)
            #expect(machine.transcript.talk.contains("/var/opt/demo"))
            #expect(machine.transcript.talk.contains("/opt/demo/mine"))
            #expect(try machine.scratch.directory("machine/opt/demo").names() == ["mine"])
            #expect(try machine.stored.contains("agent.token"))
        }
    }

    @Test func `uninstall of an image with purge leaves nothing`() throws {
        try withConfigTool { machine throws in
            var context = machine.tool()
            context.basePath = "/"
            let command = UninstallCommand(plan: machine.plan, context: context)
            #expect(throws: Failure.self) { try command.run(["--yes", "--root", "relative"]) }
            #expect(try command.run(["--yes", "--purge", "--root", machine.base]) == 0)
            #expect(try machine.scratch.directory("machine/opt").names().isEmpty)
            #expect(try machine.scratch.directory("machine").names() == ["etc", "opt"])
        }
    }
}
