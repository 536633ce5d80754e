import BinFormat
import LinuxIO
import SetupPlan
import TestSupport
import Testing

@testable import SetupCore

/// What a run finds that another one left, which was killed half way.
@Suite(.serialized) struct CutOffRunTests {
    /// A machine with the product, as it is before `body` takes a part away.
    private func withInstallation(_ body: (borrowing Directory, SetupContext) throws -> Void) throws {
        try withScratch { scratch in
            for path in ["opt", "etc/init.d", "var/opt"] { try scratch.makeDirectories("machine/" + path) }
            let context = SetupContext(basePath: scratch.path + "/machine", startsService: false)
            try install(SampleInstaller(), scratch, context)
            try body(scratch, context)
        }
    }

    private func install(
        _ sample: SampleInstaller, _ scratch: borrowing Directory, _ context: SetupContext
    ) throws {
        let file = try sample.build("x.bin", in: scratch)
        let store = ConfigurationStore(plan: file.file.plan, basePath: context.basePath)
        let survey = try Survey(of: file.file.plan, base: try Directory.open(context.basePath))
        let change = ConfigurationChange(old: try store.read(), new: Array("a=b\n".utf8))
        var installer = try Installer(file, context: context, configuration: change)
        _ = try installer.install(survey)
    }

    private func plan(_ scratch: borrowing Directory) throws -> Plan {
        try SampleInstaller().planWithEntries(scratch)
    }

    @Test func `half of a file, under the name of a replacement, goes with the next run`() throws {
        let staged = [
            "var/opt/demo/conf/.agent.properties.new", "opt/demo/versions/.install.json.new",
            "opt/demo/versions/1.0-1/bin/.start-agent.new", "opt/demo/.current.new",
        ]
        try withInstallation { scratch, context in
            let before = try listing(try scratch.directory("machine"))
            for path in staged { try scratch.file("machine/" + path, [.write, .create]).write("hal") }
            try install(SampleInstaller(), scratch, context)
            #expect(try listing(try scratch.directory("machine")) == before)
            for path in staged { try scratch.file("machine/" + path, [.write, .create]).write("hal") }
            _ = try Uninstaller(try plan(scratch), context: context).uninstall(purge: false)
            #expect(try listing(try scratch.directory("machine/opt")).isEmpty)
            #expect(try scratch.status("machine/var/opt/demo/conf/.agent.properties.new") == nil)
        }
    }

    @Test func `a removal leaves its program for last, and goes on from there`() throws {
        try withInstallation { scratch, context in
            let root = try scratch.directory("machine/opt/demo")
            try LoneUninstaller.settle(in: root)
            #expect(try root.status("uninstall")?.kind == .file)
            let own = LoneUninstaller.plan(in: root, of: "demo")
            let other = LoneUninstaller.plan(in: root, of: "other")
            #expect(own?.product.version == "1.0" && other == nil)
            try root.removeFile("current")
            try root.removeFile("versions/1.0-1/lib/a")
            let outcome = try Uninstaller(try plan(scratch), context: context).uninstall(purge: true)
            #expect(outcome.foreign.isEmpty)
            #expect(try scratch.directory("machine/opt").names().isEmpty)
        }
    }

    @Test func `an installation takes up what a removal left, as a fresh one`() throws {
        try withInstallation { scratch, context in
            let before = try listing(try scratch.directory("machine"))
            let root = try scratch.directory("machine/opt/demo")
            try LoneUninstaller.settle(in: root)
            try root.removeFile("current")
            try root.removeFile("versions/1.0-1/lib/a")
            let survey = try Survey(of: try plan(scratch), base: try scratch.directory("machine"))
            guard case .partial(let record) = survey else {
                return #expect(Bool(false), "the survey takes it for an installation")
            }
            #expect(!record.isServiceSettled && record.previous == nil)
            try install(SampleInstaller(), scratch, context)
            #expect(try listing(try scratch.directory("machine")) == before)
        }
    }

    @Test func `a version that never was active doesn't stay as the one before`() throws {
        try withInstallation { scratch, context in
            let root = try scratch.directory("machine/opt/demo")
            try root.removeFile("current")
            // Older, too: nothing is replaced, so nothing is downgraded.
            try install(SampleInstaller(version: "0.9"), scratch, context)
            #expect(try root.directory("versions").names() == ["0.9-1", "install.json"])
            let record = try InstallRecord.read(in: root)
            #expect(record?.version == "0.9-1" && record?.previous == nil)
        }
    }

    @Test func `a removal that is cut off lets the next installation enable the service anew`() throws {
        try withInstallation { scratch, context in
            let root = try scratch.directory("machine/opt/demo")
            let found = try InstallRecord.read(in: root)
            var record = try #require(found)
            #expect(record.isServiceSettled)
            #expect(record.createdDirectories.contains("/var/opt/demo/conf"))
            record.isServiceSettled = false
            try record.write(in: root)
            try install(SampleInstaller(), scratch, context)
            let settled = try InstallRecord.read(in: root)?.isServiceSettled
            #expect(settled == true)
        }
    }
}
