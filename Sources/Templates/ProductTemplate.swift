/// A product that `agentpack init` starts from.
///
/// The files are embedded from `templates/`, where the manifest carries the template's name, because all names below
/// it must differ; a new product gets it as `product.yaml`.
public struct ProductTemplate: Sendable {
    /// One file of a template.
    public struct File: Sendable {
        /// The path in the product's directory.
        public var path: String
        /// The permission bits.
        public var mode: UInt32
        /// The content, UTF-8.
        public var bytes: [UInt8]
        /// The path below `templates/`.
        public var origin: String
    }

    /// The name of a product's manifest.
    public static let manifestName = "product.yaml"

    /// The template's name.
    public var name: String
    /// What it is for, one line.
    public var summary: String
    /// The files, the manifest first.
    public var files: [File]
    /// What is still to do before the product can be built; empty when nothing is.
    public var preparation: [String]

    /// The product's name in the template's files: the one that the manifest states.
    public var productName: String {
        manifestText(of: "name") ?? name
    }

    /// What the manifest states under a key at its top.
    private func manifestText(of key: String) -> String? {
        let lines = files.first.map { String(decoding: $0.bytes, as: UTF8.self).split(separator: "\n") } ?? []
        let line = lines.first { $0.hasPrefix(key + ": ") }
        return line.map { String($0.dropFirst(key.count + 2)) }
    }

    /// All templates, in the order in which they are listed.
    public static let all: [ProductTemplate] = [
        ProductTemplate(
            name: "minimal", summary: "a program and a service, nothing more",
            files: [
                manifest("minimal", PackageResources.minimal_yaml),
                File(
                    path: "bin/my-agent", mode: 0o755, bytes: PackageResources.my_agent,
                    origin: "minimal/bin/my-agent"),
            ], preparation: []),
        ProductTemplate(
            name: "network-agent", summary: "a licence, a token, a proxy: an agent that reports to a server",
            files: [
                manifest("network-agent", PackageResources.network_agent_yaml),
                File(
                    path: "network-agent-EULA.txt", mode: 0o644, bytes: PackageResources.network_agent_EULA_txt,
                    origin: "network-agent/network-agent-EULA.txt"),
                File(
                    path: "bin/network-agent", mode: 0o755, bytes: PackageResources.network_agent,
                    origin: "network-agent/bin/network-agent"),
            ], preparation: []),
        ProductTemplate(
            name: "node-exporter", summary: "a program of somebody else, wrapped by its manifest alone",
            files: [manifest("node-exporter", PackageResources.node_exporter_yaml)],
            preparation: ["Put the program prometheus-node-exporter beside it; its first lines say how."]),
    ]

    /// The template with a name.
    public static func named(_ name: String) -> ProductTemplate? { all.first { $0.name == name } }

    private static func manifest(_ template: String, _ bytes: [UInt8]) -> File {
        File(path: manifestName, mode: 0o644, bytes: bytes, origin: "\(template)/\(template).yaml")
    }

    /// The files for a product with another name: wherever the template says its product's name, they say the new one, and
    /// its title is made of the new name's words.
    ///
    /// - Parameter name: The new product's name.
    /// - Returns: The files.
    public func files(named name: String) -> [File] {
        let title = name.split { "-.".contains($0) }.map { $0.prefix(1).uppercased() + $0.dropFirst() }
            .joined(separator: " ")
        return files.map { file in
            var file = file
            file.path = file.path.replacing(productName, with: name)
            var text = String(decoding: file.bytes, as: UTF8.self).replacing(productName, with: name)
            if let old = manifestText(of: "title") { text = text.replacing(old, with: title) }
            file.bytes = Array(text.utf8)
            return file
        }
    }
}
