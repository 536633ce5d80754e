public import Diagnostics
import Digests
public import LinuxIO
import RPMFormat
public import SiteDefinition
import Templates
import YUMRepository

/// The RPM package that owns a product's `.repo` file, as configuration that an upgrade doesn't replace where it was
/// changed, and the public keys that it names.
///
/// The file leads to the first channel. zypper reads another directory: where that is, the package links the file there.
public struct ReleasePackage: Sendable {
    /// The package's name.
    public let name: String
    /// Its version; its release is 1.
    public let version: String
    /// The name of its file.
    public let fileName: String
    private let package: RPMPackage
    private let contents: [String: [UInt8]]

    /// Where the package puts a key; the name of the product keeps packages of one site apart.
    private static func path(of key: ClientKey, _ product: SiteProduct) -> String {
        "/etc/pki/rpm-gpg/RPM-GPG-KEY-\(product.name)-\(key.key.fileName.dropLast(".asc".count))"
    }

    /// Makes the package.
    ///
    /// - Parameters:
    ///   - site: The site.
    ///   - product: The product.
    ///   - keys: The keys of role `rpm`.
    ///   - timestamp: The time of everything in it, in seconds since 1970.
    /// - Returns: nil when the site makes no packages for clients, or has no YUM repositories.
    public init?(
        _ site: SiteDefinition, _ product: SiteProduct, keys: ClientKeys, timestamp: Int64
    ) throws(Failure) {
        guard let settings = site.clientPackages, let name = settings.releasePackages[product.name] else { return nil }
        self.name = name
        version = settings.version
        fileName = "\(name)-\(version)-1.noarch.rpm"
        let repoFile = "/etc/yum.repos.d/\(product.name).repo"
        let texts = ClientTexts(
            package: name, version: version, origin: site.origin, vendor: settings.vendor,
            maintainer: settings.maintainer, timestamp: timestamp, repository: product.name)
        var files = keys.published.map { key in SmallFile(path: Self.path(of: key, product), bytes: key.armored) }
        let repository = RepositoryConfiguration(
            id: site.repositoryID(of: product, in: site.firstChannel),
            name: site.repositoryTitle(of: product, in: site.firstChannel),
            source: .base(site.url(of: site.yumPath(in: site.firstChannel)) + "/$basearch"),
            keys: files.map { "file://" + $0.path })
        files.append(SmallFile(path: repoFile, bytes: try repository.bytes(), flags: [.config, .noReplace]))
        files.append(
            SmallFile(
                path: "/usr/share/licenses/\(name)/LICENSE", bytes: Array(try texts.render("client-copyright").utf8),
                flags: .license))
        var entries = files.map { file in
            RPMEntry(
                path: file.path, content: .file(size: UInt64(file.bytes.count), digest: SHA256.digest(file.bytes)),
                mode: 0o644, flags: file.flags)
        }
        entries.append(RPMEntry(path: "/usr/share/licenses/\(name)", content: .directory, mode: 0o755))
        package = RPMPackage(
            name: name, version: version, release: "1", architecture: "noarch",
            summary: "Repository and keys of \(product.title)",
            description: try texts.render("release-description").trimmed, license: "LicenseRef-Proprietary",
            group: "System Environment/Base", url: site.url, vendor: settings.vendor, packager: settings.maintainer,
            timestamp: timestamp,
            scripts: [
                RPMScriptlet(.post, body: try texts.render("release-post")),
                RPMScriptlet(.postun, body: try texts.render("release-postun")),
            ],
            changes: [
                RPMChange(
                    timestamp: timestamp, author: "\(settings.maintainer) - \(version)-1",
                    text: "- Keys and repository of \(site.origin), \(version).")
            ],
            entries: entries.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) })
        contents = Dictionary(uniqueKeysWithValues: files.map { ($0.path, $0.bytes) })
    }

    /// Writes it.
    ///
    /// - Parameters:
    ///   - directory: Where the file `fileName` appears, whole.
    ///   - sign: Makes a binary OpenPGP signature, version 4, of the bytes it gets; nil leaves the package unsigned.
    /// - Throws: What the system or the signer reports.
    public func write(
        in directory: borrowing Directory, sign: ((ByteSource) throws(Failure) -> [UInt8])? = nil
    ) throws(Failure) {
        try package.write(contents, replacing: fileName, in: directory, sign: sign)
    }
}
