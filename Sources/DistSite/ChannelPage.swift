import ClientFiles
import DefinitionFiles
import Diagnostics
import Digests
import LandingPage
import LinuxIO
import OpenPGP
import SetupPlan
import SiteDefinition

/// Makes the page of a channel from the definition and from what is published.
struct ChannelPage {
    let context: SiteContext
    let channel: Channel
    /// The packages of the site's products in the channel.
    let items: [PublishedItem]
    /// When each file was published first, in seconds since 1970, by its SHA-256.
    let times: [String: Int64]
    /// When the channel changed last, in seconds since 1970.
    let updated: Int64

    private var definition: SiteDefinition { context.definition }

    /// The page.
    ///
    /// - Throws: `.usage` for texts of the definition that can't stand in a page.
    func html() throws(Failure) -> [UInt8] {
        var products: [SitePage.Product] = []
        for product in definition.products { products.append(try describe(product)) }
        var page = SitePage(
            title: definition.landingPage.title, url: definition.url, updated: updated, products: products)
        page.introduction = definition.landingPage.introduction
        page.directory = String(definition.base(of: channel).dropLast())
        page.channel = channel.name == definition.firstChannel.name ? nil : channel.name
        page.channels = definition.channels.filter { $0.name != channel.name }.map { other in
            SitePage.Link(title: other.name, target: definition.base(of: other) + "index.html")
        }
        if let support = definition.landingPage.support {
            page.links.append(SitePage.Link(title: "Support", target: support))
        }
        page.apt = try apt()
        page.yum = try yum()
        return Array(try page.html(template: try template()).utf8)
    }

    /// The text that the definition has in place of the built-in page.
    private func template() throws(Failure) -> String? {
        guard let file = definition.landingPage.template else { return nil }
        let place = "\(file.location.file):\(file.location.line): \(file.location.keyPath)"
        let bytes: [UInt8]
        do throws(Failure) {
            bytes = try readFile(PathText.join(context.directory, file.value), limit: 1 << 20)
        } catch {
            throw Failure(.usage, "\(place): the template can't be read", cause: error.message)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Failure(.usage, "\(place): \(PathText.display(file.value)) is not UTF-8")
        }
        return text
    }

    private func apt() throws(Failure) -> SitePage.APT? {
        guard let apt = definition.apt, let path = definition.aptKeyPath else { return nil }
        let releases = apt.distributions.reversed().map { distribution in
            SitePage.APT.Release(
                codename: distribution.codename, system: Codename.named(distribution.codename)?.title)
        }
        return SitePage.APT(
            releases: releases, architectures: Array(Set(apt.distributions.flatMap(\.architectures))).sorted(),
            component: apt.components[0], keys: try keys(definition.keys.apt, context.keys.apt) { _ in path },
            keyPath: path,
            keyring: apt.keyring, listName: apt.listName)
    }

    private func yum() throws(Failure) -> SitePage.YUM? {
        guard let yum = definition.yum else { return nil }
        return SitePage.YUM(
            path: definition.yumPath(in: channel), architectures: yum.architectures,
            keys: try rpmKeys())
    }

    /// The keys of role `rpm`, those that were in use once with them: their files stay on the site.
    private func rpmKeys() throws(Failure) -> [SitePage.SigningKey] {
        try keys(definition.keys.rpm, context.keys.rpm, retired: context.keys.rpm?.keys.retired ?? []) { key in
            definition.rpmKeyPath(key)
        }
    }

    /// Keys of a role, those that sign first.
    private func keys(
        _ role: RoleKeys?, _ keys: SitePublicKeys.Role?, retired: [ClientKey] = [], _ path: (SiteKey) -> String
    ) throws(Failure) -> [SitePage.SigningKey] {
        guard let role, let keys else { return [] }
        var found: [SitePage.SigningKey] = []
        let published = role.signingFirst.compactMap { key in keys.keys.published.first { $0.key == key } }
        for key in published + retired {
            let fingerprint = key.key.fingerprint
            guard let certificate = try Certificate.read(key.packets, name: fingerprint).first else { continue }
            let bits = certificate.primary.bits.map { " \($0)" } ?? ""
            found.append(
                SitePage.SigningKey(
                    fingerprint: fingerprint, owner: certificate.userIDs.first?.text ?? "", path: path(key.key),
                    algorithm: certificate.primary.algorithm.name + bits,
                    created: Int64(certificate.primary.creation), expires: certificate.expiry.map { Int64($0) },
                    standing: standing(of: key.key, in: role)))
        }
        return found
    }

    /// What a key is for.
    ///
    /// The current one is in use while its successor signs, too: published packages are signed by it.
    private func standing(of key: SiteKey, in role: RoleKeys) -> SitePage.Standing {
        if role.retired.contains(key) { return .retired }
        return key == role.successor && !role.signers.contains(key) ? .successor : .inUse
    }

    // MARK: Products

    private func describe(_ product: SiteProduct) throws(Failure) -> SitePage.Product {
        let own = items.filter { $0.name == product.name || product.packages.contains($0.name) }
        var page = SitePage.Product(
            name: product.name, title: product.title, package: product.installedPackage, versions: try versions(own))
        page.summary = product.description
        page.documentation = product.documentation
        page.extraPackages = product.packages.filter { $0 != product.installedPackage }
        page.configure = product.configureCommand
        page.start = product.startCommand
        page.stateDirectory = product.stateDirectory
        page.isInAPT = definition.apt != nil
        page.offline = SitePage.Offline(name: "\(product.name)-offline.tar")
        if definition.yum != nil {
            page.repoFile = SitePage.RepoFile(
                path: definition.repoFilePath(product, in: channel),
                id: definition.repositoryID(of: product, in: channel))
        }
        if product.hasInstaller, own.contains(where: { $0.format == "bin" }) {
            page.installer = SitePage.Installer(
                path: definition.installerPath(product, in: channel),
                keys: try rpmKeys(), uninstall: product.uninstallCommand)
        }
        return page
    }

    /// The versions, newest first, each with its files.
    private func versions(_ items: [PublishedItem]) throws(Failure) -> [SitePage.Version] {
        var files: [String: [PublishedItem]] = [:]
        for item in items {
            let version = item.format == "bin" ? item.version : Self.upstream(item.version)
            // One file for all codenames.
            if files[version]?.contains(where: { $0.sha256 == item.sha256 }) == true { continue }
            files[version, default: []].append(item)
        }
        var versions: [SitePage.Version] = []
        for version in files.keys.sorted(by: { VersionOrder.compare($0, $1) > 0 }) {
            var listed: [SitePage.File] = []
            for item in (files[version] ?? []).sorted(by: { ($0.format, $0.path) < ($1.format, $1.path) }) {
                guard let sha256 = SHA256Digest(hex: item.sha256) else { continue }
                listed.append(
                    SitePage.File(
                        kind: Self.kind(item.format), path: item.path, architecture: item.architecture, size: item.size,
                        sha256: sha256, signaturePath: item.format == "bin" ? item.path + ".asc" : nil))
            }
            let published = (files[version] ?? []).compactMap { times[$0.sha256] }.min()
            versions.append(SitePage.Version(number: version, published: published, files: listed))
        }
        return versions
    }

    private static func kind(_ format: String) -> String {
        switch format {
        case "deb": "DEB package"
        case "rpm": "RPM package"
        default: "Self-extracting installer"
        }
    }

    /// A version without epoch and release.
    private static func upstream(_ version: String) -> String {
        let plain = version.split(separator: ":").last ?? ""
        return plain.lastIndex(of: "-").map { String(plain[..<$0]) } ?? String(plain)
    }
}
