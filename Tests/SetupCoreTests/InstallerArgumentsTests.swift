import Diagnostics
import Testing

@testable import SetupCore

@Suite struct InstallerArgumentsTests {
    @Test func `options are read with their values, inline or after`() throws {
        let arguments = try InstallerArguments(
            ["--silent", "--answers", "a", "--root=/image", "--waive", "cpu,memory", "--accept-eula"], settings: [])
        #expect(arguments.isSilent && arguments.acceptsLicense)
        #expect(arguments.answersFile == "a")
        #expect(arguments.root == "/image")
        #expect(arguments.waived == ["cpu", "memory"])
        #expect(arguments.action == .install)
    }

    @Test(arguments: [["--extract"], ["--answers="], ["--root", "relative"], ["word"], ["--sillent"]])
    func `a wrong command line is refused as wrong usage`(words: [String]) {
        #expect(throws: Failure.self) { try InstallerArguments(words, settings: []) }
    }

    @Test func `a mistyped option names the nearest one`() {
        do throws(Failure) {
            _ = try InstallerArguments(["--sillent"], settings: ["--server-url"])
            Issue.record("it was taken")
        } catch {
            #expect(error.code == .usage)
            #expect(error.hints.contains { $0.contains("--silent") })
        }
    }

    @Test func `sizes are told in the largest unit that leaves at least one`() {
        #expect(ByteText.size(999) == "999 bytes")
        #expect(ByteText.size(1000) == "1.0 kB")
        #expect(ByteText.size(30_100_000) == "30.1 MB")
    }

    @Test func `the name decides the role of an installed runtime`() {
        #expect(SetupProgram.role(of: "start-agent", isConfigTool: true) == .agentStarter)
        #expect(SetupProgram.role(of: "uninstall", isConfigTool: true) == .uninstaller)
        #expect(SetupProgram.role(of: "any-config", isConfigTool: true) == .configTool)
        #expect(SetupProgram.role(of: "start-agent", isConfigTool: false) == .installer)
    }
}
