import APTRepository
import Diagnostics
import DistSite
import LinuxIO
import RepositoryFiles
import SiteDefinition
import Testing
import YUMRepository

@Suite struct PublishTests {
    /// Everything that suspicious clients find wrong with the served site.
    private func faults(_ sample: SampleSite, time: Int64) throws -> [String] {
        let report = try SiteVerifier(sample.site, context: sample.publisher(time: time).context).verify()
        return report.faults.map { "\($0.id) \($0.path): \($0.message)" }
    }

    @Test func `packages become repositories that clients accept, and the same again changes nothing`() throws {
        let sample = try SampleSite()
        let files = [
            try sample.deb("agent", "1.0-1"), try sample.deb("agent-jre", "1.0-1", architecture: "all"),
            try sample.rpm("agent", "1.0"),
        ]
        let first = try sample.publish(files)
        #expect(first.generation == 1)
        #expect(first.lines.map(\.action) == [.add, .add, .add])
        #expect(first.lines[0].places == ["bookworm", "trixie"])
        #expect(try faults(sample, time: 1_800_000_100) == [])
        for codename in ["bookworm", "trixie"] {
            let root = "apt-\(codename)"
            let packages = try sample.text("\(root)/dists/\(codename)/main/binary-amd64/Packages")
            #expect(packages.split(separator: "\n").count { $0.hasPrefix("Package: ") } == 2)
            #expect(packages.contains("Filename: pool/main/a/agent/agent_1.0-1_amd64.deb"))
            #expect(
                try readFile("\(sample.site)/public/\(root)/pool/main/a/agent/agent_1.0-1_amd64.deb")
                    == readFile(files[0]))
        }
        #expect(try sample.text("scm/linux/agent.repo").contains("baseurl=https://dist.example.com/yum/$basearch\n"))

        let again = try sample.publish(files, time: 1_900_000_000)
        #expect(again.generation == nil)
        #expect(again.lines.map(\.action) == [.keep, .keep, .keep])

