import APTRepository
import Diagnostics
import RepositoryFiles
import Testing

/// What is found wrong with the Contents of an archive of ours.
@Suite struct APTVerifierContentsTests {
    private let archive: SampleArchive

    init() throws { archive = try SampleArchive() }

    private static let run = "opt/some-agent/bin/run utils/libsome,utils/some-agent\n"
    private static let text = "usr/share/doc/some-agent/read me utils/libsome,utils/some-agent\n"

    /// Publishes Contents and looks at the archive.
    private func faults(_ text: String, metadataOnly: Bool = false) throws -> [String] {
        let path = try archive.scratch.file("\(archive.dist)/main/Contents-amd64", bytes(text))
        try APTRepositoryTests.run(["gzip", "-9nkf", path])
        try archive.sign()
        return try archive.verify { $0.metadataOnly = metadataOnly }.faults.map { "\($0.id) \($0.path)" }
    }

    @Test(arguments: [
        ("", run + text), ("contents-malformed", run + "nothing\n"), ("contents-malformed", text + run),
        ("contents-malformed", run + run), ("contents-malformed", run + "usr/x utils/some-agent"),
        ("contents-package", run + "usr/x utils/gone\n"),
        ("contents-incomplete", "opt/some-agent/bin/run utils/some-agent\n"), ("contents-incomplete", ""),
    ])
    func `lines are well formed, in order, and of all packages`(id: String, text: String) throws {
        let faults = try faults(text)
        #expect(Set(faults) == (id.isEmpty ? [] : ["\(id) \(archive.dist)/main/Contents-amd64"]), "\(text)")
    }

    @Test func `without the packages the lines alone are looked at`() throws {
        #expect(try faults("", metadataOnly: true) == [])
        #expect(try faults("usr/x utils/gone\n", metadataOnly: true).count == 1)
    }

    @Test func `the compressed form has the same lines`() throws {
        _ = try faults(Self.run + Self.text)
        let path = try archive.scratch.file("other", bytes(Self.run))
        try APTRepositoryTests.run(["gzip", "-9nkf", path])
        try archive.scratch.file("\(archive.dist)/main/Contents-amd64.gz", archive.scratch.bytes("other.gz"))
        try archive.sign()
        #expect(try archive.verify().faults.map(\.id) == ["forms-differ"])
    }
}
