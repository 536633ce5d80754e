import Diagnostics
import JSON
import LinuxIO
import SetupPlan
import Testing

@testable import SetupCore

@Suite(.serialized) struct ConfigToolSettingsTests {
    private func failure(_ body: () throws -> Void) -> Failure? {
        do { try body() } catch { return error as? Failure }
        return nil
    }

    @Test func `no word and help explain the commands`() throws {
        try withConfigTool { machine throws in
            for words in [[], ["--help"], ["help"]] {
                #expect(try machine.run(words) == 0)
                for verb in ToolVerb.allCases {
                    #expect(machine.transcript.output.utf8.count > 500, "\(verb)")
                    #expect(machine.transcript.output.contains("  \(verb.rawValue) "))
                }
            }
            for verb in ToolVerb.allCases {
                #expect(try machine.run(["help", verb.rawValue]) == 0)
                let page = machine.transcript.output
                #expect(page.hasPrefix("Usage: demo-config \(verb.rawValue)"))
                for option in verb.flags + verb.options { #expect(page.contains(option), "\(verb) \(option)") }
                #expect(try machine.run([verb.rawValue, "--help"]) == 0)
                #expect(machine.transcript.output == page)
            }
            #expect(try machine.run(["--version"]) == 0)
            #expect(machine.transcript.output == "demo 1.0-1\n")
        }
    }

    @Test func `mistyped commands and options name the nearest`() throws {
        try withConfigTool { machine throws in
            let command = failure { _ = try machine.run(["staus"]) }
            #expect(command?.code == .usage)
            #expect(command?.hints.first == "Did you mean status?")
            let option = failure { _ = try machine.run(["status", "--jsn"]) }
            #expect(option?.code == .usage)
            #expect(option?.hints.first == "Did you mean --json?")
            #expect(failure { _ = try machine.run(["status", "now"]) }?.code == .usage)
            #expect(failure { _ = try machine.run(["verify-installer"]) }?.code == .usage)
        }
    }

    @Test func `show masks secrets in both forms`() throws {
        try withConfigTool { machine throws in
            #expect(try machine.run(["show"]) == 0)
            #expect(machine.transcript.output.contains("proxy.example"))
            #expect(machine.transcript.output.contains("token"))
            #expect(!machine.transcript.output.contains(ConfigToolMachine.token))
            #expect(!machine.transcript.output.contains("S3cret"))
            #expect(try machine.run(["show", "--json"]) == 0)
            let json = try JSONValue(parsing: Array(machine.transcript.output.utf8), name: "show")
            guard case .object(let object) = json else { return #expect(Bool(false)) }
            #expect(object["schema"] == 1)
            #expect(object["configured"] == true)
            #expect(!machine.transcript.output.contains("S3cret"))
        }
    }

    @Test func `set changes one value and leaves the rest as it is`() throws {
        try withConfigTool { machine throws in
            #expect(try machine.run(["set", "proxy_port=8080", "auto_update=no"]) == 0)
            let stored = try machine.stored
            #expect(stored.contains("proxy.port=8080\n"))
            #expect(stored.contains("agent.autoUpdate=false\n"))
            #expect(stored.contains("agent.token=\(ConfigToolMachine.token)\n"))
            let status = try #require(try machine.configurationStatus)
            #expect(status.mode == 0o600)
            let inode = status.inode
            #expect(try machine.run(["set", "proxy_port=8080"]) == 0)
            #expect(machine.transcript.talk.contains("Nothing changes."))
            #expect(try machine.configurationStatus?.inode == inode)
        }
    }

    @Test func `set refuses secrets on the command line and takes them from a file or standard input`() throws {
        try withConfigTool { machine throws in
            let before = try machine.stored
            let refused = try #require(failure { _ = try machine.run(["set", "token=tok-NEW"]) })
            #expect(refused.code == .usage)
            #expect(refused.hints.contains { $0.contains("set token --from FILE") })
            #expect(!refused.rendered.contains("tok-NEW"))
            #expect(try machine.stored == before)
            #expect(try machine.run(["set", "token", "--from", "f"], input: ["f": "tok-FILE\n"]) == 0)
            #expect(try machine.stored.contains("agent.token=tok-FILE\n"))
            #expect(try machine.run(["set", "token", "--from=-"], input: ["-": "tok-INPUT\r\n"]) == 0)
            #expect(try machine.stored.contains("agent.token=tok-INPUT\n"))
            #expect(try machine.run(["set", "token", "--from", "-"], answers: ["tok-TYPED"]) == 0)
            #expect(try machine.stored.contains("agent.token=tok-TYPED\n"))
            #expect(try machine.run(["set", "proxy_host", "--from", "f"], input: ["f": "other.example"]) == 0)
            #expect(try machine.stored.contains("proxy.host=other.example\n"))
            #expect(
                failure { _ = try machine.run(["set", "token", "--from", "f"], input: ["f": "a\nb"]) }?.code == .usage)
        }
    }

    @Test func `set writes nothing when one of the values is wrong`() throws {
        try withConfigTool { machine throws in
            let before = try machine.stored
            for words in [
                ["proxy_port=8080", "auto_update=perhaps"], ["proxy_port=8080", "proxy_prt=1"], ["proxy_port"],
                ["token", "--unset"], ["proxy_port=1", "proxy_port=2"], ["proxy_port", "--from", "f", "--unset"],
                ["proxy_port=8080", "--unset"], ["proxy_port=8080", "--from", "f"],
                ["proxy_pac_url=https://a.example/p", "proxy_host=b.example"],
            ] {
                let refused = failure { _ = try machine.run(["set"] + words, input: ["f": "1"]) }
                #expect(refused?.code == .usage, "\(words)")
                #expect(try machine.stored == before, "\(words)")
            }
            let unknown = failure { _ = try machine.run(["set", "proxy_prt=1"]) }
            #expect(unknown?.hints.first == "Did you mean proxy_port?")
        }
    }

    @Test func `set leaves a group out and puts another way in its place`() throws {
        try withConfigTool { machine throws in
            #expect(try machine.run(["set", "proxy_pac_url=https://a.example/p.pac"]) == 0)
            #expect(try !machine.stored.contains("proxy.host"))
            #expect(try !machine.stored.contains("S3cret"))
            #expect(try machine.run(["set", "proxy", "--unset"]) == 0)
            #expect(try !machine.stored.contains("proxy."))
            #expect(try machine.stored.contains("agent.token=\(ConfigToolMachine.token)\n"))
        }
    }

    @Test func `changing settings is for root`() throws {
        try withConfigTool { machine throws in
            for words in [["set", "proxy_port=1"], ["interactive"], ["support-bundle"], ["uninstall", "--yes"]] {
                #expect(
                    failure { _ = try machine.run(words, answers: [], user: 1000) }?.code == .requirement, "\(words)")
            }
        }
    }

