import Diagnostics
import LinuxIO
import SetupPlan
import SiteDefinition
import SiteStorage

extension SiteWriter {
    /// Writes the public keys that clients fetch, and the `.repo` file of each product in each channel.
    mutating func writeClientFiles() throws(Failure) {
        for file in try context.clientFiles() { try draft.write(file.bytes, to: file.path) }
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
