import Testing

@testable import Artifacts

@Suite struct PathTests {
    private func entries(_ paths: String...) -> [ArtifactEntry] {
        paths.map { ArtifactEntry(path: $0, kind: .file, mode: 0o644, owner: "root", group: "root") }
    }

    @Test func `paths of two lists are paired by their bytes`() {
        // One text to Unicode: é, and e with an accent behind it.
        let (composed, split) = ("/\u{E9}", "/e\u{301}")
        var pairs = PathPairs(entries(composed, "/b", "/a", "/a"), entries("/a", split, "/c"))
            .map { "\($0.left.map { _ in "left" } ?? "") \(($0.left ?? $0.right)?.path.utf8.count ?? 0)" }
        #expect(pairs == ["left 2", "left 2", " 2", " 4", "left 3"])
        pairs = PathPairs(entries(), entries()).map { _ in "" }
        #expect(pairs.isEmpty)
    }

    @Test func `a renamed file is a difference, however alike the names look`() {
        var comparison = ArtifactComparison(artifact("/e\u{301}", "x"), artifact("/\u{E9}", "x"))
        #expect(comparison.paths.count == 2 && comparison.differences.isEmpty)
        comparison = ArtifactComparison(artifact("/a", "e\u{301}"), artifact("/a", "\u{E9}"))
        #expect(comparison.paths.isEmpty && comparison.differences.map(\.name) == ["note"])
    }

    private func artifact(_ path: String, _ note: String) -> Artifact {
        Artifact(
            path: "x", format: .deb, size: 1,
            identity: ArtifactIdentity(name: "x", version: "1", architecture: "all", summary: ""),
            fields: [ArtifactField("note", note)], entries: entries(path), compression: ArtifactCompression("xz"))
    }
}
