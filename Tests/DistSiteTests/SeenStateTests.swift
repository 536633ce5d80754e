import Diagnostics
import DistSite
import LinuxIO
import RepositoryFiles
import Testing

/// A site beside what clients have seen of it before.
@Suite struct SeenStateTests {
    private let sample: SampleSite

    init() throws {
        sample = try SampleSite()
        try sample.publish([try sample.deb("agent", "1.0-1"), try sample.rpm("agent", "1.0")])
        try sample.publish([try sample.deb("agent", "1.1-1"), try sample.rpm("agent", "1.1")], time: 1_800_000_100)
    }

    private func generation(_ number: Int) throws -> DirectoryReader {
        try DirectoryReader.place("\(sample.site)/generations/00000\(number)")
    }

    private func faults(_ number: Int, seen: (any RepositoryReader)?) throws -> Set<String> {
        var options = ForeignVerifier.Options()
        options.time = 1_800_000_200
        options.previous = seen
        let report = try ForeignVerifier(generation(number), options).verify()
        return Set(report.faults.map { "\($0.id) \($0.path)" })
    }

    @Test func `a newer state is taken, an older one is told`() throws {
        #expect(try faults(2, seen: generation(1)) == faults(2, seen: nil))
        let repomd = "yum/x86_64/repodata/repomd.xml"
        #expect(
            try faults(1, seen: generation(2)).subtracting(faults(1, seen: nil)) == [
                "date-backwards apt-bookworm/dists/bookworm/InRelease",
                "date-backwards apt-trixie/dists/trixie/InRelease", "revision-backwards \(repomd)",
                "timestamp-backwards \(repomd)",
            ])
        let copy = try sample.copy(sample.site + "/generations/000001")
        #expect(try faults(1, seen: DirectoryReader(copy)) == faults(1, seen: nil))
    }

    @Test func `the site itself is compared, too`() throws {
        func faults(_ origin: String) throws -> [String] {
            // Targets with apt would have it refused when it is published.
            let definition = sample.definition(extra: "targets: [el>=8]").replacing(
                "origin: Example", with: "origin: \(origin)")
            try sample.publish([], time: 1_800_000_200, definition: definition)
            let context = try sample.publisher(time: 1_800_000_300, definition: definition).context
            var verifier = try SiteVerifier(sample.site, context: context)
            verifier.previous = try generation(1)
            return try verifier.verify().faults.map(\.id)
        }
        #expect(try faults("Example") == [])
        #expect(Set(try faults("Other")) == ["origin-changed", "label-changed"])
    }

    @Test func `an earlier state that can't be read is no fault of this one`() throws {
        let copy = try sample.copy(sample.site + "/generations/000001")
        try SampleSite.run(["/bin/sh", "-c", "echo x > \(copy)/apt-trixie/dists/trixie/InRelease"])
        #expect {
            try faults(2, seen: DirectoryReader(copy))
        } throws: { ($0 as? Failure)?.code == .usage }
    }
}
