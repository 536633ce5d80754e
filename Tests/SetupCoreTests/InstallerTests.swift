import BinFormat
import Diagnostics
import LinuxIO
import SetupCore
import SetupPlan
import TestSupport
import Testing

@Suite(.serialized) struct InstallerTests {
    /// A machine: a base directory with the few directories that every system has.
    private func withMachine(_ body: (borrowing Directory, SetupContext) throws -> Void) throws {
        try withScratch { scratch in
            try scratch.makeDirectories("machine/opt")
            try scratch.makeDirectories("machine/etc")
            try body(scratch, SetupContext(basePath: scratch.path + "/machine", startsService: false))
        }
    }

    private func install(
        _ sample: SampleInstaller, _ scratch: borrowing Directory, _ context: SetupContext, configuration: String? = nil
    ) throws {
        let file = try sample.build("x.bin", in: scratch)
        let survey = try Survey(of: file.file.plan, base: try Directory.open(context.basePath))
        var installer = try Installer(file, context: context, configuration: configuration.map { Array($0.utf8) })
        _ = try installer.install(survey)
    }

    @Test func `a fresh installation has the documented layout and modes`() throws {
        try withMachine { scratch, context in
            try install(SampleInstaller(), scratch, context, configuration: "a=b\n")
            #expect(
                try listing(try scratch.directory("machine/opt")) == [
                    "demo/ 755", "demo/bin -> current/bin", "demo/current -> versions/1.0-1",
                    "demo/demo-config -> current/demo-config", "demo/lib -> current/lib", "demo/tool -> current/tool",
                    "demo/uninstall -> current/uninstall", "demo/versions/ 755", "demo/versions/1.0-1/ 755",
                    "demo/versions/1.0-1/bin/ 755", "demo/versions/1.0-1/bin/start-agent 755",
                    "demo/versions/1.0-1/demo-config -> bin/start-agent", "demo/versions/1.0-1/lib/ 755",
                    "demo/versions/1.0-1/lib/a 644", "demo/versions/1.0-1/tool 644",
                    "demo/versions/1.0-1/uninstall -> bin/start-agent", "demo/versions/install.json 644",
                ])
            #expect(
                try listing(try scratch.directory("machine/var/opt")) == [
                    "demo/ 755", "demo/conf/ 700", "demo/conf/agent.properties 600", "demo/logs/ 750",
                    "demo/logs/install.log 600", "demo/state/ 700",
                ])
            #expect(try listing(try scratch.directory("machine/etc")) == ["opt/ 755", "opt/demo/ 755"])
        }
    }

    @Test func `uninstalling with purge leaves what was there before`() throws {
        try withMachine { scratch, context in
            let before = try listing(try scratch.directory("machine"))
            try install(SampleInstaller(), scratch, context, configuration: "a=b\n")
            let outcome = try Uninstaller(SampleInstaller().plan, context: context).uninstall(purge: true)
            #expect(outcome.kept.isEmpty && outcome.foreign.isEmpty)
            #expect(try listing(try scratch.directory("machine")) == before)
        }
    }

    @Test func `uninstalling without purge keeps the state and names it`() throws {
        try withMachine { scratch, context in
            try install(SampleInstaller(), scratch, context, configuration: "a=b\n")
            try scratch.file("machine/opt/demo/versions/1.0-1/lib/foreign", [.write, .create]).write("mine")
            let outcome = try Uninstaller(SampleInstaller().plan, context: context).uninstall(purge: false)
            #expect(outcome.kept == ["/var/opt/demo"])
            #expect(outcome.foreign.map { PathText.lastComponent($0) } == ["foreign"])
            #expect(try scratch.status("machine/var/opt/demo/conf/agent.properties") != nil)
            #expect(try scratch.status("machine/etc/opt") == nil)
        }
    }

    @Test func `an update keeps configuration and the version before, and drops the one before that`() throws {
        try withMachine { scratch, context in
            try install(SampleInstaller(), scratch, context, configuration: "a=b\n")
            try install(SampleInstaller(version: "1.1", files: [("lib/b", "beta")]), scratch, context)
            let root = try scratch.directory("machine/opt/demo")
            #expect(try root.linkTarget("current") == "versions/1.1-1")
            #expect(try root.names() == ["bin", "current", "demo-config", "lib", "uninstall", "versions"])
            #expect(try root.directory("versions").names() == ["1.0-1", "1.1-1", "install.json"])
            try install(SampleInstaller(version: "1.10"), scratch, context)
            #expect(try root.directory("versions").names() == ["1.1-1", "1.10-1", "install.json"])
            let configuration = try scratch.file("machine/var/opt/demo/conf/agent.properties").readToEnd(limit: 100)
            #expect(configuration == Array("a=b\n".utf8))
            _ = try Uninstaller(SampleInstaller().plan, context: context).uninstall(purge: true)
            #expect(try scratch.directory("machine/opt").names().isEmpty)
        }
    }

    @Test func `the survey tells fresh, repair, update and downgrade apart`() throws {
        try withMachine { scratch, context in
            let base = try scratch.directory("machine")
            #expect(try Survey(of: SampleInstaller().plan, base: base) == .fresh(foreign: []))
            try install(SampleInstaller(version: "1.9"), scratch, context)
            guard case .repair = try Survey(of: SampleInstaller(version: "1.9").plan, base: base),
                case .update = try Survey(of: SampleInstaller(version: "1.10").plan, base: base),
                case .downgrade = try Survey(of: SampleInstaller(version: "1.9~rc1").plan, base: base)
            else { return #expect(Bool(false), "the survey is wrong") }
        }
    }

    @Test func `installing the same version repairs what differs and nothing else`() throws {
        try withMachine { scratch, context in
            try install(SampleInstaller(), scratch, context)
            let version = try scratch.directory("machine/opt/demo/versions/1.0-1")
            let untouched = try version.status("tool")
            try version.file("lib/a", [.write, .truncate]).write("damaged")
            try version.removeFile("demo-config")
            #expect(
                try InstalledFiles(SampleInstaller().planWithEntries(scratch), accounts: Accounts(base: scratch))
                    .deviations(in: version).map(\.path) == ["lib/a"])
            try install(SampleInstaller(), scratch, context)
            #expect(try version.file("lib/a").readToEnd(limit: 100) == Array("alpha".utf8))
            #expect(try version.linkTarget("demo-config") == "bin/start-agent")
            #expect(try version.status("tool") == untouched)
        }
    }

    @Test func `a file of somebody else in the way is refused by name and nothing changes`() throws {
        try withMachine { scratch, context in
            try scratch.makeDirectories("machine/opt/demo")
            try scratch.file("machine/opt/demo/lib", [.write, .create]).write("mine")
            let before = try listing(try scratch.directory("machine"))
            #expect(throws: Failure.self) { try install(SampleInstaller(), scratch, context) }
            #expect(try listing(try scratch.directory("machine")) == before)
        }
    }

    @Test func `a failure before the switch takes everything back`() throws {
        try withMachine { scratch, context in
            // The state's place is taken by a file, which is found after the version was extracted.
            try scratch.makeDirectories("machine/var/opt")
            try scratch.file("machine/var/opt/demo", [.write, .create]).write("in the way")
            let before = try listing(try scratch.directory("machine"))
            #expect(throws: Failure.self) { try install(SampleInstaller(), scratch, context) }
            #expect(try listing(try scratch.directory("machine")) == before)
        }
    }

    @Test func `a link planted below the product root is not followed`() throws {
        try withMachine { scratch, context in
            try scratch.makeDirectories("machine/opt/demo")
            try scratch.makeDirectory("outside")
            try scratch.makeLink("machine/opt/demo/versions", target: scratch.path + "/outside")
            #expect(throws: Failure.self) { try install(SampleInstaller(), scratch, context) }
            #expect(try scratch.directory("outside").names().isEmpty)
        }
    }

    @Test func `what an interrupted run left is finished by the next`() throws {
        try withMachine { scratch, context in
            try install(SampleInstaller(), scratch, context)
            let root = try scratch.directory("machine/opt/demo")
            try root.makeDirectories("versions/.staging-1.1-1/lib")
            try root.makeLink(".current.new", target: "versions/1.1-1")
            try install(SampleInstaller(version: "1.1"), scratch, context)
            #expect(try root.directory("versions").names() == ["1.0-1", "1.1-1", "install.json"])
            #expect(try root.linkTarget("current") == "versions/1.1-1")
            #expect(try root.status(".current.new") == nil)
        }
    }

    @Test func `a package that dpkg installed is named and left alone`() throws {
        try withMachine { scratch, context in
            try scratch.makeDirectories("machine/var/lib/dpkg/info")
            try scratch.file("machine/var/lib/dpkg/info/demo:amd64.list", [.write, .create]).write(
                "/.\n/opt\n/opt/demo\n/opt/demo/lib\n")
            let base = try scratch.directory("machine")
            #expect(throws: Failure(.conflict, "Demo Agent is installed as the dpkg package demo")) {
                try Survey(of: SampleInstaller().plan, base: base)
            }
            try scratch.file("machine/var/lib/dpkg/info/demo:amd64.list", [.write, .truncate]).write("/etc/opt/demo\n")
            #expect(try Survey(of: SampleInstaller().plan, base: base) == .fresh(foreign: []))
        }
    }
}

extension SampleInstaller {
    /// The plan as the written file has it.
    func planWithEntries(_ scratch: borrowing Directory) throws -> Plan {
        let file = try build("plan.bin", in: scratch)
        return file.file.plan
    }
}
