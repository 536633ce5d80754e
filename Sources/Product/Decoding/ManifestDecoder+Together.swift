import DefinitionFiles
import Diagnostics

/// What packages of one product say of each other, and of the machine that they need together.
extension ManifestDecoder {
    mutating func checkTogether(_ packages: [PackageDefinition], _ service: ServiceDefinition?) {
        checkDependencies(packages)
        for package in packages {
            checkNames(package, packages)
            checkConflicts(package, packages)
        }
        checkAccounts(packages, service)
    }

    /// A dependency that is called nearly like a package of the product was probably meant to be that one.
    private mutating func checkNames(_ package: PackageDefinition, _ packages: [PackageDefinition]) {
        let names = packages.map(\.name.value)
        for dependency in package.depends where !names.contains(dependency.value) {
            guard let near = Suggestion.nearest(to: dependency.value, among: names) else { continue }
            warn(
                dependency.location,
                "\"\(dependency.value)\" is no package of the product; one of somebody else can stand in "
                    + "\"deb.depends\" and \"rpm.requires\"", suggestion: near)
        }
    }

    /// A package that excludes what it needs can't be installed.
    private mutating func checkConflicts(_ package: PackageDefinition, _ packages: [PackageDefinition]) {
        let needed = Self.needed(by: package, packages)
        func names(_ relations: [Located<String>]?) -> [String] { (relations ?? []).map(\.value) }
        let deb = package.deb.relations
        let rpm = package.rpm.relations
        let inDeb = needed.union(names(deb["Depends"]) + names(deb["Pre-Depends"]))
        for relation in (deb["Conflicts"] ?? []) + (deb["Breaks"] ?? []) where inDeb.contains(relation.value) {
            report(relation.location, "the package needs \"\(relation.value)\", so that it can't exclude it")
        }
        let inRPM = needed.union(names(rpm["requires"]))
        for relation in (rpm["conflicts"] ?? []) + (rpm["obsoletes"] ?? []) where inRPM.contains(relation.value) {
            report(relation.location, "the package needs \"\(relation.value)\", so that it can't exclude it")
        }
    }

    /// What is there whenever a package is, by the names in `depends`.
    private static func needed(by package: PackageDefinition, _ packages: [PackageDefinition]) -> Set<String> {
        var found: Set<String> = []
        var pending = package.depends.map(\.value)
        while let name = pending.popLast() {
            guard found.insert(name).inserted else { continue }
            pending += packages.first { $0.name.value == name }?.depends.map(\.value) ?? []
        }
        return found
    }

    /// Accounts that systems of both families have from the start: Debian's base-passwd, Fedora's setup.
    private static let users: Set<String> = ["root", "bin", "daemon", "games", "lp", "mail", "nobody", "sync"]
    private static let groups: Set<String> = [
        "root", "adm", "audio", "bin", "cdrom", "daemon", "dialout", "disk", "floppy", "games", "kmem", "lp", "mail",
        "man", "sys", "tape", "tty", "users", "video",
    ]

    /// dpkg and rpm would give files to root whose owner isn't there; the packages' scripts refuse such a machine.
    private mutating func checkAccounts(_ packages: [PackageDefinition], _ service: ServiceDefinition?) {
        guard packages.allSatisfy({ $0.scripts.beforeInstall == nil }) else { return }
        let users = Self.users.union([service?.user.value].compactMap { $0 })
        let groups = Self.groups.union([service?.user.value, service?.group?.value].compactMap { $0 })
        var seen: Set<String> = []
        for rule in packages.flatMap(\.contents) {
            let missing = [("user", rule.owner, users), ("group", rule.group, groups)].first { !$2.contains($1) }
            guard let (kind, name, _) = missing, seen.insert(name).inserted else { continue }
            warn(
                rule.location,
                "no \"scripts.before_install\" makes the \(kind) \"\(name)\": where it is missing, the packages "
                    + "can't be installed")
        }
    }

    /// Packages that need each other can't be installed one after the other: each cycle is reported once, at the
    /// dependency that closes it.
    private mutating func checkDependencies(_ packages: [PackageDefinition]) {
        var finished: Set<String> = []
        for package in packages { visit(package, packages, path: [], &finished) }
    }

    private mutating func visit(
        _ package: PackageDefinition, _ packages: [PackageDefinition], path: [String], _ finished: inout Set<String>
    ) {
        guard !finished.contains(package.name.value) else { return }
        let path = path + [package.name.value]
        for dependency in package.depends {
            if let start = path.firstIndex(of: dependency.value) {
                let cycle = path[start...] + [dependency.value]
                report(
                    dependency.location,
                    cycle.count == 2
                        ? "a package can't depend on itself"
                        : "packages depend on each other in a circle: " + cycle.joined(separator: ", which needs "))
            } else if let next = packages.first(where: { $0.name.value == dependency.value }) {
                visit(next, packages, path: path, &finished)
            }
        }
        finished.insert(package.name.value)
    }
}
