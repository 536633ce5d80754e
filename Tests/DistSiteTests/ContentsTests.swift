import Diagnostics
import Digests
import DistSite
import LinuxIO
import RepositoryFiles
import SiteDefinition
import Testing

@Suite struct ContentsTests {
    private let sample: SampleSite

    init() throws { sample = try SampleSite(apt: "contents: true") }

    private func contents(_ codename: String = "trixie", channel: String = "") throws -> [String] {
        let text = try sample.text("\(channel)apt-\(codename)/dists/\(codename)/main/Contents-amd64")
        return text.split(separator: "\n").map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
    }

    private func faults(time: Int64 = 1_800_001_100, definition: String? = nil) throws -> [String] {
        let context = try sample.publisher(time: time, definition: definition).context
        return try SiteVerifier(sample.site, context: context).verify().faults.map { "\($0.id) \($0.path)" }
    }

    /// Makes a package of the store one that can't be read.
    private func spoil(_ name: String) throws {
        let file = try StagedFile(
            replacing: "\(sample.site)/store/deb/main/a/\(name)/\(name)_1.0-1_amd64.deb", mode: 0o644)
        try file.write("gone")
        try file.commit()
    }

    @Test func `Contents are published, listed, found by hash and kept`() throws {
        let files = [try sample.deb("agent", "1.0-1"), try sample.deb("agent-jre", "1.0-1", architecture: "all")]
        try sample.publish(files)
        #expect(try contents() == ["opt/agent/agent agent", "opt/agent/agent-jre agent-jre"])
        #expect(try contents("bookworm") == contents())
        let dist = "apt-trixie/dists/trixie"
        let release = try sample.text("\(dist)/Release")
        for form in ["main/Contents-amd64", "main/Contents-amd64.gz"] {
            let bytes = try readFile("\(sample.site)/public/\(dist)/\(form)")
            let digest = SHA256.digest(bytes).hex
            #expect(release.split(separator: "\n").contains { $0.hasPrefix(" \(digest) ") && $0.hasSuffix(" \(form)") })
            #expect(try readFile("\(sample.site)/public/\(dist)/main/by-hash/SHA256/\(digest)") == bytes)
        }
        #expect(try faults() == [])
        #expect(try sample.publish(files, time: 1_900_000_000).generation == nil)
    }

    @Test func `a package is added without the others being read, as if all had come at once`() throws {
        let files = try ["agent", "agent-jre"].map { try sample.deb($0, "1.0-1") }
        try sample.publish([files[0]])
        try spoil("agent")
        try sample.publish([files[1]], time: 1_800_000_100)
        #expect(try contents() == ["opt/agent/agent agent", "opt/agent/agent-jre agent-jre"])
        let other = try SampleSite(apt: "contents: true")
        try other.publish(files)
        for form in ["", ".gz"] {
            let path = "public/apt-trixie/dists/trixie/main/Contents-amd64" + form
            #expect(try readFile("\(sample.site)/\(path)") == readFile("\(other.site)/\(path)"))
        }
    }

    @Test func `what is removed leaves, what another version has stays`() throws {
        let old = try sample.deb("agent", "1.0-1", file: "old")
        try sample.publish([old, try sample.deb("agent", "1.1-1"), try sample.deb("agent-jre", "1.0-1")])
        #expect(
            try contents() == ["opt/agent/agent agent", "opt/agent/agent-jre agent-jre", "opt/agent/old agent"])
        let publisher = try sample.publisher(time: 1_800_001_000)
        let stable = publisher.context.definition.firstChannel
        try publisher.remove(
            PackageQuery(name: "agent", version: "1.0-1"), from: stable, codenames: ["trixie"], isDryRun: false)
        #expect(try contents() == ["opt/agent/agent agent", "opt/agent/agent-jre agent-jre"])
        #expect(try contents("bookworm").count == 3)
        try publisher.remove(PackageQuery(name: "agent"), from: stable, codenames: nil, isDryRun: false)
        #expect(try contents() == ["opt/agent/agent-jre agent-jre"])
        #expect(try contents("bookworm") == contents())
        #expect(try faults() == [])
        try publisher.rollback(to: nil, isDryRun: false)
        #expect(try contents("bookworm").count == 3)
        try publisher.promote(
            PackageQuery(name: "agent"), from: stable, to: publisher.context.definition.channels[1], isDryRun: false)
        #expect(
            try contents(channel: "channels/beta/") == ["opt/agent/agent agent", "opt/agent/agent-jre agent-jre"])
        #expect(try faults() == [])
    }

    @Test func `Contents come and go with the definition`() throws {
        try sample.publish([try sample.deb("agent", "1.0-1")])
        let before = try contents()
        let without = sample.definition(apt: "contents: false")
        #expect(try sample.publish([], time: 1_800_000_100, definition: without).generation == 2)
        #expect(throws: Failure.self) { try contents() }
        #expect(try !sample.text("apt-trixie/dists/trixie/Release").contains("Contents"))
        #expect(try faults(definition: without) == [])
        try sample.publish([try sample.deb("agent-jre", "1.0-1")], time: 1_800_000_200, definition: without)
        #expect(try sample.publish([], time: 1_800_000_300).generation == 4)
        #expect(try contents() == before + ["opt/agent/agent-jre agent-jre"])
        #expect(try faults() == [])
    }
}
