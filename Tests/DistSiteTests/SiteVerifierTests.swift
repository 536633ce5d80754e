import Diagnostics
import DistSite
import LinuxIO
import RepositoryFiles
import Signing
import SiteDefinition
import Testing

/// What `repo verify` says of a site whose definition it has.
@Suite struct SiteVerifierTests {
    private let time: Int64 = 1_800_000_100

    private func faults(
        _ sample: SampleSite, definition: String? = nil, isMetadataOnly: Bool = false
    ) throws -> [String] {
        let context = try sample.publisher(time: time, definition: definition).context
        let report = try SiteVerifier(sample.site, context: context, isMetadataOnly: isMetadataOnly).verify()
        return report.faults.map { "\($0.severity) \($0.id) \($0.path)" }
    }

    /// Changes the served site by a shell's command in its directory, looks at it, and takes that back.
    private func trying(_ command: String, in sample: SampleSite, _ body: () throws -> Void) throws {
        let kept = sample.site + ".kept"
        try SampleSite.run(["/bin/cp", "-a", sample.site, kept])
        try SampleSite.run(["/bin/sh", "-euc", "cd '\(sample.site)'; \(command)"])
        try body()
        try SampleSite.run(["/bin/rm", "-rf", sample.site])
        try SampleSite.run(["/bin/mv", kept, sample.site])
    }

    @Test func `what is wrong around the repositories is found`() throws {
        let sample = try SampleSite()
        let mirrored = sample.definition().replacing("[x86_64]", with: "[x86_64], mirrorlist: true")
        try sample.publish(
            [try sample.deb("agent", "1.0-1"), try sample.rpm("agent", "1.0")], definition: mirrored)
        #expect(try faults(sample, definition: mirrored) == [])
        #expect(try faults(sample, definition: mirrored, isMetadataOnly: true) == [])
        let linux = "scm/linux"
        // The pages name the keys.
        let pages = ["index.html", "channels/beta/index.html"].map { "error page-link-missing \($0)" }
        let snapshots = "yum/x86_64/snapshots"
        let plants: [(command: String, found: [String])] = [
            ("rm public/\(linux)/apt-sign.gpg", ["error key-file-missing \(linux)/apt-sign.gpg"] + pages),
            (
                "cp public/\(linux)/key-3.asc public/\(linux)/apt-sign.gpg",
                ["error key-file-differs \(linux)/apt-sign.gpg"]
            ),
            ("rm public/\(linux)/key-2.asc", ["error key-file-missing \(linux)/key-2.asc"] + pages),
            ("rm public/\(linux)/agent.repo", ["error repo-file-missing \(linux)/agent.repo"]),
            (
                "sed -i s/gpgcheck=1/gpgcheck=0/ public/\(linux)/agent-mirrorlist.repo",
                ["error repo-file-differs \(linux)/agent-mirrorlist.repo"]
            ),
            ("rm public/index.html", ["error page-missing index.html", pages[1]]),
            (
                "sed -i 's|href=\"scm/linux/key-2.asc\"|href=\"scm/linux/other.asc\"|' public/index.html",
                ["error page-link-missing index.html"]
            ),
            ("rm public/yum/x86_64/mirrorlist", ["error mirrorlist-missing yum/x86_64/mirrorlist"]),
            (
                "echo https://elsewhere.example/ > public/yum/x86_64/mirrorlist",
                ["error mirrorlist-differs yum/x86_64/mirrorlist"]
            ),
            (
                "rm public/\(snapshots)/*/repodata/repomd.xml.asc",
                ["error snapshot-missing \(snapshots)/1800000000/repodata/repomd.xml.asc"]
            ),
            (
                "cd public/\(snapshots)/*/repodata; cp repomd.xml.asc x; echo >> x; mv x repomd.xml.asc",
                ["error snapshot-differs \(snapshots)/1800000000/repodata/repomd.xml.asc"]
            ),
            ("echo x > public/evil.sh", ["warning file-unknown evil.sh"]),
            (
                "mkdir -p public/apt-jammy/dists; echo x > public/apt-jammy/dists/x",
                ["warning file-unknown apt-jammy/dists/x"]
            ),
            ("chmod 0600 public/index.html", ["error mode index.html"]),
            ("chmod 0664 public/index.html", ["error mode index.html"]),
            ("chmod 0750 public/scm", ["error mode scm"]),
            (
                "chmod 0640 store/rpm/agent-1.0-1.x86_64.rpm",
                ["error mode store/rpm/agent-1.0-1.x86_64.rpm"]
            ),
            ("ln -s nowhere public/gone", ["warning file-unknown gone"]),
            ("echo x > store/deb/left.deb", ["warning store-orphan store/deb/left.deb"]),
            // As a publisher leaves them that was killed under a strict umask.
            (
                "umask 077; mkdir store/deb/main/l; echo x > store/deb/main/l/left.deb",
                ["warning store-orphan store/deb/main/l/left.deb"]
            ),
            ("chmod 0700 store/deb/main", ["error mode store/deb/main"]),
            (
                "echo x >> store/deb/main/a/agent/agent_1.0-1_amd64.deb",
                ["error package-size apt-bookworm/pool/main/a/agent/agent_1.0-1_amd64.deb"]
            ),
        ]
        for (command, found) in plants {
            try trying("umask 022; " + command, in: sample) {
                let faults = try faults(sample, definition: mirrored)
                #expect(faults == found, "\(command)")
            }
        }
    }

