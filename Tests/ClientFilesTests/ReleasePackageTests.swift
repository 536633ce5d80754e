import Diagnostics
import Foundation
import LinuxIO
import SiteDefinition
import Testing

@testable import ClientFiles

@Suite struct ReleasePackageTests {
    private static let filter = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("EndToEnd/rpmlint.toml").path

    @Test func `rpm reads it: a .repo file as configuration, each key in a file of its own`() throws {
        let lab = try Lab()
        let file = try lab.releasePackage()
        #expect(file.hasSuffix("/my-agent-release-2026.1-1.noarch.rpm"))
        let files = try lab.run("rpm", "-qp", "--qf", "[%{FILEMODES:perms} %{FILEFLAGS:fflags} %{FILENAMES}\\n]", file)
        #expect(
            files.output.split(separator: "\n").map(String.init) == [
                "-rw-r--r--  /etc/pki/rpm-gpg/RPM-GPG-KEY-my-agent-rpm-1",
                "-rw-r--r--  /etc/pki/rpm-gpg/RPM-GPG-KEY-my-agent-rpm-2",
                "-rw-r--r-- cn /etc/yum.repos.d/my-agent.repo",
                "drwxr-xr-x  /usr/share/licenses/my-agent-release",
                "-rw-r--r-- l /usr/share/licenses/my-agent-release/LICENSE",
            ])
        try lab.run("rpmkeys", "-Kv", "--nosignature", file)
        try lab.run("sh", "-c", "rpm2cpio '\(file)' | cpio -id --quiet")
        let repository = try lab.text("etc/yum.repos.d/my-agent.repo")
        #expect(
            repository == """
                [my-agent]
                name=My Agent
                baseurl=https://dist.example.com/yum/$basearch
                enabled=1
                gpgcheck=1
                repo_gpgcheck=1
                gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-my-agent-rpm-1
                       file:///etc/pki/rpm-gpg/RPM-GPG-KEY-my-agent-rpm-2

                """)
    }

    @Test func `rpmlint names no error`() throws {
        let lab = try Lab()
        let found = try lab.run("rpmlint", "-c", Self.filter, try lab.releasePackage(), code: nil).output
        #expect(found.contains(" 0 errors"), "\(found)")
    }

    @Test func `The keys are those of the definition, and gpg reads each`() throws {
        let lab = try Lab()
        try lab.run("sh", "-c", "rpm2cpio '\(try lab.releasePackage())' | cpio -id --quiet")
        for (name, fingerprint) in [("rpm-1", Keys.second), ("rpm-2", Keys.first)] {
            let listed = try lab.run(
                "gpg", "--batch", "--show-keys", "--with-colons", "etc/pki/rpm-gpg/RPM-GPG-KEY-my-agent-\(name)")
            #expect(listed.output.contains("fpr:::::::::\(fingerprint):"))
        }
    }

    @Test func `rpm verifies the package with the key that it brings`() throws {
        let lab = try Lab()
        try lab.run(
            "gpg", "--batch", "--passphrase", "", "--quick-generate-key", "R <r@example.com>", "rsa2048", "sign",
            "never")
        defer { _ = try? lab.run("gpgconf", "--kill", "all") }
        let listed = try lab.run("gpg", "--batch", "--list-keys", "--with-colons").output
        let line = try #require(listed.split(separator: "\n").first { $0.hasPrefix("fpr:") })
        let fingerprint = String(try #require(line.split(separator: ":").last))
        try lab.run("gpg", "--batch", "--yes", "--armor", "--export", "-o", "keys/rpm-1.asc", fingerprint)
        let site = try lab.site(rpmKey: fingerprint)
        let role = try #require(site.keys.rpm)
        let product = try #require(site.products.first)
        let made = try ReleasePackage(
            site, product, keys: ClientKeys(role, below: lab.path), timestamp: 1_700_000_000)
        let package = try #require(made)
        try package.write(in: try Directory.open(lab.path)) { content throws(Failure) in
            do {
                let bytes = try content.read(Int(content.size), at: 0)
                try Data(bytes).write(to: URL(fileURLWithPath: lab.path + "/content"))
                try lab.run("gpg", "--batch", "--yes", "--detach-sign", "-o", "content.sig", "content")
                return try readFile(lab.path + "/content.sig")
            } catch { throw Failure(.failed, "\(error)") }
        }
        try lab.run("sh", "-c", "rpm2cpio '\(package.fileName)' | cpio -id --quiet")
        let key = "etc/pki/rpm-gpg/RPM-GPG-KEY-my-agent-rpm-1"
        let unknown = try lab.run("rpmkeys", "--dbpath", lab.path + "/db", "-K", package.fileName, code: 1).output
        #expect(unknown.contains("SIGNATURES NOT OK"), "\(unknown)")
        try lab.run("rpmkeys", "--dbpath", lab.path + "/db", "--import", key)
        let known = try lab.run("rpmkeys", "--dbpath", lab.path + "/db", "-K", package.fileName).output
        #expect(known.contains("digests signatures OK"), "\(known)")
    }

    @Test func `A signer that fails leaves no package`() throws {
        let lab = try Lab()
        let site = try lab.site()
        let product = try #require(site.products.first)
        let made = try ReleasePackage(site, product, keys: lab.rpmKeys(), timestamp: 1_700_000_000)
        let package = try #require(made)
        let failure = #expect(throws: Failure.self) {
            try package.write(in: try Directory.open(lab.path)) { _ throws(Failure) in
                throw Failure(.failed, "no signer")
            }
        }
        #expect(failure?.message == "no signer")
        #expect(try FileManager.default.contentsOfDirectory(atPath: lab.path) == ["keys"])
    }

    /// Installs into a root of the lab, without scripts: there is no shell.
    private func install(_ lab: Lab, _ action: String, _ file: String) throws {
        try lab.run("rpm", "--root", lab.path + "/root", "--noscripts", "--nodeps", "--nosignature", action, file)
    }

    @Test func `What the administrator changed in the .repo file stays at an upgrade`() throws {
        let lab = try Lab()
        try install(lab, "-i", try lab.releasePackage())
        try lab.write("[my-agent]\nenabled=0\n", to: "root/etc/yum.repos.d/my-agent.repo")
        try install(lab, "-U", try lab.releasePackage("2026.2", title: "Another name"))
        #expect(try lab.text("root/etc/yum.repos.d/my-agent.repo") == "[my-agent]\nenabled=0\n")
        #expect(try lab.text("root/etc/yum.repos.d/my-agent.repo.rpmnew").contains("name=Another name\n"))
    }

    @Test func `The file that yum-config-manager fetched before isn't lost`() throws {
        let lab = try Lab()
        try lab.write("[my-agent]\nfetched=1\n", to: "root/etc/yum.repos.d/my-agent.repo")
        try install(lab, "-i", try lab.releasePackage())
        #expect(try lab.text("root/etc/yum.repos.d/my-agent.repo") == "[my-agent]\nfetched=1\n")
        #expect(try lab.text("root/etc/yum.repos.d/my-agent.repo.rpmnew").contains("name=My Agent\n"))
    }

    /// Runs a scriptlet whose directories are moved into the lab.
    private func script(_ lab: Lab, _ tag: String, _ argument: String) throws {
        let text = try lab.run("rpm", "-qp", "--qf", "%{\(tag)}", try lab.releasePackage()).output
        try lab.write("#!/bin/sh\n" + text, to: "scriptlet")
        try lab.run("shellcheck", "-s", "dash", "scriptlet")
        try lab.write(text.replacing("/etc/zypp", with: lab.path + "/zypp"), to: "moved")
        try lab.run("dash", "moved", argument)
    }

    @Test func `zypper finds the file where it looks, for as long as the package is there`() throws {
        let lab = try Lab()
        let manager = FileManager.default
        try script(lab, "POSTIN", "1")
        #expect(!manager.fileExists(atPath: lab.path + "/zypp"))
        try manager.createDirectory(atPath: lab.path + "/zypp/repos.d", withIntermediateDirectories: true)
        let link = lab.path + "/zypp/repos.d/my-agent.repo"
        try script(lab, "POSTIN", "1")
        #expect(try manager.destinationOfSymbolicLink(atPath: link) == "/etc/yum.repos.d/my-agent.repo")
        try script(lab, "POSTIN", "2")
        try script(lab, "POSTUN", "1")
        #expect(try manager.destinationOfSymbolicLink(atPath: link) == "/etc/yum.repos.d/my-agent.repo")
        try script(lab, "POSTUN", "0")
        #expect(try manager.contentsOfDirectory(atPath: lab.path + "/zypp/repos.d") == [])
        try lab.write("mine", to: "zypp/repos.d/my-agent.repo")
        try script(lab, "POSTIN", "1")
        try script(lab, "POSTUN", "0")
        #expect(try lab.text("zypp/repos.d/my-agent.repo") == "mine")
    }
}
