import Digests
import LandingPage

/// A site like the one that the requirements describe.
enum Example {
    static let base = "https://dist.sectigo.com"

    static let aptKeys = [
        SitePage.SigningKey(
            fingerprint: "FCB9DC04DE502CBA0F39BFAFBFB4716B93A8397B", owner: "Sectigo Archive <archive@sectigo.com>",
            path: "scm/linux/apt-sign.gpg", algorithm: "RSA 4096", created: 1_735_689_600),
        SitePage.SigningKey(
            fingerprint: "7A3E91B04C5D6F2188E9A0B1C2D3E4F5061728AB", owner: "Sectigo Archive 2 <archive@sectigo.com>",
            path: "scm/linux/apt-sign.gpg", algorithm: "RSA 4096", created: 1_735_689_600, standing: .successor),
    ]

    static let rpmKeys = [
        SitePage.SigningKey(
            fingerprint: "05419789e34ebe6ee3d3609650978649" + "30a7d659",
            owner: "Sectigo Packages <packages@sectigo.com>", path: "scm/linux/rpm-sign.asc", algorithm: "RSA 4096",
            created: 1_735_689_600),
        SitePage.SigningKey(
            fingerprint: "91c0ffee0a1b2c3d4e5f60718293a4b5c6d7e8f9", owner: "Sectigo Packages 2 <packages@sectigo.com>",
            path: "scm/linux/rpm-sign-2.asc", algorithm: "RSA 4096", created: 1_735_689_600,
            expires: 2_051_222_400, standing: .successor),
    ]

    static func files(_ product: String, _ version: String) -> [SitePage.File] {
        let digest: (String) -> SHA256Digest = { SHA256.digest(Array("\(product) \(version) \($0)".utf8)) }
        let bin = "scm/linux/\(product)/\(version)/\(product)-\(version).bin"
        return [
            SitePage.File(
                kind: "Self-extracting installer", path: bin, architecture: "x86_64", size: 27_418_624,
                sha256: digest("bin"), signaturePath: bin + ".asc"),
            SitePage.File(
                kind: "DEB package", path: "apt-trixie/pool/main/s/\(product)/\(product)_\(version)-1_amd64.deb",
                architecture: "amd64", size: 3_204_911, sha256: digest("deb")),
            SitePage.File(
                kind: "DEB package",
                path: "apt-trixie/pool/main/s/\(product)-jre/\(product)-jre_\(version)-1_amd64.deb",
                architecture: "amd64", size: 25_118_003, sha256: digest("deb jre")),
            SitePage.File(
                kind: "RPM package", path: "yum/x86_64/Packages/\(product)-\(version)-1.x86_64.rpm",
                architecture: "x86_64", size: 3_310_250, sha256: digest("rpm")),
            SitePage.File(
                kind: "RPM package", path: "yum/x86_64/Packages/\(product)-jre-\(version)-1.x86_64.rpm",
                architecture: "x86_64", size: 25_400_120, sha256: digest("rpm jre")),
        ]
    }

    static func product(_ name: String, title: String, versions: [(String, Int64)]) -> SitePage.Product {
        var product = SitePage.Product(
            name: name, title: title, package: name,
            versions: versions.map {
                SitePage.Version(number: $0.0, published: $0.1, files: files(name, $0.0))
            })
        product.extraPackages = [name + "-jre"]
        product.documentation = "https://docs.sectigo.com/\(name)/"
        product.configure = "sudo /opt/\(name)/sectigona-config interactive"
        product.start = "sudo service \(name) start"
        product.stateDirectory = "/var/opt/\(name)"
        product.repoFile = SitePage.RepoFile(path: "scm/linux/\(name).repo", id: name)
        let newest = versions.first?.0 ?? ""
        product.installer = SitePage.Installer(
            path: "scm/linux/\(name)/\(newest)/\(name)-\(newest).bin", keys: aptKeys,
            uninstall: "sudo /opt/\(name)/uninstall")
        product.offline = SitePage.Offline(name: "\(name)-offline.tar")
        return product
    }

    static var page: SitePage {
        var agent = product(
            "sectigo-network-agent", title: "Sectigo Network Agent",
            versions: [("2.3.0", 1_795_305_600), ("2.2.1", 1_780_000_000), ("2.2.0~rc1", 1_770_000_000)])
        agent.summary = "Discovers and installs SSL certificates for Sectigo Certificate Manager."
        agent.versions[0].notes = SitePage.Link(
            title: "What is new", target: "https://docs.sectigo.com/notes?v=2.3.0#top")
        var connector = product(
            "sectigo-ca-connector", title: "Sectigo CA Connector", versions: [("1.4.2", 1_790_000_000)])
        connector.summary = "Connects a private certificate authority to Sectigo Certificate Manager."
        connector.extraPackages = []
        var page = SitePage(
            title: "Sectigo downloads", url: base, updated: 1_795_305_600, products: [agent, connector])
        page.introduction = ["Signed packages and installers of Sectigo's agents for Linux."]
        page.channels = [SitePage.Link(title: "beta", target: "channels/beta/index.html")]
        page.links = [SitePage.Link(title: "Support", target: "https://www.sectigo.com/support")]
        page.apt = SitePage.APT(
            releases: [
                ("trixie", "Debian 13"), ("bookworm", "Debian 12"), ("bullseye", "Debian 11"), ("buster", "Debian 10"),
                ("resolute", "Ubuntu 26.04"), ("noble", "Ubuntu 24.04"), ("jammy", "Ubuntu 22.04"),
                ("focal", "Ubuntu 20.04"), ("bionic", "Ubuntu 18.04"), ("xenial", "Ubuntu 16.04"),
                ("trusty", "Ubuntu 14.04"),
            ].map { SitePage.APT.Release(codename: $0.0, system: $0.1) },
            architectures: ["amd64"], keys: aptKeys, keyPath: "scm/linux/apt-sign.gpg",
            keyring: "/usr/share/keyrings/sectigo-archive-keyring.gpg", listName: "sectigo")
        page.yum = SitePage.YUM(architectures: ["x86_64"], keys: rpmKeys)
        return page
    }
}
