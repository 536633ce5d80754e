import Foundation
import LinuxIO
import Testing

@testable import ClientFiles

@Suite struct KeyringPackageTests {
    @Test func `dpkg-deb reads it, and it owns nothing but the keyring`() throws {
        let lab = try Lab()
        let file = try lab.keyringPackage()
        #expect(file.hasSuffix("/example-archive-keyring_2026.1_all.deb"))
        let fields = try lab.run("dpkg-deb", "-f", file).output
        #expect(fields.contains("Package: example-archive-keyring\nVersion: 2026.1\nArchitecture: all\n"))
        try lab.run("dpkg-deb", "-x", file, "tree")
        let found = try lab.run("find", "tree", "-type", "f", "-printf", "%m %p\n").output
        #expect(
            found.split(separator: "\n").sorted() == [
                "644 tree/usr/share/doc/example-archive-keyring/changelog.gz",
                "644 tree/usr/share/doc/example-archive-keyring/copyright",
                "644 tree/usr/share/keyrings/example-archive-keyring.gpg",
            ])
        let keyring = try Data(
            contentsOf: URL(fileURLWithPath: lab.path + "/tree/usr/share/keyrings/example-archive-keyring.gpg"))
        #expect(Array(keyring) == (try lab.aptKeys().keyring))
    }

    @Test func `lintian has nothing to say`() throws {
        let lab = try Lab()
        let found = try lab.run(
            "lintian", "--no-cfg", "--fail-on", "none", "--display-info", "--tag-display-limit", "0",
            // The vendor publishes it; no bug of Debian's asked for it.
            "--suppress-tags", "initial-upload-closes-no-bugs", "--allow-root", try lab.keyringPackage()
        ).output
        #expect(found == "")
    }

    @Test func `The same keys make the same bytes`() throws {
        let (lab, other) = (try Lab(), try Lab())
        let first = try Data(contentsOf: URL(fileURLWithPath: try lab.keyringPackage()))
        #expect(try Data(contentsOf: URL(fileURLWithPath: try other.keyringPackage())) == first)
    }

    /// A machine's directories in the lab, for scripts whose paths are moved there.
    private func script(_ lab: Lab, _ name: String, _ argument: String, apt: String) throws {
        let file = try lab.keyringPackage()
        try lab.run("dpkg-deb", "-e", file, "control")
        try lab.run("shellcheck", "-s", "dash", "control/" + name)
        let text = try lab.text("control/" + name).replacing(
            "/etc/apt/trusted.gpg.d", with: lab.path + "/trusted.gpg.d")
        try lab.write(text, to: "moved")
        try lab.write("#!/bin/sh\nprintf %s '\(apt)'\n", to: "bin/dpkg-query")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: lab.path + "/bin/dpkg-query")
        try FileManager.default.createDirectory(
            atPath: lab.path + "/trusted.gpg.d", withIntermediateDirectories: true)
        try lab.run("dash", "moved", argument, environment: ["PATH": lab.path + "/bin:/usr/bin:/bin"])
    }

    private func links(_ lab: Lab) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: lab.path + "/trusted.gpg.d").map { name in
            let target = try FileManager.default.destinationOfSymbolicLink(atPath: lab.path + "/trusted.gpg.d/" + name)
            return "\(name) -> \(target)"
        }
    }

    @Test func `An apt without signed-by gets the keys for every repository, and loses them again`() throws {
        let lab = try Lab()
        let link = "example-archive-keyring.gpg -> /usr/share/keyrings/example-archive-keyring.gpg"
        try script(lab, "postinst", "configure", apt: "1.0.1ubuntu2.24")
        #expect(try links(lab) == [link])
        try script(lab, "postinst", "configure", apt: "1.0.1ubuntu2.24")
        #expect(try links(lab) == [link])
        try script(lab, "postrm", "upgrade", apt: "1.0.1ubuntu2.24")
        #expect(try links(lab) == [link])
        // The machine was upgraded: apt needs it no more.
        try script(lab, "postinst", "configure", apt: "1.2.35")
        #expect(try links(lab) == [])
        try script(lab, "postinst", "configure", apt: "1.0.1ubuntu2.24")
        try script(lab, "postrm", "remove", apt: "")
        #expect(try links(lab) == [])
    }

    @Test(arguments: ["1.1", "1.1~exp9", "2.6.1", ""])
    func `Every later apt, and a machine without one, is left alone`(apt: String) throws {
        let lab = try Lab()
        try script(lab, "postinst", "configure", apt: apt)
        #expect(try links(lab) == [])
    }

    @Test func `What the administrator put there stays`() throws {
        let lab = try Lab()
        try lab.write("mine", to: "trusted.gpg.d/example-archive-keyring.gpg")
        try script(lab, "postinst", "configure", apt: "2.6.1")
        try script(lab, "postrm", "purge", apt: "2.6.1")
        #expect(try lab.text("trusted.gpg.d/example-archive-keyring.gpg") == "mine")
    }
}
