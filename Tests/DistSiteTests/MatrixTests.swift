import ClientMatrix
import Diagnostics
import DistSite
import LinuxIO
import RepositoryFiles
import SiteDefinition
import Testing

@Suite struct MatrixTests {
    private func findings(_ parts: [MatrixReport.Part], _ kind: String, _ system: String) -> Set<String> {
        Set(
            parts.filter { $0.kind == kind }.flatMap(\.verdicts).filter { $0.system.id == system }.flatMap(\.findings)
                .map(\.rule))
    }

    @Test func `packages, keys and metadata of a site are judged as they are published`() throws {
        let sample = try SampleSite()
        let context = try sample.publisher().context
        let early = try SiteMatrix.parts(sample.site, context: context, targets: .all)
        #expect(early.map(\.kind) == ["key", "key", "key", "key"])
        let deb = try sample.deb("agent", "1.0-1")
        try sample.publish([deb, try sample.rpm("agent", "1.0")])
        try sample.publish([deb], channel: "beta")
        let parts = try SiteMatrix.parts(sample.site, context: context, targets: .all)
        #expect(
            parts.map(\.kind) == ["deb", "rpm", "key", "key", "key", "key", "apt", "apt", "apt", "apt", "yum", "yum"])
        #expect(parts[6].name == "apt-bookworm/dists/bookworm" && parts[6].verdicts.map(\.system.id) == ["debian-12"])
        #expect(findings(parts, "apt", "debian-12") == ["apt-universal"])
        #expect(findings(parts, "apt", "debian-13") == ["apt-universal"])
        #expect(findings(parts, "yum", "el-9") == ["yum-universal", "yum-keys"])
        #expect(findings(parts, "yum", "el-7") == ["yum-universal", "yum-keys"])
        #expect(findings(parts, "yum", "el-8") == ["yum-universal", "yum-keys-8.1"])
        let rotated = try sample.publisher(time: 1_800_000_100, definition: sample.definition(signedBy: "both"))
        try sample.publish([], time: 1_800_000_100, definition: sample.definition(signedBy: "both"))
        let both = try SiteMatrix.parts(sample.site, context: rotated.context, targets: .all, isMetadataOnly: true)
        #expect(findings(both, "apt", "debian-12") == ["apt-universal", "apt-two-signatures"])
        #expect(both.allSatisfy { $0.kind != "deb" })
    }

    @Test func `a directory is judged by what is in it`() throws {
        let sample = try SampleSite()
        try sample.publish([try sample.deb("agent", "1.0-1"), try sample.rpm("agent", "1.0")])
        let copy = try sample.copy(sample.site + "/public")
        func parts(_ keys: [Int] = []) throws -> [MatrixReport.Part] {
            try SiteMatrix.parts(
                DirectoryReader(copy), keys: keys.map { "\(sample.directory)/key-\($0).asc" }, codenames: nil,
                targets: .all, time: 1_800_000_100)
        }
        #expect(try parts([0, 2]).filter { $0.kind != "yum" }.flatMap(\.refusing) == [])
        #expect(findings(try parts(), "apt", "debian-12") == ["apt-universal"])
        #expect(findings(try parts([1]), "apt", "debian-12").contains("apt-unknown-key"))
        #expect(findings(try parts([1]), "yum", "el-9").contains("yum-unknown-key"))
        let main = copy + "/apt-bookworm/dists/bookworm/main/binary-amd64"
        try SampleSite.run(["/bin/rm", "-r", "\(main)/by-hash", "\(copy)/yum/x86_64/repodata/repomd.xml.asc"])
        try SampleSite.run(["/bin/rm", "\(copy)/apt-trixie/dists/trixie/InRelease"])
        let damaged = try parts()
        #expect(findings(damaged, "apt", "debian-12").contains("apt-by-hash"))
        #expect(findings(damaged, "apt", "debian-13").contains("apt-no-inrelease"))
        #expect(findings(damaged, "yum", "el-9").contains("yum-unsigned"))
    }

    @Test(arguments: ["origin", "label"])
    func `metadata that a target would refuse never becomes visible`(field: String) throws {
        let sample = try SampleSite(extra: "label: Example")
        try sample.publish([try sample.deb("agent", "1.0-1")])
        func changed(_ targets: String) -> String {
            sample.definition(extra: "label: Example\ntargets: [\(targets)]").replacing(
                "\(field): Example", with: "\(field): Other")
        }
        let next = try sample.deb("agent", "1.1-1")
        #expect {
            try sample.publish([next], time: 1_800_000_100, definition: changed("debian>=12, el>=8"))
        } throws: { error in
            let failure = error as? Failure
            return failure?.code == .requirement && failure?.cause?.hasPrefix("Debian 12: ") == true
        }
        #expect(try sample.publisher().list().filter { $0.place == "trixie" }.map(\.version) == ["1.0-1"])
        #expect(try SampleSite.run(["/bin/ls", sample.site + "/generations"]) == "000001\n")
        #expect(try sample.publish([next], time: 1_800_000_100, definition: changed("el>=8")).generation == 2)
    }

    @Test func `a clock that went back keeps nobody from publishing`() throws {
        let sample = try SampleSite(extra: "targets: [debian>=12]")
        try sample.publish([try sample.deb("agent", "1.0-1")])
        #expect(try sample.publish([try sample.deb("agent", "1.1-1")], time: 1_799_999_000).generation == 2)
        let release = try sample.text("apt-trixie/dists/trixie/Release")
        #expect(release.contains("Date: Fri, 15 Jan 2027 08:00:00 UTC\n"))
    }
}
