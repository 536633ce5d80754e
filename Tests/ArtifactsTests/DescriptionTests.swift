import Artifacts
import BinFormat
import Diagnostics
import Digests
import Foundation
import LinuxIO
import TestSupport
import Testing

@Suite struct DescriptionTests {
    private func entry(_ artifact: Artifact, _ path: String) throws -> ArtifactEntry {
        try #require(artifact.entries?.first { $0.path == path }, "\(path)")
    }

    @Test func `a package of dpkg-deb is described`() throws {
        let lab = try PackageLab()
        let path = try lab.deb()
        let package = try OpenArtifact(path).description()
        #expect(package.format == .deb && package.identity.name == "demo" && package.identity.version == "1.0-1")
        #expect(package.identity.summary == "a demo" && package.identity.homepage == "https://example.com")
        #expect(package.fields.contains(ArtifactField("Maintainer", "A <a@example.com>")))
        #expect(!package.fields.contains { $0.name == "Depends" })
        #expect(package.fields.last == ArtifactField("DEBIAN/shlibs", "libdemo 1 demo\n"))
        #expect(
            package.relations == [
                ArtifactRelation("depends", "libc6"), ArtifactRelation("depends", "one | two (>= 2)"),
            ])
        #expect(
            package.scripts == [
                ArtifactScript(name: "postinst", interpreter: "/bin/sh", text: "#!/bin/sh\nexit 0\n")
            ])
        #expect(package.conffiles == ["/etc/demo.conf"])
        let file = try entry(package, "/opt/demo/a")
        #expect(file.kind == .file && file.size == 6 && file.mode == 0o644 && file.owner == "root")
        #expect(file.sha256 == SHA256.digest(Array("alpha\n".utf8)))
        #expect(file.stated?.hex == Hexadecimal.text(try MessageDigest.digest(Array("alpha\n".utf8), .md5)))
        #expect(try entry(package, "/etc/demo.conf").flags == ["conffile"])
        #expect(try entry(package, "/opt/demo/link").target == "a")
        #expect(package.compression.compressor == "xz" && !package.compression.blocks.isEmpty)
        let listed = try lab.run("/usr/bin/dpkg-deb", "-c", path).text.split(separator: "\n").count
        #expect(package.entries?.count == listed)
        #expect(try OpenArtifact(path).description(listsPaths: false).entries == nil)
    }

    @Test func `a package of rpmbuild is described`() throws {
        let lab = try PackageLab()
        let path = try lab.rpm()
        let package = try OpenArtifact(path).description()
        #expect(package.format == .rpm && package.identity.version == "1.0-1")
        #expect(package.identity.architecture == "amd64")
        #expect(package.fields.contains(ArtifactField("license", "MIT")))
        #expect(package.relations.contains(ArtifactRelation("requires", "libc6")))
        #expect(package.relations.contains(ArtifactRelation("requires", "/bin/sh (post)")))
        #expect(package.scripts.map(\.name) == ["post"])
        #expect(try entry(package, "/etc/demo.conf").flags == ["config", "noreplace"])
        #expect(try entry(package, "/var/opt/demo.state").flags.first == "ghost")
        #expect(try entry(package, "/opt/demo/a").sha256 == SHA256.digest(Array("alpha\n".utf8)))
        #expect(package.compression.compressor == "xz")
        let sha256 = try lab.run("/usr/bin/rpm", "-qp", "--qf", "%{SHA256HEADER}", path).text
        #expect(package.statements.contains(ArtifactStatement("header", "sha256", sha256)))
        #expect(package.parts.reduce(0) { $0 + $1.size } <= package.size)
    }

    @Test func `a payload that can't be read here is named, and the rest shown`() throws {
        let lab = try PackageLab()
        let path = try lab.rpm(payload: "w3.zstdio")
        let package = try OpenArtifact(path).description()
        #expect(package.compression.compressor == "zstd" && package.entries?.isEmpty == false)
        let checked = try ArtifactVerification(of: path)
        #expect(checked.checks.contains { !$0.isProven && $0.finding.contains("zstd is not supported") })
        #expect(checked.exceptions == ["what is not proven above"])
        // Its bytes are covered all the same.
        try lab.flip(path, at: -20)
        #expect(throws: Failure.self) { try ArtifactVerification(of: path) }
    }

    @Test func `an installer's parts are all of its bytes`() throws {
        try withScratch { scratch in
            _ = try SampleInstaller().build("x.bin", in: scratch)
            let artifact = try OpenArtifact(PathText.join(scratch.path, "x.bin")).description()
            #expect(artifact.format == .bin && artifact.identity.name == "demo")
            #expect(artifact.parts.map(\.name) == ["head", "payload", "plan", "trailer"])
            #expect(artifact.parts.reduce(0) { $0 + $1.size } == artifact.size)
            #expect(artifact.compression.blocks.allSatisfy { $0.filters != nil })
            #expect(artifact.fields.contains(ArtifactField("paths.root", "/opt/demo")))
            #expect(artifact.entries?.map(\.path) == ["lib", "lib/a", "tool"])
        }
    }

    @Test(arguments: [
        ("#!/bin/sh\n# This script was generated using Makeself 2.4.5\n", "made by makeself"),
        ("#!/usr/bin/python3\n", "a script for /usr/bin/python3"), ("", "it is empty"),
        ("<!DOCTYPE html><html>", "an HTML or XML page"), ("\u{1F}\u{8B}", "unknown data"), ("PK\u{3}\u{4}", "a zip"),
        ("!<arch>\nfoo.o/          ", "an ar archive"), ("name: x\nversion: 1\n", "text"), ("\u{0}\u{0}", "zeros"),
        ("\u{7F}ELF\u{2}\u{1}", "an ELF file without a plan"), ("MZ\u{1}", "a Windows program"),
    ])
    func `other files are named for what they look like`(content: String, likeness: String) throws {
        let lab = try PackageLab()
        try lab.write(content, to: "file")
        #expect {
            _ = try OpenArtifact(lab.path + "/file")
        } throws: { error in
            guard let failure = error as? Failure else { return false }
            return failure.code == .integrity && failure.message.contains(likeness)
        }
    }

    @Test func `a directory can't be read`() throws {
        let lab = try PackageLab()
        #expect {
            _ = try OpenArtifact(lab.path)
        } throws: { error in
            (error as? Failure).map { $0.code == .failed && $0.message.contains("is a directory") } ?? false
        }
    }
}