    @Test func `interactive keeps what is there when every answer is Enter`() throws {
        try withConfigTool { machine throws in
            let before = try machine.stored
            let inode = try machine.configurationStatus?.inode
            let enters = [String](repeating: "", count: 9)
            #expect(try machine.run(["interactive"], answers: enters) == 0, "\(machine.transcript.talk)")
            #expect(try machine.stored == before)
            #expect(try machine.configurationStatus?.inode == inode)
            #expect(!machine.transcript.talk.contains("S3cret"))
            #expect(!machine.transcript.talk.contains(ConfigToolMachine.token))
        }
    }

    @Test func `interactive makes the directories that are missing`() throws {
        try withConfigTool(configuration: nil) { machine throws in
            try machine.scratch.removeTree("machine/var/opt/demo")
            // Token, no proxy, no updates.
            #expect(try machine.run(["interactive"], answers: ["tok-1", "n", "n"]) == 0, "\(machine.transcript.talk)")
            #expect(try machine.stored.contains("agent.token=tok-1\n"))
            #expect(try machine.configurationStatus?.mode == 0o600)
            #expect(try machine.scratch.status("machine/var/opt/demo/conf")?.mode == 0o700)
        }
    }

    @Test func `settings are not saved while another run holds the product's lock`() throws {
        try withConfigTool { machine throws in
            let before = try machine.stored
            do {
                let other = try machine.scratch.file("machine/opt/demo/.lock", .create, mode: 0o600)
                #expect(try other.lock())
                let busy = failure { _ = try machine.run(["set", "proxy_port=8080"]) }
                #expect(busy?.code == .conflict)
                // The process that installed, and wrote its number, is this one.
                #expect(
                    busy?.message == "another run of setup, process \(System.processID), is working on /opt/demo")
                #expect(try machine.stored == before)
                withExtendedLifetime(other) {}
            }
            #expect(try machine.run(["set", "proxy_port=8080"]) == 0)
            try machine.scratch.removeTree("machine/opt/demo")
            #expect(try machine.run(["set", "proxy_port=8081"]) == 0)
            #expect(try machine.stored.contains("proxy.port=8081\n"))
        }
    }

    @Test func `interactive that is broken off writes nothing`() throws {
        try withConfigTool { machine throws in
            let before = try machine.stored
            #expect(failure { _ = try machine.run(["interactive"], answers: ["tok-NEW", "n"]) } != nil)
            #expect(try machine.stored == before)
            #expect(failure { _ = try machine.run(["interactive"]) }?.code == .usage)
        }
    }
}
