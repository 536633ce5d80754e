import Artifacts
import Foundation
import LinuxIO
import TestSupport
import Testing

@Suite struct ComparisonTests {
    private func compare(_ left: String, _ right: String) throws -> ArtifactComparison {
        try ArtifactComparison.compare(left, right).comparison
    }

    private func changes(_ comparison: ArtifactComparison, _ path: String) -> [String] {
        comparison.paths.first { $0.path == path }?.changes.map(\.name) ?? []
    }

    @Test func `a file is like itself and like a copy`() throws {
        let lab = try PackageLab()
        let path = try lab.deb()
        try FileManager.default.copyItem(atPath: path, toPath: lab.path + "/copy.deb")
        #expect(try compare(path, lab.path + "/copy.deb").isAlike)
    }

    @Test(arguments: ["deb", "rpm"])
    func `each difference of two packages is found`(format: String) throws {
        let lab = try PackageLab()
        var content = PackageLab.Content()
        let left = try format == "deb" ? lab.deb(content, name: "1") : lab.rpm(content, name: "1")
        content.version = "2.0"
        content.mode = "0600"
        content.text = "beta!!\n"
        content.script = "echo changed\n"
        content.relation = "zlib1g"
        let right = try format == "deb" ? lab.deb(content, name: "2") : lab.rpm(content, name: "2")
        let comparison = try compare(left, right)
        #expect(!comparison.isAlike && comparison.firstDifferentByte != nil)
        let names = comparison.differences.map { "\($0.section) \($0.name)".lowercased() }
        #expect(names.contains("field version"))
        let kind = format == "deb" ? "depends" : "requires"
        #expect(names.contains("\(kind) libc6") && names.contains("\(kind) zlib1g"))
        #expect(names.contains("script \(format == "deb" ? "postinst" : "post")"))
        #expect(Set(changes(comparison, "/opt/demo/a")).isSuperset(of: ["mode", "size", "sha256"]))
        #expect(changes(comparison, "/opt/demo/link").isEmpty)
    }

    @Test func `paths that only one has are told apart`() throws {
        let before = [ArtifactEntry(path: "/a", kind: .file, mode: 0o644, owner: "root", group: "root")]
        let after = [ArtifactEntry(path: "/b", kind: .link, mode: 0o777, owner: "root", group: "root", target: "x")]
        var left = try description()
        var right = left
        (left.entries, right.entries) = (before, after)
        let comparison = ArtifactComparison(left, right)
        #expect(comparison.paths.map(\.path) == ["/a", "/b"])
        #expect(comparison.paths[0].right == nil && comparison.paths[1].left == nil)
    }

    @Test func `flags, capabilities, targets and owners are compared`() throws {
        var left = try description()
        var right = left
        var entry = ArtifactEntry(path: "/a", kind: .link, mode: 0o777, owner: "root", group: "root", target: "x")
        left.entries = [entry]
        entry.owner = "demo"
        entry.group = "demo"
        entry.target = "y"
        entry.flags = ["config"]
        entry.capabilities = "cap_net_raw=ep"
        right.entries = [entry]
        let names = ArtifactComparison(left, right).paths[0].changes.map(\.name)
        #expect(names == ["owner", "group", "target", "flags", "capabilities"])
    }

    private func description() throws -> Artifact {
        let lab = try PackageLab()
        return try OpenArtifact(lab.deb()).description()
    }

    @Test func `a deb and an rpm of the same content are alike in what both have`() throws {
        let lab = try PackageLab()
        let comparison = try compare(lab.deb(), lab.rpm())
        #expect(comparison.isAlike, "\(comparison.differences) \(comparison.paths)")
        #expect(!comparison.limits.isEmpty)
        var content = PackageLab.Content()
        content.text = "other\n"
        let changed = try compare(lab.deb(name: "x.deb"), lab.rpm(content, name: "x.rpm"))
        #expect(changes(changed, "/opt/demo/a") == ["sha256"])
    }

    @Test func `an installer's paths are those below the product's directory`() throws {
        let lab = try PackageLab()
        try withScratch { scratch in
            _ = try SampleInstaller(files: [("a", "alpha\n")]).build("x.bin", in: scratch)
            let comparison = try compare(PathText.join(scratch.path, "x.bin"), lab.deb())
            #expect(comparison.paths.map(\.path) == ["link"])
            #expect(comparison.paths.first?.left == nil)
            #expect(comparison.limits.contains { $0.contains("relative to /opt/demo") })
        }
    }
}
