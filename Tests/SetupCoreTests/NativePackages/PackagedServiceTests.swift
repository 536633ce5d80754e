import LinuxIO
import SetupPlan
import TestSupport
import Testing

@testable import SetupCore

/// The service of a native package, as far as files tell.
@Suite(.enabled(if: System.effectiveUser == 0, "what is installed belongs to root")) struct PackagedServiceTests {
    private func withUnit(
        _ format: PackageFormat, _ directory: String, _ body: (borrowing Directory, ServiceControl) throws -> Void
    ) throws {
        try withScratch { scratch in
            for path in [directory, "usr/lib/systemd", "etc/systemd/system/multi-user.target.wants"] {
                try scratch.makeDirectories(path)
            }
            try scratch.file("usr/lib/systemd/systemd", [.write, .create]).write("")
            var plan = servicePlan()
            plan.format = format
            plan.package = "p"
            try body(scratch, try ServiceControl(plan: plan, basePath: scratch.path))
        }
    }

    @Test(arguments: [(PackageFormat.deb, "lib/systemd/system"), (.rpm, "usr/lib/systemd/system")])
    func `the unit is where the format has it`(format: PackageFormat, directory: String) throws {
        try withUnit(format, directory) { (scratch, control) throws in
            #expect(try !control.state().isInstalled)
            try scratch.file(directory + "/p.service", [.write, .create]).write("[Unit]\n")
            #expect(try control.state().isInstalled)
            #expect(try !control.state().isEnabled)
            try scratch.directory("etc/systemd/system/multi-user.target.wants").makeLink(
                "p.service", target: "/\(directory)/p.service")
            #expect(try control.state().isEnabled)
        }
    }

    @Test func `a mask is found where administrators put it, and told apart from an installer's`() throws {
        try withUnit(.deb, "lib/systemd/system") { (scratch, control) throws in
            try scratch.file("lib/systemd/system/p.service", [.write, .create]).write("[Unit]\n")
            #expect(try !control.isMasked())
            try scratch.directory("etc/systemd/system").makeLink("p.service", target: "/dev/null")
            #expect(try control.isMasked())
            #expect(try !control.state().isEnabled)
            #expect(control.howToStart.contains("`systemctl unmask p.service`, then `systemctl enable"))
        }
    }
}
