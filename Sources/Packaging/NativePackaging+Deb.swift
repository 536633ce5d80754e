import DebFormat
import DefinitionFiles
import Diagnostics
import Digests
import Planning
import Product
import SetupPlan
import Templates

extension NativePackaging {
    /// One Debian package.
    func deb(_ package: PlannedPackage) throws(Failure) -> NativeDeb {
        let files = try debFiles(package)
        let entries = try files.map { file throws(Failure) in try Self.debEntry(file) }
        let control = debControl(package, installedSize: DebPackage.installedSize(entries))
        return NativeDeb(
            fileName: "\(package.name)_\(package.fullVersion)_\(plan.product.architecture).deb",
            description: DebPackage(
                control: control, scripts: try debScripts(package, files), conffiles: conffiles(files),
                triggers: debTriggers(package), entries: entries, timestamp: plan.product.timestamp),
            files: files.contents)
    }

    /// The paths, with every directory above them that isn't everybody's.
    private func debFiles(_ package: PlannedPackage) throws(Failure) -> [PackageFile] {
        let texts = texts(package)
        let documents = "/usr/share/doc/\(package.name)"
        let name = plan.product.name
        var files = try productFiles(package, .deb)
        if package.name == carrier, let service = plan.service {
            // Where deb-systemd-helper looks before version 1.50, too.
            files.append(try .text("/lib/systemd/system/\(name).service", service.unit))
            files.append(try .text("/etc/init.d/\(name)", service.initScript, mode: 0o755))
        }
        files.append(try .text("\(documents)/copyright", try texts.render("copyright")))
        files.append(
            try .bytes(
                "\(documents)/changelog.Debian.gz", try Gzip.compress(Array(try texts.render("changelog").utf8))))
        files.append(
            try .text("/usr/share/lintian/overrides/\(package.name)", try texts.render("lintian-overrides")))
        var known = Set(files.map(\.path))
        for file in files {
            for directory in Self.directories(above: file.path)
            where !DebPackage.sharedDirectories.contains(directory) && known.insert(directory).inserted {
                files.append(.directory(directory))
            }
        }
        return files.inOrder
    }

    /// The directories above an absolute path, without `/`.
    static func directories(above path: String) -> [String] {
        path.indices.dropFirst().filter { path[$0] == "/" }.map { String(path[..<$0]) }
    }

    private static func debEntry(_ file: PackageFile) throws(Failure) -> DebEntry {
        guard !file.path.utf8.contains(UInt8(ascii: "\n")) else {
            // dpkg lists paths by lines (lib/dpkg/db-fsys-files.c).
            throw Failure(
                .usage, "\(file.path.replacing("\n", with: "\\n")) has a newline in its name, which dpkg can't list",
                hints: ["Rename the file, or build without the format deb."])
        }
        let content: DebEntry.Content =
            switch file.content {
            case .directory: .directory
            case .link(let target): .link(target: target)
            case .file(let file): .file(size: file.size, md5: file.md5)
            }
        return DebEntry(path: file.path, content: content, mode: file.mode, owner: file.owner, group: file.group)
    }

    /// What the manifest calls configuration, and everything in /etc (Debian Policy 10.7).
    private func conffiles(_ files: [PackageFile]) -> [String] {
        files.filter { file in
            guard case .file = file.content else { return false }
            return file.role.isConfiguration || file.path.hasPrefix("/etc/")
        }.map(\.path)
    }

    private func debScripts(_ package: PlannedPackage, _ files: [PackageFile]) throws(Failure) -> [DebScript: String] {
        var texts = texts(package)
        texts.conffiles = conffiles(files)
        texts.sharedDirectories = Set(files.flatMap { Self.directories(above: $0.path).suffix(1) })
            .intersection(DebPackage.sharedDirectories).sorted()
        texts.setOwners(files)
        texts.legacyPaths = legacyPaths(package)
        texts.capabilities = plan.entries(of: package.name).compactMap { entry in
            entry.role.capabilities.map { ("\(plan.paths.root)/\(entry.path)", $0) }
        }
        var scripts: [DebScript: String] = [:]
        for script in DebScript.allCases where needs(script, package, texts) {
            scripts[script] = try parsed(try texts.render("deb-\(script.rawValue)"), script.rawValue, package)
        }
        return scripts
    }

    private func needs(_ script: DebScript, _ package: PlannedPackage, _ texts: PackagingTexts) -> Bool {
        if package.name == carrier || script == .preinst { return true }
        return switch script {
        case .preinst: true
        case .postinst:
            plan.service != nil || !package.scripts.afterInstall.isEmpty || !texts.capabilities.isEmpty
                || !texts.conffiles.isEmpty
        case .prerm: !package.scripts.beforeRemove.isEmpty
        case .postrm: !package.scripts.afterRemove.isEmpty || !texts.conffiles.isEmpty
        }
    }

    private func debTriggers(_ package: PlannedPackage) -> [String] {
        let own = package.deb.triggers.map(\.value)
        guard package.name == carrier, plan.service != nil else { return own }
        return ["interest-noawait \(PackagingTexts.trigger(ofService: plan.product.name))"] + own
    }
}
