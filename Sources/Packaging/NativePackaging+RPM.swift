import Diagnostics
import Digests
import LinuxIO
import Planning
import Product
import RPMFormat
import SetupPlan
import Templates

extension NativePackaging {
    /// One RPM package.
    func rpm(_ package: PlannedPackage) throws(Failure) -> NativeRPM {
        let architecture = plan.product.architecture == "amd64" ? "x86_64" : plan.product.architecture
        let files = try rpmFiles(package)
        let scripts = try rpmScripts(package, files)
        let release = String(package.release)
        return NativeRPM(
            fileName: "\(package.name)-\(package.version)-\(release).\(architecture).rpm",
            description: RPMPackage(
                name: package.name, version: package.version, release: release, architecture: architecture,
                summary: summary(package), description: details(package).joined(separator: "\n"),
                license: plan.licenseName, group: package.rpm.group, url: plan.product.homepage,
                vendor: plan.product.vendor, packager: plan.maintainer, timestamp: plan.product.timestamp,
                relations: try rpmRelations(package, scripts), scripts: scripts,
                changes: [
                    RPMChange(
                        timestamp: plan.product.timestamp, author: "\(plan.maintainer) - \(package.fullVersion)",
                        text: "- Version \(package.fullVersion) of \(plan.product.title).")
                ], entries: files.map(\.entry)),
            files: files.map(\.file).contents)
    }

    private func rpmFiles(_ package: PlannedPackage) throws(Failure) -> [RPMFile] {
        var files = try productFiles(package, .rpm).map { RPMFile($0) }
        for directory in Self.ownedDirectories(above: plan.paths.root) { files.append(RPMFile(.directory(directory))) }
        if package.name == carrier, let service = plan.service {
            let unit = "/usr/lib/systemd/system/\(plan.product.name).service"
            files.append(RPMFile(try .text(unit, service.unit)))
        }
        if let license = plan.license {
            let directory = "/usr/share/licenses/\(package.name)"
            files.append(RPMFile(.directory(directory)))
            files.append(RPMFile(try .text("\(directory)/LICENSE", license.text), flags: .license))
        }
        for path in legacyPaths(package) { files.append(RPMFile(ghost: path)) }
        if let file = files.first(where: { Self.isLikeUnfinished($0.file.path) }) {
            throw Failure(
                .usage, "\(file.file.path) is called like a file that rpm has not finished",
                hints: ["Packages delete such leftovers. Rename the file, or build without the format rpm."])
        }
        return files.sorted { $0.file.path.utf8.lexicographicallyPrecedes($1.file.path.utf8) }
    }

    /// The directories above the root that no distribution owns: those between the root and `/opt` or its like.
    static func ownedDirectories(above root: String) -> [String] {
        let shared: Set<String> = [
            "/usr/lib", "/usr/lib64", "/usr/libexec", "/usr/local", "/usr/local/lib", "/usr/share", "/var/lib",
            "/var/opt",
        ]
        return directories(above: root).filter {
            $0.utf8.dropFirst().contains(UInt8(ascii: "/")) && !shared.contains($0)
        }
    }

    /// Whether a path ends in a semicolon and eight hexadecimal digits, as rpm calls files while it makes them.
    private static func isLikeUnfinished(_ path: String) -> Bool {
        let end = Array(path.utf8.suffix(9))
        return end.count == 9 && end[0] == UInt8(ascii: ";")
            && end.dropFirst().allSatisfy { "0123456789abcdef".utf8.contains($0) }
    }

    private func rpmScripts(_ package: PlannedPackage, _ files: [RPMFile]) throws(Failure) -> [RPMScriptlet] {
        var texts = texts(package)
        texts.setOwners(files.map(\.file))
        let outside = files.filter { !$0.isGhost && !$0.file.path.hasPrefix(plan.paths.root + "/") }.map(\.file)
        texts.outsideFiles = outside.filter { !$0.isDirectory }.map(\.path)
        texts.ownedDirectories = outside.filter(\.isDirectory).map(\.path)
        var scripts = [RPMScriptlet(.pretrans, program: ["<lua>"], body: try texts.render("rpm-pretrans"))]
        for kind in [RPMScriptlet.Kind.pre, .post, .preun, .postun] where needs(kind, package, texts) {
            let body = try texts.render("rpm-\(kind.rawValue)")
            scripts.append(RPMScriptlet(kind, body: try parsed(body, "%\(kind.rawValue)", package)))
        }
        let body = try texts.render("rpm-posttrans")
        scripts.append(RPMScriptlet(.posttrans, body: try parsed(body, "%posttrans", package)))
        return scripts
    }

    private func needs(_ kind: RPMScriptlet.Kind, _ package: PlannedPackage, _ texts: PackagingTexts) -> Bool {
        let isCarrier = package.name == carrier
        let hasService = plan.service != nil
        let hasOwners = !texts.owners.isEmpty || !texts.ownerGroups.isEmpty
        return switch kind {
        case .pre: hasService || !texts.beforeInstall.isEmpty || hasOwners
        case .post: isCarrier || !texts.afterInstall.isEmpty
        case .preun: isCarrier && hasService || !texts.beforeRemove.isEmpty
        case .pretrans, .postun, .posttrans: true
        }
    }
}

/// One path of an RPM package with its flags.
struct RPMFile {
    var file: PackageFile
    var flags: RPMFileFlags = []
    /// A path that is owned and not brought.
    var isGhost = false

    init(_ file: PackageFile, flags: RPMFileFlags = []) {
        self.file = file
        self.flags = flags
        if file.role.isConfiguration { self.flags.formUnion([.config, .noReplace]) }
        if file.role.isDocumentation { self.flags.insert(.doc) }
    }

    /// A file of an older vendor package: owned, so that rpm doesn't delete it with the old package, and as
    /// configuration, so that rpm doesn't delete it with this one.
    init(ghost path: String) {
        file = PackageFile(path: path, content: .link(target: ""), mode: 0o600)
        flags = [.ghost, .config, .noReplace]
        isGhost = true
    }

    var entry: RPMEntry {
        let content: RPMEntry.Content =
            switch file.content {
            case .directory: .directory
            case .link where isGhost: .file(size: 0, digest: .zero)
            case .link(let target): .link(target: target)
            case .file(let content): .file(size: content.size, digest: content.digest)
            }
        return RPMEntry(
            path: file.path, content: content, mode: file.mode, owner: file.owner, group: file.group, flags: flags,
            // Nobody but the administrator knows how a kept file should be: RPMVERIFY_* are bits 0 to 8 (rpmvf.h).
            verifyFlags: isGhost ? 0xFFFF_FE00 : 0xFFFF_FFFF, capabilities: file.role.capabilities)
    }
}
