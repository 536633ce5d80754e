import Diagnostics
import LinuxIO
import RPMFormat
import RepositoryFiles
import TestSupport
import Testing
import YUMRepository

/// Repositories that createrepo_c made, with the options that people use.
@Suite struct ForeignRepositoryTests {
    private func faults(_ path: String, old: Bool = false) throws -> [RepositoryFault] {
        var options = YUMVerifier.Options(time: .max / 2)
        options.servesOldClients = old
        return try YUMVerifier(
            try DirectoryReader(path), root: "", metadataKeys: nil, packageKeys: nil, options: options
        ).verify()
    }

    /// Options, and the warnings that are right then.
    static let options: [(options: [String], warnings: Set<String>)] = [
        ([], []), (["--no-database"], []), (["--database"], []), (["--compress-type=bz2"], []),
        (["--compress-type=xz"], []), (["--general-compress-type=xz"], []),
        (["--simple-md-filenames"], ["name-without-checksum"]), (["--checksum=sha512"], []),
        (["--checksum=sha1"], ["checksum-weak"]), (["--revision=text"], []), (["--changelog-limit=2"], []),
        (["--repo=r & x", "--distro=cpe:/o:x,X", "--content=c"], []), (["--location-prefix=./"], []),
        (["--baseurl=https://example.com/"], ["location-base"]),
    ]

    @Test func `what createrepo_c makes is accepted`() throws {
        try withScratch { scratch in
            try RichPackages.write(in: scratch)
            for (options, warnings) in Self.options {
                _ = try scratch.removeTree("repodata")
                try run(["createrepo_c", "--quiet"] + options + [scratch.path])
                let found = try faults(scratch.path)
                #expect(Set(found.map(\.id)) == warnings, "\(options): \(found)")
                #expect(found.allSatisfy { $0.severity == .warning })
            }
        }
    }

    @Test func `additional data is verified by its checksum`() throws {
        try withScratch { scratch in
            try RichPackages.write(in: scratch)
            try run(["createrepo_c", "--quiet", scratch.path])
            for (name, content) in [
                ("comps.xml", "<comps/>"), ("updateinfo.xml", "<updates/>"), ("modules.yaml", "---\n"),
                ("productid", "-----"),
            ] {
                try SampleRepository.put(Array(content.utf8), name, in: scratch)
                try run(["modifyrepo_c", PathText.join(scratch.path, name), PathText.join(scratch.path, "repodata")])
            }
            #expect(try faults(scratch.path) == [])
            let repomd = try Repomd(try readFile(scratch.path + "/repodata/repomd.xml"), name: "repomd.xml")
            // zchunk comes beside the other form; its content isn't looked at.
            var withChunks = repomd
            var chunks = try #require(repomd.data("productid"))
            chunks.type = "primary_zck"
            chunks.headerChecksum = chunks.checksum
            chunks.headerSize = 3
            let zchunk = "repodata/\(chunks.checksum.value)-primary.xml.zck"
            try run(["mv", PathText.join(scratch.path, chunks.location), PathText.join(scratch.path, zchunk)])
            chunks.location = zchunk
            withChunks.data.removeAll { $0.type == "productid" }
            withChunks.data.append(chunks)
            try SampleRepository.sign(withChunks, in: scratch, signer: nil)
            #expect(try faults(scratch.path) == [])
            #expect(Set(repomd.data.map(\.type)).isSuperset(of: ["comps", "updateinfo", "modules", "productid"]))
            let modules = try #require(repomd.data("modules"))
            try SampleRepository.put([0], modules.location, in: scratch)
            let found = try faults(scratch.path)
            #expect(found.map(\.id) == ["file-size"])
        }
    }

    @Test func `zstd alone is read, and reported where old clients are served`() throws {
        try withScratch { scratch in
            try RichPackages.write(in: scratch)
            try run(["createrepo_c", "--quiet", "--no-database", "--compress-type=gz", scratch.path])
            var list = try Repomd(try readFile(scratch.path + "/repodata/repomd.xml"), name: "repomd.xml")
            for index in list.data.indices {
                let old = PathText.join(scratch.path, list.data[index].location)
                try run(["gzip", "-d", old])
                let plain = String(old.dropLast(3))
                try run(["zstd", "-q", "--rm", plain])
                let file = try SharedFile(path: plain + ".zst").source()
                let digest = try #require(text(try run(["sha256sum", plain + ".zst"])).split(separator: " ").first)
                list.data[index].size = file.size
                list.data[index].checksum.value = String(digest)
                list.data[index].location = "repodata/\(digest)-\(list.data[index].type).xml.zst"
                try run(["mv", plain + ".zst", PathText.join(scratch.path, list.data[index].location)])
            }
            try SampleRepository.sign(list, in: scratch, signer: nil)
            #expect(try faults(scratch.path) == [])
            let found = try faults(scratch.path, old: true)
            #expect(found.map(\.id) == ["compression-new", "compression-new"])
            #expect(found.allSatisfy { $0.severity == .error })
            try run(["rm", "-r", scratch.path + "/Packages"])
            #expect(try faults(scratch.path).contains { $0.id == "package-missing" })
        }
    }
}
