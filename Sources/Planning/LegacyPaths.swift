import DefinitionFiles
import LinuxIO
import Product
import SetupPlan

/// Paths that older packages owned and that no new package may own as well.
///
/// A purge deletes what is there, and an RPM claims it: so it must be a file, and one of the vendor's.
struct LegacyPaths {
    private let manifest: Manifest
    private let tree: PlanTree

    /// What is wrong with them.
    ///
    /// - Parameters:
    ///   - manifest: The product.
    ///   - tree: The plan.
    static func problems(of manifest: Manifest, in tree: PlanTree) -> [Problem] {
        let rules = LegacyPaths(manifest: manifest, tree: tree)
        return manifest.legacyPaths.compactMap { path in
            rules.reason(against: path.value).map { reason in
                Problem(at: path.location, "\(path.value) \(reason.message)", hints: reason.hints)
            }
        }
    }

    private func reason(against path: String) -> (message: String, hints: [String])? {
        let paths = manifest.paths
        if [paths.root, paths.state, paths.options].contains(where: { ($0 + "/").hasPrefix(path + "/") }) {
            return ("is a directory that the product needs itself", [])
        }
        if let inside = inside(path, paths.root) { return reasonInRoot(against: inside).map { ($0, []) } }
        if let inside = inside(path, paths.state) {
            let made =
                ["conf", "logs", "state"] + [manifest.configuration?.path].compactMap { $0 }.flatMap(Self.parents)
            return made.contains(inside) ? ("is a directory that the packages make", []) : nil
        }
        if inside(path, paths.options) != nil { return nil }
        if let taken = packaged.first(where: { path == $0 || path.hasPrefix($0 + "/") }) {
            return ("is a path that the packages \(path == taken ? "bring" : "have a place for") themselves", [])
        }
        if let other = manifest.legacyPaths.first(where: { $0.value.hasPrefix(path + "/") }) {
            return ("is the directory of \(other.value): only files are kept", [])
        }
        guard !isVendors(path) else { return nil }
        let names = names.sorted().joined(separator: ", ")
        return (
            "doesn't look like a file of the vendor's alone",
            ["Outside of /opt, /etc/opt and /var/opt a path must have one of these names in it: \(names)."]
        )
    }

    private func reasonInRoot(against path: String) -> String? {
        if manifest.reservedPaths.collision(with: path) != nil { return "is a path that the product makes itself" }
        if let entry = tree[path] { return "is in the package \(entry.package), from \(entry.origin.words)" }
        for parent in Self.parents(of: path) {
            if let entry = tree[parent], !entry.isDirectory {
                return "can't be below \(entry.shown), which is \(entry.content.words) from \(entry.origin.words)"
            }
        }
        return nil
    }

    /// What packages hold outside of the product's directories; Documentation/native-packages.md lists it.
    private var packaged: [String] {
        let names = manifest.packages.map(\.name.value)
        let service = manifest.name
        let ofService = [
            "/lib/systemd/system/\(service).service", "/usr/lib/systemd/system/\(service).service",
            "/usr/lib/systemd/system-preset/80-\(service).preset", "/etc/init.d/\(service)",
        ]
        return (manifest.service == nil ? [] : ofService)
            + names.flatMap { name in
                ["/usr/share/doc/\(name)", "/usr/share/licenses/\(name)", "/usr/share/lintian/overrides/\(name)"]
            }
    }

    /// Whether a path is in a directory that is for one vendor (FHS 3.0, 3.13), or has a known name in it.
    private func isVendors(_ path: String) -> Bool {
        for top in ["/opt", "/etc/opt", "/var/opt"] where path.hasPrefix(top + "/") {
            return path.dropFirst(top.count + 1).contains("/")
        }
        let names = names
        return path.split(separator: "/").contains { component in
            names.contains { name in
                guard component.hasPrefix(name) else { return false }
                let next = component.dropFirst(name.count).first
                return next.map { !$0.isLetter && !$0.isNumber } ?? true
            }
        }
    }

    /// The product's name, its packages' and those of what they take the place of.
    private var names: Set<String> {
        var names = Set([manifest.name] + manifest.packages.map(\.name.value))
        for package in manifest.packages {
            let older =
                ["Replaces", "Provides", "Conflicts"].flatMap { package.deb.relations[$0] ?? [] }
                + ["obsoletes", "provides", "conflicts"].flatMap { package.rpm.relations[$0] ?? [] }
            names.formUnion(older.map { String($0.value.prefix { !" (:=<>".contains($0) }) })
        }
        return names
    }

    private func inside(_ path: String, _ directory: String) -> String? {
        path.hasPrefix(directory + "/") ? String(path.dropFirst(directory.count + 1)) : nil
    }

    /// The directories above a relative path, the nearest first.
    private static func parents(of path: String) -> [String] {
        var parents: [String] = []
        var parent = PathText.parent(path)
        while parent != "." {
            parents.append(parent)
            parent = PathText.parent(parent)
        }
        return parents
    }
}
