import BinFormat
import Diagnostics
import Digests
import Planning
import Product
import SetupPlan
import Templates

/// One path of a native package, before it takes a format's form.
struct PackageFile {
    /// What is there.
    enum Content {
        case directory
        case file(PackagedFile)
        case link(target: String)
    }

    /// The absolute path.
    var path: String
    var content: Content
    var mode: UInt32
    var owner = "root"
    var group = "root"
    /// What it is to package managers.
    var role = FileRole()

    var isDirectory: Bool {
        if case .directory = content { true } else { false }
    }

    /// A directory that anybody may look into.
    static func directory(_ path: String) -> PackageFile { PackageFile(path: path, content: .directory, mode: 0o755) }

    /// A file with a text that was rendered.
    static func text(_ path: String, _ text: String, mode: UInt32 = 0o644) throws(Failure) -> PackageFile {
        try bytes(path, Array(text.utf8), mode: mode)
    }

    /// A file with bytes at hand.
    static func bytes(_ path: String, _ bytes: [UInt8], mode: UInt32 = 0o644) throws(Failure) -> PackageFile {
        let file = PackagedFile(
            size: UInt64(bytes.count), digest: SHA256.digest(bytes), md5: try MessageDigest.digest(bytes, .md5),
            parts: bytes.isEmpty ? [] : [.shared(BlockSegment(bytes))])
        return PackageFile(path: path, content: .file(file), mode: mode)
    }
}

extension NativePackaging {
    /// What both formats have of a package, sorted: its part of the product below the root, and what the package with
    /// the service adds there.
    func productFiles(_ package: PlannedPackage, _ format: PackageFormat) throws(Failure) -> [PackageFile] {
        let root = plan.paths.root
        var files = [PackageFile.directory(root)]
        for entry in plan.entries(of: package.name) {
            files.append(
                PackageFile(
                    path: "\(root)/\(entry.path)", content: content(of: entry), mode: entry.mode, owner: entry.owner,
                    group: entry.group, role: entry.role))
        }
        if package.name == carrier && plan.needsRuntime {
            if !files.contains(where: { $0.path == "\(root)/bin" }) { files.append(.directory("\(root)/bin")) }
            let runtime = try runtimeFile(package, format)
            files.append(PackageFile(path: "\(root)/bin/start-agent", content: .file(runtime), mode: 0o755))
            files.append(
                PackageFile(
                    path: "\(root)/\(plan.configTool)", content: .link(target: "bin/start-agent"), mode: 0o777))
            if plan.service != nil {
                files.append(
                    try .text(
                        "/usr/lib/systemd/system-preset/80-\(plan.product.name).preset",
                        try texts(package).render("service-preset")))
            }
        }
        return files
    }

    private func content(of entry: PlannedEntry) -> PackageFile.Content {
        switch entry.content {
        case .directory: .directory
        case .link(let target): .link(target: target)
        case .file(let file):
            .file(
                PackagedFile(
                    size: file.size, digest: file.digest, md5: file.md5 ?? [],
                    parts: file.size == 0 ? [] : [StreamPart(file, x86Filter: plan.x86Filter)]))
        }
    }
}

extension PackagingTexts {
    /// Notes to whom files belong, beside root.
    mutating func setOwners(_ files: [PackageFile]) {
        owners = Set(files.map(\.owner)).subtracting(["root"]).sorted()
        ownerGroups = Set(files.map(\.group)).subtracting(["root"]).sorted()
    }
}

extension [PackageFile] {
    /// The files in the order of their paths' bytes.
    var inOrder: [PackageFile] { sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) } }

    /// The bytes of the files among them, by index.
    var contents: [Int: PackagedFile] {
        var result: [Int: PackagedFile] = [:]
        for (index, file) in enumerated() { if case .file(let content) = file.content { result[index] = content } }
        return result
    }
}
