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
        let store = "machine/var/opt/demo/conf/agent.properties"
        var change = ConfigurationChange(new: configuration.map { Array($0.utf8) })
        if try scratch.status("machine/var/opt/demo/conf")?.kind == .directory, try scratch.status(store) != nil {
            change.old = try scratch.file(store).readToEnd(limit: 1000)
        }
        var installer = try Installer(file, context: context, configuration: change)
        _ = try installer.install(survey)
    }

    @Test func `a fresh installation has the documented layout and modes`() throws {
        try withMachine { scratch, context in
            try install(SampleInstaller(), scratch, context, configuration: "a=b\n")
            #expect(
                try listing(try scratch.directory("machine/opt")) == [
                    "demo/ 755", "demo/.lock 600", "demo/bin -> current/bin", "demo/current -> versions/1.0-1",
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
            #expect(try root.names() == [".lock", "bin", "current", "demo-config", "lib", "uninstall", "versions"])
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

    @Test func `a wish to stop is heeded until the switch, and everything is taken back`() throws {
        try withMachine { scratch, context in
            try install(SampleInstaller(), scratch, context, configuration: "a=b\n")
            let before = try listing(try scratch.directory("machine"))
            var refusals = 0
            while refusals < 100 {
                let asked = Monitor(0)
                let limit = refusals
                var stopping = context
                stopping.checkStop = { () throws(Failure) in
                    let number = asked.with { count in
                        count += 1
                        return count
                    }
                    if number > limit { throw Failure(.interrupted, "stopped") }
                }
                do {
                    try install(SampleInstaller(version: "1.1"), scratch, stopping, configuration: "a=c\n")
                    break
                } catch let failure as Failure {
                    #expect(failure.code == .interrupted)
                    #expect(try listing(try scratch.directory("machine")) == before)
                    refusals += 1
                }
            }
            // Before each block, and before the switch.
            #expect((2..<100).contains(refusals))
            #expect(try scratch.directory("machine/opt/demo").linkTarget("current") == "versions/1.1-1")
        }
    }

    @Test func `a link to a version that isn't there says nothing about what is installed`() throws {
        try withMachine { scratch, context in
            try install(SampleInstaller(), scratch, context)
            let root = try scratch.directory("machine/opt/demo")
            try root.removeFile("current")
            try root.makeLink("current", target: "versions/9.9-1")
            let plan = SampleInstaller().plan
            guard case .repair = try Survey(of: plan, base: try Directory.open(context.basePath)) else {
                Issue.record("not a repair")
                return
            }
            try root.removeFile("current")
            try root.makeDirectory("current")
            #expect(throws: Failure.self) { try Survey(of: plan, base: try Directory.open(context.basePath)) }
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

    @Test func `a failed update takes configuration and record back`() throws {
        try withMachine { scratch, context in
            try install(SampleInstaller(), scratch, context, configuration: "a=b\n")
            let root = try scratch.directory("machine/opt/demo")
            let record = try root.file("versions/install.json").readToEnd(limit: 10_000)
            // The directory of the options is gone and a file stands there, which only the making of directories finds.
            try scratch.removeTree("machine/etc/opt/demo")
            try scratch.file("machine/etc/opt/demo", [.write, .create]).write("in the way")
            #expect(throws: Failure.self) {
                try install(SampleInstaller(version: "1.1"), scratch, context, configuration: "a=c\n")
            }
            #expect(try root.linkTarget("current") == "versions/1.0-1")
            #expect(try root.directory("versions").names() == ["1.0-1", "install.json"])
            #expect(try root.file("versions/install.json").readToEnd(limit: 10_000) == record)
            let configuration = try scratch.file("machine/var/opt/demo/conf/agent.properties").readToEnd(limit: 100)
            #expect(configuration == Array("a=b\n".utf8))
        }
    }

    @Test func `a machine that changed while questions were asked is left alone`() throws {
        try withMachine { scratch, context in
            let late = try SampleInstaller(version: "0.9").build("late.bin", in: scratch)
            let survey = try Survey(of: late.file.plan, base: try Directory.open(context.basePath))
            try install(SampleInstaller(), scratch, context, configuration: "a=b\n")
            let before = try listing(try scratch.directory("machine"))
            var installer = try Installer(late, context: context, configuration: ConfigurationChange())
            var failure: Failure?
            do throws(Failure) { _ = try installer.install(survey) } catch { failure = error }
            #expect(failure?.code == .conflict)
            #expect(try listing(try scratch.directory("machine")) == before)
        }
    }

    @Test(arguments: ["opt/demo", "var/opt/demo", "var/opt/demo/conf", "etc/opt/demo"])
    func `a directory that somebody else owns is refused by name`(path: String) throws {
        try withMachine { scratch, context in
            let machine = try scratch.directory("machine")
            try machine.makeDirectories(path)
            try machine.setOwner(path, user: 65534, group: 65534)
            let before = try listing(machine)
            var failure: Failure?
            do { try install(SampleInstaller(), scratch, context) } catch { failure = error as? Failure }
            #expect(failure?.code == .conflict)
            #expect(failure?.message.hasSuffix("\(path) is there already and belongs to the user number 65534") == true)
            #expect(try listing(machine) == before)
        }
    }

    @Test func `a version that was built anew drops the old build's files`() throws {
        try withMachine { scratch, context in
            try install(
                SampleInstaller(files: [("lib/a", "alpha"), ("lib/stale", "s"), ("old/x", "x")]), scratch, context)
            try install(SampleInstaller(files: [("lib/a", "alpha")]), scratch, context)
            let version = try scratch.directory("machine/opt/demo/versions/1.0-1")
            #expect(try version.directory("lib").names() == ["a"])
            #expect(try version.status("old") == nil)
        }
    }

    @Test func `repairing brings changed links back`() throws {
        try withMachine { scratch, context in
            try install(SampleInstaller(), scratch, context)
            let root = try scratch.directory("machine/opt/demo")
            for (name, target) in [("lib", "current/lib"), ("versions/1.0-1/uninstall", "bin/start-agent")] {
                try root.removeFile(name)
                try root.makeLink(name, target: "/bin/true")
                try install(SampleInstaller(), scratch, context)
                #expect(try root.linkTarget(name) == target)
            }
        }
    }

    @Test func `a damaged record doesn't keep a product from being uninstalled`() throws {
        try withMachine { scratch, context in
            try install(SampleInstaller(), scratch, context)
            try scratch.file("machine/opt/demo/versions/install.json", [.write, .truncate]).write("")
            #expect(throws: Failure.self) { try install(SampleInstaller(), scratch, context) }
            _ = try Uninstaller(SampleInstaller().planWithEntries(scratch), context: context).uninstall(purge: true)
            #expect(try scratch.directory("machine/opt").names().isEmpty)
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