        let second = try sample.publish([try sample.deb("agent", "1.1-1")], time: 1_800_000_200)
        #expect(second.generation == 2)
        #expect(try faults(sample, time: 1_800_000_300) == [])
        #expect(try sample.text("apt-trixie/dists/trixie/Release").contains("Date: Fri, 15 Jan 2027 08:03:20 UTC\n"))
    }

    @Test func `the same name and version with other bytes is refused`() throws {
        let sample = try SampleSite()
        try sample.publish([try sample.deb("agent", "1.0-1"), try sample.rpm("agent", "1.0")])
        for file in [try sample.deb("agent", "1.0-1", content: "y"), try sample.rpm("agent", "1.0", content: "y")] {
            #expect {
                try sample.publish([file])
            } throws: { ($0 as? Failure)?.code == .conflict }
        }
        #expect(try sample.publisher().list().count == 3)
    }

    @Test func `what no key of the site signed is refused`() throws {
        let sample = try SampleSite()
        for file in [try sample.rpm("agent", "1.0", key: nil), try sample.rpm("agent", "1.1", key: 0)] {
            #expect {
                try sample.publish([file])
            } throws: { ($0 as? Failure)?.code == .integrity }
        }
    }

    @Test func `what a target would refuse is refused`() throws {
        let sample = try SampleSite(extra: "targets: [el>=7]")
        let file = try sample.rpm("agent", "1.0", payload: "w3.zstdio")
        #expect {
            try sample.publish([file])
        } throws: { error in
            let failure = error as? Failure
            return failure?.code == .requirement && failure?.cause?.contains("EL 7") == true
        }
        try sample.publish([try sample.rpm("agent", "1.1")])
    }

    /// A letter of a description, and a byte of gzip's header that no decoder looks at: both read well.
    @Test(arguments: [("bookworm", "Packages", -4), ("trixie", "Packages.gz", 9)])
    func `an index that somebody else changed is not signed again`(codename: String, name: String, place: Int) throws {
        let sample = try SampleSite()
        try sample.publish([try sample.deb("agent", "1.0-1")])
        let path = "\(sample.site)/public/apt-\(codename)/dists/\(codename)/main/binary-amd64/\(name)"
        var bytes = try readFile(path)
        bytes[place < 0 ? bytes.count + place : place] ^= 2
        let file = try StagedFile(replacing: path, mode: 0o644)
        try file.write(bytes)
        try file.commit()
        #expect {
            try sample.publish([try sample.deb("agent", "1.1-1")])
        } throws: { ($0 as? Failure)?.code == .integrity }
        #expect(try faults(sample, time: 1_800_000_100).contains { $0.contains(codename) })
    }

    @Test func `packages are promoted, removed, pruned and brought back`() throws {
        let sample = try SampleSite(extra: "retention: { versions: 2 }")
        let files = try (1...4).map { try sample.deb("agent", "1.\($0)-1") } + [try sample.rpm("agent", "1.4")]
        try sample.publish(files, channel: "beta")
        let publisher = try sample.publisher(time: 1_800_001_000)
        let definition = publisher.context.definition
        let (stable, beta) = (definition.channels[0], definition.channels[1])
        func versions(_ channel: String) throws -> [String] {
            try sample.publisher().list(channels: [channel]).filter { $0.place == "trixie" || $0.format == "rpm" }.map {
                "\($0.format) \($0.version)"
            }
        }

        try publisher.promote(PackageQuery(), from: beta, to: stable, isDryRun: false)
        #expect(try versions("stable") == ["deb 1.4-1", "rpm 1.4-1"])
        #expect(try faults(sample, time: 1_800_001_100) == [])

        let (outcome, removed) = try publisher.prune(isDryRun: false)
        #expect(outcome.lines.map(\.version) == ["1.1-1", "1.2-1"])
        #expect(removed.isEmpty)
        #expect(try versions("beta") == ["deb 1.3-1", "deb 1.4-1", "rpm 1.4-1"])

        try publisher.remove(
            PackageQuery(name: "agent", version: "1.4"), from: stable, codenames: nil, isDryRun: false)
        #expect(try versions("stable") == [])
        #expect(try faults(sample, time: 1_800_001_100) == [])

        try publisher.rollback(to: nil, isDryRun: false)
        #expect(try versions("stable") == ["deb 1.4-1", "rpm 1.4-1"])
        // The generations that offered them are gone, their files stay until the next prune.
        let orphans = try faults(sample, time: 1_800_001_100)
        #expect(orphans.allSatisfy { $0.hasPrefix("store-orphan store/deb/main/a/agent/agent_1.") })
        let deleted = try publisher.prune(isDryRun: false).deleted
        #expect(orphans.allSatisfy { orphan in deleted.contains { orphan.hasPrefix("store-orphan \($0): ") } })
        #expect(try faults(sample, time: 1_800_001_100) == [])
        #expect {
            try publisher.remove(PackageQuery(name: "none"), from: stable, codenames: nil, isDryRun: false)
        } throws: { ($0 as? Failure)?.code == .usage }
    }

    @Test func `what a state lists stays for its time after another one came, however old it was`() throws {
        let sample = try SampleSite()
        let (start, hour) = (Int64(1_800_000_000), Int64(3600))
        let definition = sample.definition(extra: "index_retention: { generations: 2, hours: 24 }").replacing(
            "[x86_64] }", with: "[x86_64], mirrorlist: true }")
        var first: Set<String> = []
        // When each is made, in hours: the first serves for long, then three follow at once.
        for (step, hours) in [-240, 0, 0, 0, 25, 25].enumerated() {
            let files = [try sample.deb("agent", "1.\(step)-1"), try sample.rpm("agent", "1.\(step)")]
            let outcome = try sample.publish(files, time: start + Int64(hours) * hour, definition: definition)
            #expect(outcome.generation == step + 1)
            try sample.setTime(start + Int64(hours) * hour, ofGeneration: step + 1)
            let now = try sample.indexes()
            if step == 0 { first = now }
            #expect(first.subtracting(now).isEmpty == (step < 5))
        }
        #expect(first.isDisjoint(with: try sample.indexes()))
    }

    @Test func `a rotation changes who signs and nothing else`() throws {
        let sample = try SampleSite()
        try sample.publish([try sample.deb("agent", "1.0-1"), try sample.rpm("agent", "1.0")])
        for (step, signedBy) in ["both", "successor"].enumerated() {
            let time = 1_800_000_100 + Int64(step) * 100
            let outcome = try sample.publish([], time: time, definition: sample.definition(signedBy: signedBy))
            #expect(outcome.generation == step + 2)
            // The .repo file names the key that signs first, which the definition of before doesn't know.
            let found = try faults(sample, time: time + 1).filter { !$0.hasPrefix("repo-file-differs ") }
            #expect(found == [])
        }
    }

    @Test func `a dry run writes nothing`() throws {
        let sample = try SampleSite()
        let publisher = try sample.publisher()
        let package = try IncomingPackage.read([try sample.deb("agent", "1.0-1")], context: publisher.context)[0]
        let outcome = try publisher.publish(
            [package], channel: publisher.context.definition.firstChannel, isDryRun: true)
        #expect(outcome.isChanged)
        #expect(outcome.generation == nil)
        #expect(fileStatus(sample.site) == nil)
    }
}
