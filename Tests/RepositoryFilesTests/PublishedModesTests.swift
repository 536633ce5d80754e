import Diagnostics
import LinuxIO
import RepositoryFiles
import TestSupport
import Testing

@Suite struct PublishedModesTests {
    private func put(_ path: String, mode: UInt32, in directory: borrowing Directory) throws {
        let file = try StagedFile(replacing: path, in: directory, mode: mode)
        try file.write("x")
        try file.commit()
    }

    private func found(
        _ directory: borrowing Directory, _ rule: PublishedModes.Rule, only names: Set<String>? = nil
    ) throws -> [String] {
        var modes = PublishedModes(try DirectoryReader(directory.path), rule)
        try modes.look(at: "", only: names)
        return modes.found.map { "\($0.id) \($0.path)" }
    }

    @Test func `what not everybody can read is found, by both rules`() throws {
        try withScratch { scratch in
            try scratch.makeDirectories("dists/bookworm")
            for (name, mode) in [("Release", 0o644), ("secret", 0o600), ("open", 0o666), ("group", 0o664)] {
                try put("dists/bookworm/\(name)", mode: UInt32(mode), in: scratch)
            }
            try scratch.makeDirectory("shut", mode: 0o700)
            try scratch.makeLink("dists/gone", target: "nowhere")
            // What a link leads to is looked at where it is.
            try scratch.makeLink("dists/stable", target: "bookworm")
            let readable = [
                "link-dangling dists/gone", "mode dists/bookworm/open", "mode dists/bookworm/secret", "mode shut",
            ]
            #expect(try found(scratch, .readable).sorted() == readable)
            let exact = readable.filter { !$0.hasPrefix("link") } + ["mode dists/bookworm/group"]
            #expect(try found(scratch, .exact).sorted() == exact.sorted())
            #expect(try found(scratch, .readable, only: ["shut"]) == ["mode shut"])
            #expect(try found(scratch, .readable, only: ["none"]) == [])
        }
    }

    @Test func `of many some are named, and the others counted`() throws {
        try withScratch { scratch in
            for number in 0..<60 { try put("file-\(number)", mode: 0o600, in: scratch) }
            var modes = PublishedModes(try DirectoryReader(scratch.path), .readable)
            try modes.look(at: "")
            #expect(modes.found.count == 51)
            #expect(modes.found.last?.message == "and 10 more like this")
        }
    }
}
