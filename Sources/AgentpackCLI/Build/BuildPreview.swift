import Building
import Diagnostics
import Digests
import JSON
import LinuxIO
import Planning
import Product
import SetupPlan

/// What a build would pack.
struct BuildPreview: TwoFormReport {
    private let build: ProductBuild
    private let names: [String]

    /// Makes a preview of a build that is planned.
    ///
    /// - Throws: `usage` for what a format can't hold.
    init(_ build: ProductBuild) throws(Failure) {
        self.build = build
        names = try build.artifactNames()
    }

    var text: String {
        let plan = build.plan
        var lines = plan.entries.map(Self.line)
        lines.append(
            "\(plan.product.name) \(plan.product.fullVersion): \(plan.entries.count) entries, "
                + "\(plan.files.count) files, \(ByteSize.text(plan.totalSize)), "
                + "\(ByteSize.text(build.contentSize)) in \(counted(build.layout.blocks.count, "block"))")
        lines += names.map { "would make " + PathText.display($0) }
        return lines.joined(separator: "\n")
    }

    var json: JSONValue {
        .object([
            "blocks": .array(
                build.layout.blocks.map { block in
                    .object(["content_size": .integer(Int64(clamping: block.size)), "x86": .bool(block.isX86)])
                }),
            "content_size": .integer(Int64(clamping: build.contentSize)),
            "entries": .array(build.plan.entries.map(Self.object)),
            "files": .array(names.map { .string($0) }),
            "name": .string(build.plan.product.name),
            "release": .integer(Int64(build.plan.product.release)),
            "schema": 1,
            "version": .string(build.plan.product.version),
            "warnings": .array(build.plan.warnings.map { .string($0) }),
        ])
    }

    private static func line(_ entry: PlannedEntry) -> String {
        let size: String
        var path = PathText.display(entry.path)
        switch entry.content {
        case .directory:
            size = "-"
            path += "/"
        case .file(let file): size = String(file.size)
        case .link(let target):
            size = "-"
            path += " -> " + PathText.display(target)
        }
        return EntryLine.text(mode: entry.mode, owner: entry.owner, group: entry.group, size: size, path: path)
    }

    private static func object(_ entry: PlannedEntry) -> JSONValue {
        var object: JSONObject = [
            "group": .string(entry.group), "mode": .string(EntryLine.octal(entry.mode)),
            "owner": .string(entry.owner), "package": .string(entry.package), "path": .string(entry.path),
        ]
        switch entry.content {
        case .directory: object["type"] = "directory"
        case .file(let file):
            object["sha256"] = .string(file.digest.hex)
            object["size"] = .integer(Int64(clamping: file.size))
            object["type"] = "file"
        case .link(let target):
            object["target"] = .string(target)
            object["type"] = "link"
        }
        return .object(object)
    }
}
