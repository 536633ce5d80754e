import Diagnostics
import LinuxIO
import SetupPlan
import TestSupport
import Testing

@testable import SetupCore

/// A `.bin` on a machine where dpkg owns the product's directory.
@Suite(.enabled(if: System.effectiveUser == 0, "what is installed belongs to root")) struct MixedInstallationTests {
    private func refusal(_ base: borrowing Directory) -> Failure? {
        do throws(Failure) { _ = try Survey(of: SampleInstaller().plan, base: base) } catch { return error }
        return nil
    }

    private func write(_ text: String, _ path: String, _ scratch: borrowing Directory) throws {
        try scratch.makeDirectories(PathText.parent(path))
        try scratch.file(path, [.write, .create, .truncate]).write(text)
    }

    private let list = "/.\n/opt\n/opt/demo\n/opt/demo/lib\n"

    @Test func `any package of the product is an owner, and all are named`() throws {
        try withScratch { scratch in
            let info = "var/lib/dpkg/info/"
            try write(list, info + "demo-jre:amd64.list", scratch)
            #expect(
                refusal(scratch)
                    == Failure(
                        .conflict, "Demo Agent is installed as the dpkg package demo-jre",
                        hints: ["Update or remove it with dpkg: sudo apt remove demo-jre"]))
            try write(list, info + "demo.list", scratch)
            #expect(
                refusal(scratch)
                    == Failure(
                        .conflict, "Demo Agent is installed as the dpkg packages demo and demo-jre",
                        hints: ["Update or remove it with dpkg: sudo apt remove demo demo-jre"]))
        }
    }

    @Test(arguments: ["unpacked", "half-configured", "half-installed", "triggers-pending", "installed"])
    func `a package that is installed in part counts`(state: String) throws {
        try withScratch { scratch in
            try write(list, "var/lib/dpkg/info/demo.list", scratch)
            try write("Package: demo\nStatus: install ok \(state)\n", "var/lib/dpkg/status", scratch)
            #expect(refusal(scratch)?.code == .conflict)
        }
    }

    @Test func `a package whose conffiles are left is none, unless another architecture is there`() throws {
        try withScratch { scratch in
            try write(list, "var/lib/dpkg/info/demo.list", scratch)
            let removed = "Package: demo\nStatus: deinstall ok config-files\nArchitecture: amd64\n"
            try write(removed, "var/lib/dpkg/status", scratch)
            #expect(refusal(scratch) == nil)
            try write(
                removed + "\nPackage: demo\nStatus: install ok installed\nArchitecture: i386\n", "var/lib/dpkg/status",
                scratch)
            #expect(refusal(scratch)?.code == .conflict)
        }
    }

    @Test func `in an image without rpm's answer the package's runtime tells`() throws {
        try withPackage(.rpm) { machine throws in
            let image = try machine.scratch.directory("machine")
            #expect(refusal(image)?.message == "Demo Agent is installed as the rpm package demo")
            try machine.scratch.file("machine/opt/demo/bin/start-agent", [.write, .truncate]).write("X")
            #expect(refusal(image)?.message.hasSuffix("/opt/demo/bin is in the way, and setup didn't make it") == true)
        }
    }

    /// dpkg itself: installs, removes with a directory that can't go, purges.
    @Test(.enabled(if: Subprocess.find("dpkg") != nil, "dpkg is the oracle"))
    func `dpkg's own database is read as dpkg means it`() throws {
        try withScratch { scratch in
            for path in ["image/var/lib/dpkg/info", "image/var/lib/dpkg/updates", "image/opt", "image/etc"] {
                try scratch.makeDirectories(path)
            }
            try write("", "image/var/lib/dpkg/status", scratch)
            try write("a\n", "deb/opt/demo/jre/a", scratch)
            try write("#!/bin/sh\n", "deb/etc/demo.conf", scratch)
            try write("/etc/demo.conf\n", "deb/DEBIAN/conffiles", scratch)
            try write(
                "Package: demo-jre\nVersion: 1\nArchitecture: all\nMaintainer: A <a@example.com>\nDescription: d\n",
                "deb/DEBIAN/control", scratch)
            for directory in ["deb", "deb/DEBIAN"] { try scratch.directory(directory).descriptor.setMode(0o755) }
            func run(_ words: String...) throws {
                let result = try Subprocess.run(["/usr/bin/env", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"] + words)
                try #require(result.status == 0, "\(words): \(result.errorText)")
            }
            let root = "--root=\(scratch.path)/image"
            try run("dpkg-deb", "--build", scratch.path + "/deb", scratch.path + "/x.deb")
            try run("dpkg", root, "--log=/dev/null", "--install", scratch.path + "/x.deb")
            let image = try scratch.directory("image")
            #expect(refusal(image)?.message == "Demo Agent is installed as the dpkg package demo-jre")
            try write("mine", "image/opt/demo/jre/foreign", scratch)
            try run("dpkg", root, "--log=/dev/null", "--remove", "demo-jre")
            // The directory stays in the list, but the package isn't installed any more.
            let left = try image.file("var/lib/dpkg/info/demo-jre.list").readToEnd(limit: 1 << 16)
            #expect(left.containsSequence(Array("/opt/demo\n".utf8)))
            #expect(try PackageOwner.find(of: "/opt/demo", base: image) == nil)
            try run("dpkg", root, "--log=/dev/null", "--purge", "demo-jre")
            #expect(try PackageOwner.find(of: "/opt/demo", base: image) == nil)
        }
    }
}
