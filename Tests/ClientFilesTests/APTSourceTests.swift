import Foundation
import SiteDefinition
import Testing

@testable import ClientFiles

@Suite struct APTSourceTests {
    private func source(_ codename: String, channel: String = "stable") throws -> (Lab, APTSource) {
        let lab = try Lab()
        let site = try lab.site()
        let channel = try #require(site.channel(named: channel))
        return (lab, try #require(APTSource(site, codename: codename, in: channel)))
    }

    @Test func `Lines for new and for old clients`() throws {
        let (_, bookworm) = try source("bookworm", channel: "beta")
        #expect(
            bookworm.line()
                == "deb [arch=amd64,arm64 signed-by=/usr/share/keyrings/example-archive-keyring.gpg] "
                + "https://dist.example.com/channels/beta/apt-bookworm bookworm main\n")
        let (_, trusty) = try source("trusty")
        #expect(
            trusty.line(.everyKey) == "deb [arch=amd64] https://dist.example.com/apt-trusty trusty main\n")
    }

    @Test func `There is none for a codename that the site hasn't`() throws {
        let site = try Lab().site()
        #expect(APTSource(site, codename: "sid", in: site.firstChannel) == nil)
    }

    /// A repository in the lab, signed with the first key.
    private func publish(_ lab: Lab) throws {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 0 main/binary-"
        try lab.write(
            """
            Codename: bookworm
            Date: Thu, 02 Jan 2020 00:00:00 UTC
            Architectures: amd64 arm64
            Components: main
            SHA256:
             \(empty)amd64/Packages
             \(empty)arm64/Packages

            """, to: "repo/dists/bookworm/Release")
        for architecture in ["amd64", "arm64"] {
            try lab.write("", to: "repo/dists/bookworm/main/binary-\(architecture)/Packages")
        }
        try lab.write(Keys.secretText, to: "secret.asc")
        try lab.run("gpg", "--batch", "--import", "secret.asc")
        try lab.run(
            "gpg", "--batch", "--clearsign", "-o", "repo/dists/bookworm/InRelease", "repo/dists/bookworm/Release")
        try lab.run("gpgconf", "--kill", "all")
    }

    /// `apt-get update` with a file of sources whose repository and keyring are in the lab.
    private func update(_ lab: Lab, _ file: String, _ text: String, code: Int32 = 0) throws -> String {
        for folder in ["etc/apt/sources.list.d", "etc/apt/preferences.d", "state/lists/partial", "cache", "dpkg"] {
            try FileManager.default.createDirectory(
                atPath: lab.path + "/" + folder, withIntermediateDirectories: true)
        }
        try lab.write("", to: "dpkg/status")
        let moved = text.replacing("https://dist.example.com/", with: "file:\(lab.path)/")
            .replacing("/apt-bookworm", with: "/repo").replacing("/usr/share/keyrings", with: lab.path)
        try lab.write(moved, to: "etc/apt/sources.list.d/" + file)
        return try lab.run(
            "apt-get", "-o", "Dir::Etc=\(lab.path)/etc/apt", "-o", "Dir::State=\(lab.path)/state", "-o",
            "Dir::State::status=\(lab.path)/dpkg/status", "-o", "Dir::Cache=\(lab.path)/cache", "-o",
            "APT::Sandbox::User=root", "-o", "APT::Architecture=amd64", "-o", "Acquire::Languages=none", "-o",
            "APT::Update::Error-Mode=any", "update", code: code
        ).output
    }

    @Test(arguments: ["example.list", "example.sources", "embedded.sources"])
    func `apt updates with the current key, be it in the line's keyring, the stanza's or the stanza itself`(
        file: String
    ) throws {
        let (lab, source) = try source("bookworm")
        let keys = try lab.aptKeys()
        try publish(lab)
        try Data(keys.keyring).write(to: URL(fileURLWithPath: lab.path + "/example-archive-keyring.gpg"))
        let texts = [
            "example.list": source.line(), "example.sources": source.deb822,
            "embedded.sources": source.deb822(embedding: keys),
        ]
        let text = try #require(texts[file])
        let output = try update(lab, file, text)
        #expect(!output.contains("W:") && output.contains("bookworm InRelease"), "\(output)")
        let lists = try FileManager.default.contentsOfDirectory(atPath: lab.path + "/state/lists")
        #expect(lists.contains { $0.hasSuffix("_dists_bookworm_InRelease") }, "\(lists)")
    }

    @Test(arguments: ["example.list", "example.sources", "embedded.sources"])
    func `apt refuses what another key signed`(file: String) throws {
        let (lab, source) = try source("bookworm")
        try publish(lab)
        // The role with the second key alone.
        let other = try ClientKeys(RoleKeys(current: try #require(lab.site().keys.rpm).current), below: lab.path)
        try Data(other.keyring).write(to: URL(fileURLWithPath: lab.path + "/example-archive-keyring.gpg"))
        let texts = [
            "example.list": source.line(), "example.sources": source.deb822,
            "embedded.sources": source.deb822(embedding: other),
        ]
        let text = try #require(texts[file])
        let output = try update(lab, file, text, code: 100)
        #expect(output.contains("NO_PUBKEY 64B332436469ABED"), "\(output)")
    }
}
