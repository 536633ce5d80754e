import ClientFiles
import Diagnostics
import LinuxIO
import SetupPlan
import SiteDefinition
import SiteStorage
import YUMRepository

extension SiteWriter {
    /// Writes the public keys that clients fetch.
    mutating func writeKeyFiles() throws(Failure) {
        if let path = definition.aptKeyPath, let keys = context.keys.apt {
            try draft.write(keys.keys.armoredKeyring, to: path)
        }
        for key in context.keys.rpm?.keys.published ?? [] {
            try draft.write(key.armored, to: definition.rpmKeyPath(key.key))
        }
    }

    /// Writes the `.repo` file of each product in each channel.
    mutating func writeConfigurations() throws(Failure) {
        guard let yum = definition.yum, let role = definition.keys.rpm else { return }
        for channel in definition.channels {
            let base = definition.url(of: definition.yumPath(in: channel)) + "/$basearch"
            for product in definition.products {
                let configuration = RepositoryConfiguration(
                    id: definition.repositoryID(of: product, in: channel),
                    name: definition.repositoryTitle(of: product, in: channel), source: .base(base),
                    keys: role.published.map { definition.url(of: definition.rpmKeyPath($0)) })
                let path = definition.repoFilePath(product, in: channel)
                try draft.write(try configuration.bytes(), to: path)
                guard yum.hasMirrorList else { continue }
                var mirrored = configuration
                mirrored.source = .mirrorList(base + "/mirrorlist")
                try draft.write(try mirrored.bytes(), to: path.dropLast(5) + "-mirrorlist.repo")
            }
        }
    }

    /// Gives the newest installer of each product its documented name.
    mutating func writeNewestInstallers() throws(Failure) {
        for channel in definition.channels {
            for product in definition.products where product.hasInstaller {
                let path = definition.installerPath(product, in: channel)
                let directory = PathText.parent(path) + "/\(product.name)"
                let versions = Set(
                    draft.paths(below: directory).compactMap { path in
                        path.dropFirst(directory.count + 1).split(separator: "/").first.map(String.init)
                    })
                let newest = versions.max { VersionOrder.compare($0, $1) < 0 }
                for ending in ["", ".asc"] {
                    guard let newest else {
                        try draft.remove(path + ending)
                        continue
                    }
                    try draft.makeSame(
                        path + ending, as: definition.installerPath(product, version: newest, in: channel) + ending)
                }
            }
        }
    }
}
