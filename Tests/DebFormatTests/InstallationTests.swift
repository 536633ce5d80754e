import DebFormat
import Diagnostics
import LinuxIO
import TestSupport
import Testing

/// dpkg, which asks for root, installs our packages into a root of its own.
@Suite(.enabled(if: System.effectiveUser == 0, "needs root")) struct InstallationTests {
    /// Runs dpkg on an empty root.
    private func dpkg(_ arguments: [String], root: String) throws -> ProcessResult {
        try Subprocess.run(
            ["/usr/bin/dpkg", "--root=" + root, "--force-script-chrootless,depends,unsafe-io", "--no-debsig"]
                + arguments,
            environment: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8"], limit: 1 << 24, timeout: 600)
    }

    private func makeRoot(_ scratch: borrowing Directory) throws -> String {
        try scratch.makeDirectories("root/var/lib/dpkg/info", mode: 0o755)
        try scratch.makeDirectories("root/var/lib/dpkg/updates", mode: 0o755)
        try scratch.makeDirectories("root/var/log", mode: 0o755)
        try scratch.file("root/var/lib/dpkg/status", [.write, .create]).write("")
        return PathText.join(scratch.path, "root")
    }

    private func install(_ sample: SamplePackage) throws {
        try withScratch { scratch in
            let root = try makeRoot(scratch)
            let path = try sample.write("demo.deb", in: scratch)
            let installed = try dpkg(["-i", path], root: root)
            #expect(installed.status == 0, "\(installed.errorText)")
            let verified = try dpkg(["--verify", "demo"], root: root)
            #expect(verified.status == 0)
            #expect(verified.text == "", "\(verified.text)")
            let listed = try dpkg(["-L", "demo"], root: root).text
            #expect(listed.utf8.split(separator: 0x0A).count == sample.content.count + 1)

            // The tree is what the package says.
            for entry in sample.content {
                let status = try #require(try scratch.status("root" + entry.path), "\(entry.path)")
                switch entry.content {
                case .directory: #expect(status.kind == .directory)
                case .link(let target): #expect(try scratch.linkTarget("root" + entry.path) == target)
                case .file(let text):
                    #expect(status.size == UInt64(text.utf8.count))
                    #expect(status.mode == entry.mode, "\(entry.path)")
                }
            }
            // A changed file is found by the sums in the package.
            let file = sample.content.first { entry in
                if case .file = entry.content { !sample.conffiles.contains(entry.path) } else { false }
            }
            if let file {
                try scratch.file("root" + file.path, [.write]).write("changed")
                let damaged = try dpkg(["--verify", "demo"], root: root)
                #expect(damaged.text.hasSuffix("\(file.path)\n"), "\(damaged.text)")
            }
            #expect(try dpkg(["--purge", "demo"], root: root).status == 0)
            for entry in sample.content {
                let status = try scratch.status("root" + entry.path)
                #expect(status == nil, "\(entry.path)")
            }
        }
    }

    @Test func `a package with scripts, configuration and triggers`() throws {
        var sample = SamplePackage()
        sample.scripts = [.postinst: "#!/bin/sh\nset -e\necho \"$@\" >> \"$DPKG_ROOT/ran\"\n"]
        sample.conffiles = ["/etc/demo.conf"]
        sample.triggers = ["interest-noawait demo-restart"]
        try install(sample)
    }

    @Test func `one file`() throws { try install(SamplePackage(files: [("/one", .file("1"), 0o755)])) }

    @Test func `names with blanks, quotes, backslashes and accents`() throws {
        let long = String(repeating: "langer Name ", count: 15) + "x"
        var content: [(String, SamplePackage.Content, UInt32)] = [
            ("/opt", .directory, 0o755), ("/opt/a b", .directory, 0o755), ("/opt/a b/c  d", .file("1"), 0o644),
            ("/opt/ünï cödé", .file("2"), 0o644), ("/opt/日本語", .link("ünï cödé"), 0o777),
            ("/opt/back\\slash", .file("3"), 0o644), ("/opt/q'u\"o$(te)", .file("4"), 0o644),
            ("/opt/\(long)", .directory, 0o755), ("/opt/\(long)/\(long)", .file("5"), 0o644),
        ]
        content.sort { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
        try install(SamplePackage(files: content))
    }

    @Test func `twenty thousand small files`() throws {
        var content: [(String, SamplePackage.Content, UInt32)] = [("/opt", .directory, 0o755)]
        for directory in 0..<200 {
            let name = "/opt/" + String(1000 + directory)
            content.append((name, .directory, 0o755))
            for file in 0..<100 { content.append(("\(name)/\(100 + file)", .file("\(directory) \(file)\n"), 0o644)) }
        }
        var sample = SamplePackage(files: content)
        sample.blockSize = 1 << 20
        try withScratch { scratch in
            let path = try sample.write("demo.deb", in: scratch)
            let file = try open(path)
            #expect(file.md5sums?.count == 20_000)
            #expect(try file.verify().count == content.count + 1)
            let listed = try Subprocess.run(["/usr/bin/dpkg-deb", "-c", path], limit: 1 << 24)
            #expect(listed.text.utf8.split(separator: 0x0A).count == content.count + 1)
        }
        try install(sample)
    }

    @Test func `a name with a newline is refused, with the name`() throws {
        try withScratch { scratch in
            let sample = SamplePackage(files: [("/a\nb", .file("1"), 0o644)])
            let failure = #expect(throws: Failure.self) { try sample.write("demo.deb", in: scratch) }
            #expect(failure?.message.contains("a\\nb") == true)
            #expect(failure?.code == .usage)
            let names = try scratch.names()
            #expect(names.isEmpty)
        }
    }
}
