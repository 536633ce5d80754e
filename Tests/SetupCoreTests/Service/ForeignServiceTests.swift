import Diagnostics
import LinuxIO
import SetupPlan
import TestSupport
import Testing

@testable import SetupCore

/// Units and init scripts of the service's name that somebody else made, and masked units.
@Suite(.enabled(if: System.effectiveUser == 0, "what is installed belongs to root")) struct ForeignServiceTests {
    private static let unit = "/etc/systemd/system/p.service"
    private static let script = "/etc/init.d/p"
    private static let wants = "etc/systemd/system/multi-user.target.wants"

    /// An image with systemd that takes init scripts too.
    private func withImage(_ body: (borrowing Directory, ServiceControl) throws -> Void) throws {
        try withScratch { scratch in
            for directory in ["etc/init.d", "etc/rc3.d", "etc/systemd/system", "usr/lib/systemd"] {
                try scratch.makeDirectories(directory)
            }
            for program in ["systemd", "systemd-sysv-install"] {
                try write("", "/usr/lib/systemd/" + program, scratch)
            }
            try body(scratch, try ServiceControl(plan: servicePlan(), basePath: scratch.path))
        }
    }

    private func write(_ text: String, _ path: String, _ scratch: borrowing Directory) throws {
        try scratch.file(String(path.dropFirst()), [.write, .create, .truncate]).write(text)
    }

    private func text(_ path: String, _ scratch: borrowing Directory) throws -> String {
        String(decoding: try scratch.file(String(path.dropFirst())).readToEnd(limit: 1 << 16), as: UTF8.self)
    }

    /// The failure of a check, which must be a conflict.
    private func conflict(_ control: ServiceControl, _ recorded: [String] = []) -> String? {
        do throws(Failure) {
            try control.checkForeign(recorded: recorded)
            return nil
        } catch {
            #expect(error.code == .conflict)
            return error.message
        }
    }

    @Test(arguments: [unit, script])
    func `a file of somebody else is a conflict and outlives the removal`(path: String) throws {
        try withImage { (scratch, control) throws in
            #expect(conflict(control) == nil)
            try write("theirs\n", path, scratch)
            #expect(try #require(conflict(control)).contains(path))
            #expect(conflict(control, [path]) == nil)
            #expect(conflict(control, ["/etc", "/elsewhere"]) != nil)
            for recorded in [nil, []] as [[String]?] {
                #expect(try control.remove(recorded: recorded) == [path])
                #expect(try text(path, scratch) == "theirs\n")
            }
            #expect(try control.remove(recorded: [path]) == [])
            #expect(try scratch.status(String(path.dropFirst())) == nil)
        }
    }

    @Test(arguments: [unit, script]) func `a file with the plan's text is the service's own`(path: String) throws {
        try withImage { (scratch, control) throws in
            _ = try control.install()
            #expect(conflict(control) == nil)
            #expect(try control.remove(recorded: nil) == [])
            #expect(try scratch.status(String(path.dropFirst())) == nil)
        }
    }

    @Test(arguments: [
        (unit, "[Service]\nType=simple\nExecStart=/opt/p/bin/start-agent\n"),
        (script, "#!/bin/sh\nprogram=\"/opt/p/bin/start-agent\"\nexec \"$program\" service \"$@\"\n"),
    ])
    func `what an older version left is the service's own`(path: String, old: String) throws {
        try withImage { (scratch, control) throws in
            try write(old, path, scratch)
            #expect(conflict(control) == nil)
            #expect(try control.install().contains(path))
            #expect(try text(path, scratch) != old)
            try write(old + "# /opt/p/bin/start-agent\n", path, scratch)
            #expect(try control.remove(recorded: nil) == [])
            try write("ExecStart=/opt/p/bin/start-agent-2\n#program=\"/opt/p/bin/start-agent\"\n", path, scratch)
            #expect(conflict(control) != nil)
        }
    }

    @Test func `what starts a service of somebody else stays`() throws {
        try withImage { (scratch, control) throws in
            try write("theirs\n", Self.unit, scratch)
            try write("theirs\n", Self.script, scratch)
            try scratch.makeDirectories(Self.wants)
            try scratch.makeLink(Self.wants + "/p.service", target: Self.unit)
            try scratch.makeLink("etc/rc3.d/S95p", target: "../init.d/p")
            #expect(try control.remove(recorded: []) == [Self.unit, Self.script])
            #expect(try scratch.directory(Self.wants).names() == ["p.service"])
            #expect(try scratch.directory("etc/rc3.d").names() == ["S95p"])
        }
    }

    @Test func `a unit that is a link elsewhere is a conflict, recorded or not`() throws {
        try withImage { (scratch, control) throws in
            try scratch.makeLink("etc/systemd/system/p.service", target: "/srv/p.service")
            #expect(try #require(conflict(control)).contains("/srv/p.service"))
            #expect(conflict(control, [Self.unit]) != nil)
            #expect(throws: Failure.self) { _ = try control.install() }
            #expect(try control.remove(recorded: [Self.unit]) == [Self.unit])
            #expect(try scratch.linkTarget("etc/systemd/system/p.service") == "/srv/p.service")
        }
    }

    @Test func `a masked unit is accepted and left alone`() throws {
        try withImage { (scratch, control) throws in
            try scratch.makeLink("etc/systemd/system/p.service", target: "/dev/null")
            #expect(conflict(control) == nil)
            #expect(try control.install() == [Self.script])
            #expect(try control.enableAtFirstInstall() == [])
            #expect(try !control.state().isEnabled)
            #expect(try control.start() == false)
            #expect(try control.restartOnce() == false)
            #expect(control.howToStart.contains("systemctl unmask p.service"))
            #expect(try control.remove(recorded: [Self.script]) == [Self.unit])
            #expect(try scratch.linkTarget("etc/systemd/system/p.service") == "/dev/null")
            #expect(try scratch.directory("etc/rc3.d").names() == [])
        }
    }

    @Test(.enabled(if: Subprocess.find("deb-systemd-helper") != nil, "it is the oracle"))
    func `the mask of a package that was removed and not purged is nobody's decision`() throws {
        try withImage { (scratch, control) throws in
            let mask = [
                "/usr/bin/env", "DPKG_MAINTSCRIPT_PACKAGE=p", "DPKG_ROOT=\(scratch.path)", "deb-systemd-helper", "mask",
                "p.service",
            ]
            let result = try Subprocess.run(mask)
            try #require(result.status == 0, "\(result.errorText)")
            #expect(try scratch.linkTarget("etc/systemd/system/p.service") == "/dev/null")
            #expect(try scratch.status("var/lib/systemd/deb-systemd-helper-masked/p.service") != nil)
            #expect(conflict(control) == nil)
            #expect(try control.install() == [Self.unit, Self.script])
            #expect(try scratch.status("etc/systemd/system/p.service")?.kind == .file)
            #expect(try scratch.status("var/lib/systemd/deb-systemd-helper-masked/p.service") == nil)
            #expect(try !control.enableAtFirstInstall().isEmpty)
            #expect(try control.state().isEnabled)
        }
    }

    @Test func `masking later disables, and the links of the installation still go`() throws {
        try withImage { (scratch, control) throws in
            let made = try control.install() + control.enableAtFirstInstall()
            try scratch.removeFile("etc/systemd/system/p.service")
            try scratch.makeLink("etc/systemd/system/p.service", target: "/dev/null")
            #expect(conflict(control, made) == nil)
            #expect(try control.install() == [Self.script])
            #expect(try !control.state().isEnabled)
            #expect(try control.remove(recorded: made) == [Self.unit])
            #expect(try scratch.status(Self.wants) == nil)
        }
    }
}
