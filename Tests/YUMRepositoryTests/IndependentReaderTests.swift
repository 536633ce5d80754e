import Diagnostics
import LinuxIO
import RPMFormat
import TestSupport
import Testing
import YUMRepository

/// Others read what we write: createrepo_c's own reader, and libsolv, which dnf and zypper use.
@Suite struct IndependentReaderTests {
    /// Prints all that createrepo_c's parser takes from a repository.
    private static let reader = #"""
        import createrepo_c as cr, os, sys
        top = sys.argv[1]
        repomd = cr.Repomd(os.path.join(top, "repodata/repomd.xml"))
        paths = {r.type: os.path.join(top, r.location_href) for r in repomd.records}
        packages = {}
        def warn(kind, message):
            print("WARNING", kind, message)
            return True
        def done(package):
            packages[package.pkgId] = package
            return True
        def known(pkgId, name, arch):
            return packages[pkgId]
        cr.xml_parse_primary(paths["primary"], newpkgcb=None, pkgcb=done, warningcb=warn, do_files=False)
        cr.xml_parse_filelists(paths["filelists"], newpkgcb=known, pkgcb=None, warningcb=warn)
        cr.xml_parse_other(paths["other"], newpkgcb=known, pkgcb=None, warningcb=warn)
        names = ["pkgId", "name", "arch", "version", "epoch", "release", "summary", "description", "url", "time_build",
            "time_file", "rpm_license", "rpm_vendor", "rpm_group", "rpm_buildhost", "rpm_sourcerpm", "rpm_header_start",
            "rpm_header_end", "rpm_packager", "size_package", "size_installed", "size_archive", "location_href",
            "location_base", "checksum_type", "requires", "provides", "conflicts", "obsoletes", "suggests", "enhances",
            "recommends", "supplements", "files", "changelogs"]
        for key in sorted(packages):
            for name in names:
                print(name, repr(getattr(packages[key], name)))
        """#

    private func makeBoth(in scratch: borrowing Directory) throws {
        try scratch.makeDirectory("ours")
        try scratch.makeDirectory("theirs")
        let ours = try scratch.directory("ours")
        try RichPackages.write(in: ours)
        for name in try ours.directory("Packages").names() {
            let path = PathText.join(ours.path, "Packages/\(name)")
            let built = try RPMFile(try SharedFile(path: path).source()).header.number(.buildTime) ?? 0
            try run(["touch", "-d", "@\(built)", path])
        }
        // createrepo_c before 1.1.1 has no `pre` for these stages.
        try run(["rm", PathText.join(ours.path, "Packages/related-1.0-1.x86_64.rpm")])
        try scratch.makeLink("theirs/Packages", target: "../ours/Packages")
        try SampleRepository.write(in: ours, signer: nil)
        try run([
            "createrepo_c", "--quiet", "--compress-type=gz", "--no-database", PathText.join(scratch.path, "theirs"),
        ])
    }

    @Test func `createrepo_c reads the same from ours as from its own`() throws {
        try withScratch { scratch in
            try makeBoth(in: scratch)
            let ours = text(try run(["/usr/bin/python3", "-c", Self.reader, PathText.join(scratch.path, "ours")]))
            let theirs = text(try run(["/usr/bin/python3", "-c", Self.reader, PathText.join(scratch.path, "theirs")]))
            #expect(ours == theirs)
            #expect(!ours.contains("WARNING"))
            #expect(ours.split(separator: "\n").count { $0.hasPrefix("pkgId '") } == 6)
            #expect(ours.contains("2.1~rc1+git"))
        }
    }

    @Test func `libsolv reads the same from ours as from createrepo_c's`() throws {
        try withScratch { scratch in
            try makeBoth(in: scratch)
            var dumps: [String] = []
            for name in ["ours", "theirs"] {
                let top = PathText.join(scratch.path, name)
                let repomd = try Repomd(try readFile("\(top)/repodata/repomd.xml"), name: "repomd.xml")
                var dump = ""
                for type in ["primary", "filelists", "other"] {
                    let entry = try #require(repomd.data(type))
                    let content = try run(["gzip", "-dc", "\(top)/\(entry.location)"])
                    let solved = try run(["rpmmd2solv"], input: content)
                    dump += sorted(text(try run(["dumpsolv"], input: solved)))
                }
                dumps.append(dump)
            }
            #expect(dumps[0] == dumps[1])
            #expect(dumps[0].contains("name: rich+c.d_e"))
        }
    }

    /// The packages of a dump in an order of their own: createrepo_c's is that of the paths.
    private func sorted(_ dump: String) -> String {
        dump.split(separator: "solvable ", omittingEmptySubsequences: false).map { part in
            // Numbers of solvables and of strings depend on the order.
            part.split(separator: "\n").dropFirst().joined(separator: "\n")
        }.sorted().joined(separator: "\n")
    }
}
