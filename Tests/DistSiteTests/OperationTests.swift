import Diagnostics
import DistSite
import LinuxIO
import RepositoryFiles
import SiteDefinition
import Testing

/// Promotion, removal, pruning and going back.
@Suite struct OperationTests {
    private static let day: Int64 = 86_400
    private static let start: Int64 = 1_800_000_000

    private func faults(_ sample: SampleSite, time: Int64) throws -> [String] {
        let report = try SiteVerifier(sample.site, context: sample.publisher(time: time).context).verify()
        return report.faults.map { "\($0.id) \($0.path): \($0.message)" }
    }

    /// The versions of packages in a channel of one codename.
    private func versions(_ sample: SampleSite, _ channel: String = "stable") throws -> [String] {
        try sample.publisher().list(channels: [channel]).filter { $0.place == "trixie" }.map {
            "\($0.name) \($0.version)"
        }
    }

    @Test func `a product is promoted with all of its packages, and a package removed alone`() throws {
        let sample = try SampleSite()
        try sample.publish(
            [
                try sample.deb("agent", "1.0-1"), try sample.deb("agent-jre", "1.0-1"),
                try sample.deb("agent", "1.1-1"),
                try sample.deb("agent-jre", "1.1-1"), try sample.rpm("agent", "1.1"),
                try sample.rpm("agent-jre", "1.1"),
            ], channel: "beta")
        let publisher = try sample.publisher(time: Self.start + 100)
        let (stable, beta) = (publisher.context.definition.channels[0], publisher.context.definition.channels[1])
        let query = PackageQuery(name: "agent")
        let promoted = try publisher.promote(query, from: beta, to: stable, isDryRun: false)
        #expect(
            promoted.lines.map { "\($0.format) \($0.name) \($0.version)" } == [
                "deb agent 1.1-1", "deb agent-jre 1.1-1", "rpm agent 1.1-1", "rpm agent-jre 1.1-1",
            ])
        #expect(try publisher.promote(query, from: beta, to: stable, isDryRun: false).generation == nil)
        #expect(try publisher.list(query, channels: ["stable"]).count == 3)
        #expect(throws: Failure(.usage, "the channel beta can't be promoted to itself")) {
            try publisher.promote(query, from: beta, to: beta, isDryRun: true)
        }

        try publisher.remove(PackageQuery(name: "agent-jre"), from: stable, codenames: nil, isDryRun: false)
        #expect(try versions(sample) == ["agent 1.1-1"])
        try publisher.remove(
            PackageQuery(name: "agent", version: "1.0"), from: beta, codenames: nil, isDryRun: false)
        #expect(try versions(sample, "beta") == ["agent 1.1-1", "agent-jre 1.0-1", "agent-jre 1.1-1"])
        let other = try sample.publisher(definition: sample.definition().replacing("name: agent,", with: "name: all,"))
        try other.remove(PackageQuery(name: "all"), from: beta, codenames: ["trixie"], isDryRun: false)
        #expect(try versions(sample, "beta") == [])
        // The product of another name left its files, which this definition doesn't know.
        let found = try faults(sample, time: Self.start + 200)
        #expect(found.count == 2 && found.allSatisfy { $0.hasPrefix("file-unknown ") && $0.contains("/all.repo: ") })
    }

    @Test func `a name that no product lists is refused`() throws {
        let sample = try SampleSite()
        let context = try sample.publisher().context
        for file in [try sample.deb("agnet", "1.0-1"), try sample.rpm("agnet", "1.0")] {
            #expect {
                _ = try IncomingPackage.read([file], context: context)
            } throws: { error in
                let failure = error as? Failure
                return failure?.code == .usage && failure?.hints.first == "Did you mean agent?"
            }
            _ = try IncomingPackage.read([file], context: context, takesUnlisted: true)
        }
    }

    @Test func `young versions stay, and what another channel points at`() throws {
        let sample = try SampleSite(extra: "retention: { days: 30 }\nindex_retention: { generations: 1, hours: 1 }")
        func publish(_ version: String, day: Int64) throws {
            try sample.publish(
                [try sample.deb("agent", version)], channel: "beta", time: Self.start + day * Self.day)
        }
        try publish("1.0-1", day: 0)
        let publisher = try sample.publisher(time: Self.start + 100)
        let channels = publisher.context.definition.channels
        try publisher.promote(PackageQuery(), from: channels[1], to: channels[0], isDryRun: false)
        try publish("1.1-1", day: 1)
        try publish("1.2-1", day: 20)
        try publish("1.3-1", day: 40)
        let later = try sample.publisher(time: Self.start + 40 * Self.day)

        let plan = try later.prune(isDryRun: true)
        let done = try later.prune(isDryRun: false)
        #expect(plan.outcome.lines == done.outcome.lines)
        #expect(plan.outcome.isChanged && plan.outcome.generation == nil && done.outcome.generation == 6)
        #expect(plan.outcome.signed == done.outcome.signed)
        #expect(done.outcome.lines.map(\.version) == ["1.0-1", "1.1-1"])
        #expect(try versions(sample) == ["agent 1.0-1"])
        #expect(try versions(sample, "beta") == ["agent 1.2-1", "agent 1.3-1"])
        // The served generation and the one before it; what only older ones offered is gone.
        #expect(plan.deleted == done.deleted)
        #expect(done.deleted == ["generations/000004"])
        #expect(try faults(sample, time: Self.start + 41 * Self.day) == [])

        try sample.publish(
            [], time: Self.start + 42 * Self.day, definition: sample.definition(signedBy: "both"))
        let deleted = try sample.publisher(time: Self.start + 43 * Self.day).prune(isDryRun: false).deleted
        #expect(
            deleted.filter { $0.hasPrefix("store") } == ["store/deb/main/a/agent/agent_1.1-1_amd64.deb"])
    }

    @Test func `old indexes alone are no change`() throws {
        let sample = try SampleSite(extra: "index_retention: { generations: 1, hours: 1 }")
        for number in 1...4 {
            try sample.publish([try sample.deb("agent", "1.\(number)-1")], time: Self.start + Int64(number) * Self.day)
        }
        #expect(try sample.publish([], time: Self.start + 9 * Self.day).generation == nil)
        #expect(try sample.publisher(time: Self.start + 9 * Self.day).prune(isDryRun: false).outcome.generation == nil)
    }

    @Test func `a generation stays for hours after the next one came`() throws {
        let sample = try SampleSite(extra: "index_retention: { generations: 1, hours: 24 }")
        for number in 1...4 { try sample.publish([try sample.deb("agent", "1.\(number)-1")], time: System.now) }
        let site = try Directory.open(sample.site)
        func generations() throws -> [String] { try site.directory("generations").names().sorted() }
        #expect(try generations().count == 4)
        // The first was replaced two days ago, the second a moment ago, when it was two days old.
        try site.setTime("generations/000001", System.now - 5 * Self.day)
        try site.setTime("generations/000002", System.now - 2 * Self.day)
        let deleted = try sample.publisher(time: System.now).prune(isDryRun: false).deleted
        #expect(deleted == ["generations/000001"])
        #expect(try generations() == ["000002", "000003", "000004"])
    }

    @Test func `going back works where the served generation is damaged, unless the older one is, too`() throws {
        let sample = try SampleSite()
        try sample.publish([try sample.deb("agent", "1.0-1"), try sample.rpm("agent", "1.0")])
        try sample.publish([try sample.deb("agent", "1.1-1")], time: Self.start + 100)
        let release = "apt-trixie/dists/trixie/Release"
        let repomd = "yum/x86_64/repodata/repomd.xml"
        let before = try sample.text(repomd)
        try sample.damage("generations/000002/apt-trixie/dists/trixie/main/binary-amd64/Packages.gz")
        let publisher = try sample.publisher(time: Self.start + 200)
        #expect { try publisher.publish([], channel: publisher.context.definition.firstChannel) } throws: { _ in true }

        let plan = try publisher.rollback(to: nil, isDryRun: true)
        #expect(plan.isChanged && plan.signed.contains("apt-trixie/dists/trixie"))
        #expect(try publisher.rollback(to: nil, isDryRun: false).generation == 3)
        #expect(try versions(sample) == ["agent 1.0-1"])
        let found = try faults(sample, time: Self.start + 300)
        #expect(found.count == 1 && found[0].hasPrefix("generation-damaged generations/000002: "))
        #expect(try sample.text(release).contains("Date: Fri, 15 Jan 2027 08:03:20 UTC\n"))
        #expect(try sample.text(repomd) != before)

        // All generations that have the file have the same one.
        try sample.damage("public/yum/x86_64/repodata/repomd.xml")
        try sample.damage("generations/000001/apt-bookworm/dists/bookworm/main/binary-amd64/Packages")
        #expect {
            try publisher.rollback(to: 1, isDryRun: false)
        } throws: { ($0 as? Failure)?.code == .integrity }
        #expect {
            try publisher.rollback(to: 3, isDryRun: false)
        } throws: { ($0 as? Failure)?.message == "generation 3 is the one that is served" }
    }

    @Test func `a refresh signs what is due, and a dry run says what`() throws {
        let sample = try SampleSite(apt: "valid_for: 10d, refresh: 1d")
        try sample.publish([try sample.deb("agent", "1.0-1"), try sample.rpm("agent", "1.0")])
        func refresh(day: Int64, isDryRun: Bool) throws -> SiteOutcome {
            let publisher = try sample.publisher(time: Self.start + day * Self.day)
            return try publisher.publish([], channel: publisher.context.definition.firstChannel, isDryRun: isDryRun)
        }
        func problems(day: Int64) throws -> Int {
            let context = try sample.publisher(time: Self.start + day * Self.day).context
            return try SiteStatus(sample.site, context: context).problems.count
        }
        #expect(try refresh(day: 4, isDryRun: true).signed == [])
        #expect(try refresh(day: 4, isDryRun: false).generation == nil)
        #expect(try problems(day: 4) == 0)
        #expect(try problems(day: 5) == 4)
        let index = try sample.text("apt-trixie/dists/trixie/main/binary-amd64/Packages")
        let plan = try refresh(day: 5, isDryRun: true)
        let done = try refresh(day: 5, isDryRun: false)
        #expect(
            plan.signed == [
                "apt-bookworm/dists/bookworm", "apt-trixie/dists/trixie", "channels/beta/apt-bookworm/dists/bookworm",
                "channels/beta/apt-trixie/dists/trixie",
            ])
        #expect(done.signed == plan.signed && done.generation == 2 && plan.isChanged)
        #expect(try sample.text("apt-trixie/dists/trixie/main/binary-amd64/Packages") == index)
        #expect(try problems(day: 5) == 0)
        let both = try sample.publisher(definition: sample.definition(signedBy: "successor"))
        #expect(
            try both.publish([], channel: both.context.definition.firstChannel, isDryRun: true).signed.count == 6)
    }
}
