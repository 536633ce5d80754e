import ClientFiles
import Diagnostics
import SiteDefinition
import YUMRepository

/// A file that clients fetch once, whose bytes the definition and the keys alone determine.
struct SiteClientFile {
    /// What it is.
    enum Kind: String {
        /// Public keys.
        case key
        /// The `.repo` file of a product.
        case configuration
    }

    var kind: Kind
    /// Below the site's URL.
    var path: String
    var bytes: [UInt8]
}

extension SiteContext {
    /// The public keys, and the `.repo` files of each product in each channel.
    func clientFiles() throws(Failure) -> [SiteClientFile] {
        var files: [SiteClientFile] = []
        if let path = definition.aptKeyPath, let keys = keys.apt {
            files.append(SiteClientFile(kind: .key, path: path, bytes: keys.keys.armoredKeyring))
        }
        // Old packages are signed by retired keys, and old .repo files name them.
        for key in keys.rpm.map({ $0.keys.published + $0.keys.retired }) ?? [] {
            files.append(SiteClientFile(kind: .key, path: definition.rpmKeyPath(key.key), bytes: key.armored))
        }
        for channel in definition.channels {
            for product in definition.products { files += try configurations(of: product, in: channel) }
        }
        return files
    }

    private func configurations(
        of product: SiteProduct, in channel: Channel
    ) throws(Failure) -> [SiteClientFile] {
        guard let yum = definition.yum, let role = definition.keys.rpm else { return [] }
        let base = definition.url(of: definition.yumPath(in: channel)) + "/$basearch"
        var configuration = RepositoryConfiguration(
            id: definition.repositoryID(of: product, in: channel),
            name: definition.repositoryTitle(of: product, in: channel), source: .base(base),
            keys: role.signingFirst.map { definition.url(of: definition.rpmKeyPath($0)) })
        let path = definition.repoFilePath(product, in: channel)
        var files = [SiteClientFile(kind: .configuration, path: path, bytes: try configuration.bytes())]
        if yum.hasMirrorList {
            configuration.source = .mirrorList(base + "/mirrorlist")
            files.append(
                SiteClientFile(
                    kind: .configuration, path: path.dropLast(5) + "-mirrorlist.repo", bytes: try configuration.bytes())
            )
        }
        return files
    }
}
