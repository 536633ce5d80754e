import Diagnostics
import LinuxIO
import SetupPlan
import TestSupport
import Testing

@testable import SetupCore

/// What is installed in an image; on running machines the end-to-end tests look.
@Suite(.enabled(if: System.effectiveUser == 0, "what is installed belongs to root")) struct ServiceControlTests {
    private static let unit = "/etc/systemd/system/p.service"
    private static let wants = "/etc/systemd/system/multi-user.target.wants"
    private static let script = "/etc/init.d/p"

    private func withImage(
        _ directories: [String], _ programs: [String] = [], _ body: (borrowing Directory, ServiceControl) throws -> Void
    ) throws {
        try withScratch { scratch in
            for directory in directories { try scratch.makeDirectories(directory) }
            for program in programs {
                try scratch.makeDirectories(PathText.parent(program))
                try scratch.file(program, [.write, .create]).write("")
            }
            try body(scratch, try ServiceControl(plan: servicePlan(), basePath: scratch.path))
        }
    }

    private static let systemd = "usr/lib/systemd/systemd"
    private static let sysvInstall = "lib/systemd/systemd-sysv-install"
    private static let levels = (0...6).map { "etc/rc\($0).d" }

    @Test func `systemd without init scripts gets a unit and a link, and nothing is left`() throws {
        try withImage([], [Self.systemd]) { (scratch, control) throws in
            #expect(control.manager == .systemdOffline)
            #expect(try control.install() == ["/etc", "/etc/systemd", "/etc/systemd/system", Self.unit])
            #expect(try control.state().isInstalled)
            #expect(try !control.state().isEnabled)
            #expect(try control.enableAtFirstInstall() == [Self.wants, Self.wants + "/p.service"])
            #expect(try scratch.linkTarget("etc/systemd/system/multi-user.target.wants/p.service") == Self.unit)
            #expect(try scratch.status("etc/systemd/system/p.service")?.mode == 0o644)
            #expect(try scratch.status("etc/init.d") == nil)
            #expect(
                try control.state()
                    == ServiceState(
                        manager: .systemdOffline, isInstalled: true, isEnabled: true, isActive: false, mainProcess: nil)
            )
            #expect(try control.start() == false)
            #expect(try control.restartOnce() == false)
            try control.stop()
            try control.remove(recorded: nil)
            #expect(try scratch.directory("etc/systemd/system").names() == [])
            try control.remove(recorded: nil)
        }
    }

    @Test func `an init script needs a home, and under systemd a program that enables it`() throws {
        try withImage(["etc/init.d"], [Self.systemd]) { (_, control) throws in
            #expect(try control.install().contains(Self.script) == false)
        }
        try withImage(["etc/init.d"] + Self.levels, [Self.systemd, Self.sysvInstall]) { (scratch, control) throws in
            #expect(try control.install().contains(Self.script))
            #expect(try scratch.status("etc/init.d/p")?.mode == 0o755)
            #expect(try control.enableAtFirstInstall() == [Self.wants, Self.wants + "/p.service"])
            #expect(try scratch.directory("etc/rc3.d").names() == [])
        }
    }

    @Test func `a link left from before does not bring links of runlevels to systemd`() throws {
        let directories = ["etc/init.d", "etc/systemd/system/multi-user.target.wants"] + Self.levels
        try withImage(directories, [Self.systemd, Self.sysvInstall]) { (scratch, control) throws in
            try scratch.makeLink("etc/systemd/system/multi-user.target.wants/p.service", target: Self.unit)
            _ = try control.install()
            #expect(try control.enableAtFirstInstall() == [Self.wants + "/p.service"])
            #expect(try scratch.directory("etc/rc3.d").names() == [])
        }
    }

    @Test func `a unit left where systemd is not does not keep the runlevels from getting links`() throws {
        try withImage(["etc/init.d", "etc/systemd/system"] + Self.levels) { (scratch, control) throws in
            try scratch.file("etc/systemd/system/p.service", [.write, .create]).write("[Service]\n")
            try control.checkForeign(recorded: [])
            _ = try control.install()
            #expect(try control.enableAtFirstInstall().contains("/etc/rc3.d/S95p"))
        }
    }

    @Test func `without systemd the runlevels get links`() throws {
        try withImage(["etc/init.d"] + Self.levels) { (scratch, control) throws in
            #expect(control.manager == .none)
            #expect(try control.install() == [Self.script])
            let made = try control.enableAtFirstInstall()
            #expect(
                made == [
                    "/etc/rc0.d/K05p", "/etc/rc1.d/K05p", "/etc/rc2.d/S95p", "/etc/rc3.d/S95p", "/etc/rc4.d/S95p",
                    "/etc/rc5.d/S95p", "/etc/rc6.d/K05p",
                ])
            #expect(try scratch.linkTarget("etc/rc3.d/S95p") == "../init.d/p")
            #expect(try control.state().isEnabled)
            // What an administrator renamed goes too; what others own stays.
            try scratch.rename("etc/rc3.d/S95p", to: "etc/rc3.d/K01p")
            try scratch.makeLink("etc/rc3.d/S01pp", target: "../init.d/pp")
            try scratch.makeLink("etc/rc3.d/S02p", target: "/srv/p")
            try control.remove(recorded: nil)
            #expect(try scratch.directory("etc/rc3.d").names() == ["S01pp", "S02p"])
            #expect(try scratch.directory("etc/rc0.d").names() == [])
            #expect(try scratch.directory("etc/init.d").names() == [])
        }
    }

    @Test func `a machine with neither gets nothing, and is told how to start`() throws {
        try withImage(["etc"]) { (scratch, control) throws in
            #expect(try control.install() == [])
            #expect(try control.enableAtFirstInstall() == [])
            #expect(try scratch.directory("etc").names() == [])
            #expect(control.howToStart.contains("/opt/p/bin/start-agent"))
        }
    }

    @Test func `an update writes what differs and never enables again`() throws {
        try withImage(["etc/init.d"], [Self.systemd, Self.sysvInstall]) { (scratch, control) throws in
            _ = try control.install()
            _ = try control.enableAtFirstInstall()
            let before = try scratch.status("etc/systemd/system/p.service")
            try scratch.removeFile("etc/systemd/system/multi-user.target.wants/p.service")
            #expect(try control.install() == [Self.unit, Self.script])
            #expect(try scratch.status("etc/systemd/system/p.service") == before)
            #expect(try !control.state().isEnabled)
            try scratch.file("etc/systemd/system/p.service", [.write, .append]).write("# edited\n")
            _ = try control.install()
            let unit = try scratch.file("etc/systemd/system/p.service").readToEnd(limit: 1000)
            #expect(String(decoding: unit, as: UTF8.self) == servicePlan().service?.unit)
        }
    }

    @Test func `the links of a merged file system and of EL are followed`() throws {
        try withImage(["usr/lib/systemd", "etc/rc.d/init.d", "etc/rc.d/rc3.d"], [Self.systemd]) { (scratch, _) throws in
            try scratch.makeLink("lib", target: "usr/lib")
            try scratch.makeLink("etc/init.d", target: "rc.d/init.d")
            try scratch.makeLink("etc/rc3.d", target: "rc.d/rc3.d")
            try scratch.removeFile(Self.systemd)
            let control = try ServiceControl(plan: servicePlan(), basePath: scratch.path)
            #expect(try control.install() == [Self.script])
            #expect(try control.enableAtFirstInstall() == ["/etc/rc3.d/S95p"])
            #expect(try scratch.linkTarget("etc/rc.d/rc3.d/S95p") == "../init.d/p")
            try control.remove(recorded: nil)
            #expect(try scratch.directory("etc/rc.d/rc3.d").names() == [])
        }
    }

    @Test(arguments: [
        ("[Install]\nWantedBy=a.target b.target\nWantedBy=c.target\n", ["a.target", "b.target", "c.target"]),
        ("[Unit]\nWantedBy=no\n[Install]\nAlias=x\n", []),
        ("[Install]\n[Service]\nWantedBy=no\n", []),
    ])
    func `targets are those of the install section`(unit: String, targets: [String]) {
        #expect(InstallSection.targets(ofUnit: unit) == targets)
    }
}