    @Test func `older generations may have what the served one doesn't`() throws {
        let sample = try SampleSite()
        try sample.publish([try sample.deb("agent", "1.0-1"), try sample.deb("agent", "1.1-1")])
        let publisher = try sample.publisher(time: 1_800_000_050)
        try publisher.remove(
            PackageQuery(name: "agent", version: "1.0-1"), from: publisher.context.definition.firstChannel,
            codenames: nil, isDryRun: false)
        #expect(try faults(sample) == [])
        try SampleSite.run(["/bin/rm", "-r", sample.site + "/generations/000001"])
        #expect(try faults(sample) == ["warning store-orphan store/deb/main/a/agent/agent_1.0-1_amd64.deb"])
    }

    @Test func `installers are compared with their sums and signatures`() throws {
        let sample = try SampleSite()
        try sample.publish([try sample.deb("agent", "1.0-1")])
        let directory = "scm/linux/agent/1.0"
        let path = "\(directory)/agent-1.0.bin"
        try SampleSite.run([
            "/bin/sh", "-euc",
            """
            umask 022; cd '\(sample.site)/public'
            mkdir -p \(directory); cd \(directory); echo installer > agent-1.0.bin
            sha256sum agent-1.0.bin > agent-1.0.bin.sha256
            """,
        ])
        let signer = try GPGSigner(
            fingerprint: sample.fingerprints[2], home: sample.homeDirectory, use: .rpm)
        let content = ByteSource(Array("installer\n".utf8), name: "agent-1.0.bin")
        let file = try Directory.open("\(sample.site)/public/\(directory)")
        let staged = try StagedFile(replacing: "agent-1.0.bin.asc", in: file, mode: 0o644)
        try staged.write(String(decoding: try signer.armored(content), as: UTF8.self))
        try staged.commit()
        try SampleSite.run([
            "/bin/sh", "-euc",
            "umask 022; cd '\(sample.site)/public/scm/linux'; cp agent/1.0/agent-1.0.bin agent.bin; "
                + "cp agent/1.0/agent-1.0.bin.asc agent.bin.asc",
        ])
        // The page is of before.
        #expect(try faults(sample) == [])
        let plants: [(command: String, found: [String])] = [
            ("echo x >> \(path); cp \(path) scm/linux/agent.bin", ["error installer-digest \(path)"]),
            ("rm \(path).sha256", ["error installer-sum-missing \(path).sha256"]),
            ("echo x > \(path).sha256", ["error installer-sum \(path).sha256"]),
            (
                "rm \(path).asc; rm scm/linux/agent.bin.asc",
                [
                    "error installer-missing scm/linux/agent.bin.asc", "error installer-signature-missing \(path).asc",
                ]
            ),
            ("echo x > \(path).asc; cp \(path).asc scm/linux/agent.bin.asc", ["error installer-signature \(path).asc"]),
            ("rm scm/linux/agent.bin", ["error installer-missing scm/linux/agent.bin"]),
            ("echo other > scm/linux/agent.bin", ["error installer-differs scm/linux/agent.bin"]),
            ("rm \(path)", ["error installer-missing \(path)"]),
            ("echo x > \(directory)/more", ["warning file-unknown \(directory)/more"]),
        ]
        for (command, found) in plants {
            try trying("umask 022; cd public; " + command, in: sample) {
                let faults = try faults(sample)
                #expect(faults == found, "\(command)")
            }
        }
    }

    @Test func `a site is looked at as one of ours without its definition, too`() throws {
        let sample = try SampleSite()
        try sample.publish([try sample.deb("agent", "1.0-1"), try sample.rpm("agent", "1.0")])
        func foreign(_ path: String) throws -> [String] {
            var options = ForeignVerifier.Options()
            options.keys = try GPGVerifier(keys: (0..<4).map { "\(sample.directory)/key-\($0).asc" })
            options.time = time
            let report = try ForeignVerifier(try DirectoryReader.place(path), options).verify()
            return report.faults.map { "\($0.severity) \($0.id) \($0.path)" }
        }
        let places = ["", "/public", "/public/apt-bookworm", "/generations/000001/yum/x86_64"].map { sample.site + $0 }
        for place in places { #expect(try foreign(place) == []) }
        let index = "dists/bookworm/main/binary-amd64/Packages"
        try trying("rm public/apt-bookworm/\(index)", in: sample) {
            let whole = try foreign(sample.site)
            #expect(whole == ["error file-missing apt-bookworm/\(index)"])
            let part = try foreign(sample.site + "/public/apt-bookworm")
            #expect(part == ["error file-missing \(index)"])
        }
        // What leads out of a site is told with its path, and the rest is looked at.
        try trying("ln -s /etc public/out; rm public/apt-trixie/dists/trixie/Release.gpg", in: sample) {
            let faults = try foreign(sample.site)
            #expect(
                faults == [
                    "error unreadable out", "error release-signature-missing apt-trixie/dists/trixie/Release.gpg",
                ])
        }
    }
}
