import DefinitionFiles
import SetupPlan

extension ManifestDecoder {
    /// Top-level directories that hold no products.
    private static let foreign = ["bin", "boot", "dev", "lib", "lib32", "lib64", "proc", "run", "sbin", "sys", "tmp"]
    /// Directories that belong to everybody.
    private static let shared = [
        "/etc/default", "/etc/init.d", "/etc/opt", "/etc/systemd", "/usr/bin", "/usr/lib", "/usr/lib64", "/usr/libexec",
        "/usr/local", "/usr/local/bin", "/usr/local/lib", "/usr/sbin", "/usr/share", "/var/cache", "/var/lib",
        "/var/log", "/var/opt", "/var/run", "/var/spool", "/var/tmp",
    ]

    mutating func decodePaths(_ fields: Fields, name: String) -> ProductPaths {
        let paths = fields.fields("paths")
        let result = ProductPaths(
            root: paths?.text("root")?.value ?? "/opt/" + name,
            state: paths?.text("state")?.value ?? "/var/opt/" + name,
            options: paths?.text("options")?.value ?? "/etc/opt/" + name)
        let written = ["root", "state", "options"].compactMap { paths?.text($0) }
        guard written.filter({ !isPlace($0) }).isEmpty else { return result }
        let all = [("root", result.root), ("state", result.state), ("options", result.options)]
        for (index, (key, path)) in all.enumerated() {
            for (otherIndex, (otherKey, other)) in all.enumerated() where otherIndex != index {
                let isInside = (path + "/").hasPrefix(other + "/")
                // Two equal paths are inside each other: the later key is the one to report.
                guard isInside, path != other || otherIndex < index else { continue }
                guard let location = (paths?.text(key) ?? paths?.text(otherKey))?.location else { continue }
                let relation = path == other ? "the same as" : "inside"
                report(location, "\"\(key)\" (\(path)) is \(relation) \"\(otherKey)\" (\(other))")
            }
        }
        return result
    }

    /// Whether a product can live there; reports why not.
    private mutating func isPlace(_ path: Located<String>) -> Bool {
        let top = path.value.split(separator: "/").first.map(String.init) ?? ""
        if Self.shared.contains(path.value) {
            report(path.location, "\(path.value) belongs to everybody; expected a directory of the product's own")
        } else if Self.foreign.contains(top) || path.value.hasPrefix("/var/run/") || path.value.hasPrefix("/var/tmp/") {
            report(path.location, "no product can live below /\(top), found \(path.value)")
        } else {
            return true
        }
        return false
    }
}
