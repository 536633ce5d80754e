import DefinitionFiles
import Diagnostics
import Testing

@testable import SiteDefinition

@Suite struct DecodingTests {
    @Test func `Defaults`() throws {
        let site = try SiteDefinition(parsing: Sites.adding(""), file: "dist.yaml")
        #expect(site.warnings == [])
        #expect(site.url == "https://dist.example.com" && site.directory.value == "site")
        #expect(site.title == "Example" && site.label == "Example" && site.prefix == "linux")
        #expect(site.landingPage == PageSettings(title: "Example", introduction: []))
        let product = try #require(site.products.first)
        #expect(product.title == "my-agent" && product.packages == ["my-agent"])
        #expect(product.installedPackage == "my-agent" && product.hasInstaller)
        #expect(
            site.apt
                == APTSettings(
                    distributions: [.init(codename: "bookworm", architectures: ["amd64"])], components: ["main"],
                    description: "Example", keyFile: "apt-sign.gpg",
                    keyring: "/usr/share/keyrings/example-archive-keyring.gpg", listName: "example", hasContents: false)
        )
        #expect(site.yum == YUMSettings(architectures: ["x86_64"], hasMirrorList: false))
        #expect(site.channels == [Channel(name: "stable", label: "Example")])
        #expect(site.indexRetention == IndexRetention(generations: 3, hours: 24))
        #expect(
            site.targets == [
                TargetSystem(id: "debian", minimumVersion: "12"), TargetSystem(id: "el", minimumVersion: "7"),
                TargetSystem(id: "fedora"), TargetSystem(id: "suse"),
            ])
        #expect(site.lock == LockTiming(leaseSeconds: 600, waitSeconds: 300))
        #expect(site.clientPackages == nil)
    }

    @Test func `Every key`() throws {
        let text = """
            url: https://dist.example.com:8443/packages
            site: ../public/site
            title: Example downloads
            origin: Example Inc
            label: Example
            prefix: scm/linux
            landing_page:
              title: Agents
              introduction: |
                One
                  paragraph.

                Another.
              support: https://support.example.com/
              template: landing.mustache
            products:
              - name: my-agent
                title: My Agent
                description: Watches.
                documentation: https://docs.example.com
                packages: [my-agent-core, my-agent-jre]
                install: my-agent-core
                installer: false
                state: /var/opt/my-agent
                commands: { configure: sudo c, start: sudo s, uninstall: sudo u }
              - { name: other, packages: [first, second] }
            apt:
              codenames: [trusty, { name: trixie, architectures: [amd64, arm64] }, focal]
              components: [main, extra]
              architectures: [amd64, i386]
              description: Packages
              key_file: key.asc
              keyring: /usr/share/keyrings/x.gpg
              list: y
              contents: true
              valid_for: 14d
              refresh: 12h
            yum: { architectures: [x86_64, aarch64], title: Z, mirrorlist: true }
            keys:
              apt:
                current: { fingerprint: "fcb9 dc04 de50 2cba 0f39  bfaf bfb4 716b 93a8 397b", file: keys/a.asc }
                successor: { fingerprint: \(Sites.fingerprint("12")), file: keys/b.asc }
                retired: [{ fingerprint: \(Sites.fingerprint("13")), file: old/a.asc }]
                signed_by: both
              rpm:
                current: { fingerprint: \(Sites.fingerprint("14")), file: keys/r-1.asc }
                successor: { fingerprint: \(Sites.fingerprint("15")), file: keys/r-2.asc }
                retired: [{ fingerprint: \(Sites.fingerprint("16")), file: keys/r-0.asc }]
                signed_by: successor
            channels: [stable, { name: beta, label: Example tests, retention: { versions: 2 } }, nightly]
            retention: { versions: 5, days: 90 }
            index_retention: { generations: 7, hours: 200 }
            targets: [debian>=11, "ubuntu >= 14.04", suse]
            lock: { lease: 2h, wait: 0m }
            client_packages:
              { version: 2026.10, maintainer: S <s@example.com>, vendor: V, keyring: k-keyring, release: "x-*" }
            """
        let site = try SiteDefinition(parsing: text, file: "dist.yaml")
        #expect(site.warnings == [])
        #expect(site.directory.value == "../public/site" && site.directory.location.line == 2)
        #expect(site.landingPage.introduction == ["One paragraph.", "Another."])
        #expect(site.landingPage.template?.value == "landing.mustache")
        let product = try #require(site.product(ofPackage: "my-agent-jre"))
        #expect(product.installedPackage == "my-agent-core" && !product.hasInstaller)
        #expect(product.stateDirectory == "/var/opt/my-agent")
        #expect(product.configureCommand == "sudo c" && product.uninstallCommand == "sudo u")
        #expect(site.product(named: "other")?.installedPackage == "first")
        #expect(["my-agent-jre", "second", "k-keyring", "x-other"].allSatisfy { site.hasPackage(named: $0) })
        #expect(!site.hasPackage(named: "my-agent"))
        let apt = try #require(site.apt)
        #expect(apt.distributions.map(\.codename) == ["trusty", "trixie", "focal"])
        #expect(apt.distribution(named: "trixie")?.architectures == ["amd64", "arm64"])
        #expect(apt.distribution(named: "focal")?.architectures == ["amd64", "i386"])
        #expect(apt.validity == ReleaseValidity(seconds: 1_209_600, refreshSeconds: 43_200) && apt.hasContents)
        #expect(apt.keyring == "/usr/share/keyrings/x.gpg" && apt.listName == "y" && apt.keyFile == "key.asc")
        let keys = try #require(site.keys.apt)
        #expect(keys.current.shownFingerprint == "FCB9 DC04 DE50 2CBA 0F39 BFAF BFB4 716B 93A8 397B")
        #expect(keys.signers.map(\.fileName) == ["a.asc", "b.asc"])
        let rpm = try #require(site.keys.rpm)
        #expect(rpm.signers.map(\.fileName) == ["r-2.asc"])
        #expect(rpm.published.map(\.fileName) == ["r-1.asc", "r-2.asc"] && rpm.all.last?.fileName == "r-0.asc")
        #expect(site.channels.map(\.label) == ["Example", "Example tests", "Example nightly"])
        #expect(site.channels.map(\.retention?.versions) == [5, 2, 5] && site.channels[1].retention?.days == nil)
        #expect(site.indexRetention == IndexRetention(generations: 7, hours: 200))
        #expect(site.targets.map(\.id) == ["debian", "ubuntu", "suse"] && site.targets[1].minimumVersion == "14.04")
        #expect(site.lock == LockTiming(leaseSeconds: 7200, waitSeconds: 0))
        #expect(
            site.clientPackages
                == ClientPackageSettings(
                    version: "2026.10", maintainer: "S <s@example.com>", vendor: "V", keyringPackage: "k-keyring",
                    releasePackages: ["my-agent": "x-my-agent", "other": "x-other"]))
    }

    @Test func `The documented paths`() throws {
        let text = Sites.adding("prefix: scm/linux\nchannels: [stable, beta]")
        let site = try SiteDefinition(parsing: text, file: "dist.yaml")
        let product = try #require(site.products.first)
        let beta = try #require(site.channel(named: "beta"))
        #expect(site.aptKeyPath == "scm/linux/apt-sign.gpg")
        #expect(site.keys.rpm.map { site.rpmKeyPath($0.current) } == "scm/linux/rpm-1.asc")
        #expect(site.aptPath("trixie", in: site.firstChannel) == "apt-trixie")
        #expect(site.aptPath("trixie", in: beta) == "channels/beta/apt-trixie")
        #expect(site.yumPath(in: beta) == "channels/beta/yum" && site.yumPath(in: site.firstChannel) == "yum")
        #expect(site.repoFilePath(product, in: site.firstChannel) == "scm/linux/my-agent.repo")
        #expect(site.repoFilePath(product, in: beta) == "channels/beta/scm/linux/my-agent.repo")
        #expect(site.installerPath(product, in: beta) == "channels/beta/scm/linux/my-agent.bin")
        #expect(
            site.installerPath(product, version: "1.2", in: site.firstChannel)
                == "scm/linux/my-agent/1.2/my-agent-1.2.bin")
        #expect(site.url(of: "yum") == "https://dist.example.com/yum")
        #expect(site.repositoryID(of: product, in: beta) == "my-agent-beta")
        #expect(site.repositoryTitle(of: product, in: beta) == "my-agent (beta)")
    }

    @Test func `Without APT nothing of it is needed`() throws {
        let lines = Sites.lines.filter { !$0.hasPrefix("apt:") }
        let text = lines.joined(separator: "\n").replacing("  apt:\n", with: "").split(separator: "\n")
            .filter { !$0.contains("keys/apt-") }.joined(separator: "\n")
        let site = try SiteDefinition(
            parsing: text + "\nclient_packages: { version: 1, maintainer: S <s@example.com> }", file: "dist.yaml")
        #expect(site.apt == nil && site.keys.apt == nil && site.aptKeyPath == nil)
        #expect(site.clientPackages?.keyringPackage == nil)
        #expect(site.clientPackages?.releasePackages == ["my-agent": "my-agent-release"])
        #expect(site.targets.map(\.id) == ["el", "fedora", "suse"])
    }

    @Test func `A mirror list keeps snapshots for a week`() throws {
        let site = try SiteDefinition(parsing: Sites.replacing(5, with: "yum: { mirrorlist: true }"), file: "dist.yaml")
        #expect(site.indexRetention == IndexRetention(generations: 3, hours: 168))
    }

    @Test(arguments: [
        ("Example", "example"), ("Example, Inc.", "example-inc"), ("  ÄÖ ", "packages"), ("A--B 2", "a-b-2"),
    ])
    func `File names come from the origin`(origin: String, word: String) {
        #expect(SiteDecoder.word(origin) == word)
    }
}
