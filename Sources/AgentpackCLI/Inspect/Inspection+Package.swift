import Artifacts
import LinuxIO
import Product

extension Inspection {
    /// Relations of a kind, and paths, that are shown without being asked for.
    private static let shownItems = 12

    /// RPM's tags that are shown without being asked for.
    private static let shownTags: Set<String> = [
        "name", "epoch", "version", "release", "arch", "summary", "license", "group", "url", "vendor", "packager",
        "buildtime", "buildhost", "sourcerpm", "size", "rpmversion",
    ]

    /// What a .deb or .rpm is summarised by.
    var packageRows: [Table.Row] {
        let identity = artifact.identity
        var rows = [
            Table.Row("format", artifact.title),
            // A source package's is that of the machine where it was made.
            Table.Row(
                "package",
                "\(identity.name) \(identity.version)" + (artifact.isSource ? "" : " for \(architecture)")),
        ]
        rows += fieldRows
        var kinds: [String] = []
        for relation in artifact.relations where !kinds.contains(relation.kind) { kinds.append(relation.kind) }
        for kind in kinds {
            let texts = artifact.relations.filter { $0.kind == kind }.map(\.text)
            rows.append(Table.Row(kind, Table.shortened(texts, to: Self.shownItems)))
        }
        rows.append(Table.Row("conffiles", Table.shortened(artifact.conffiles, to: Self.shownItems)))
        rows.append(Table.Row("triggers", Table.shortened(artifact.triggers, to: Self.shownItems)))
        rows.append(Table.Row("scripts", scripts))
        rows.append(Table.Row("files", files))
        rows.append(Table.Row("payload", payload))
        rows += artifact.statements.map { Table.Row("states", "\($0.kind) of \($0.part): \($0.value)") }
        rows.append(Table.Row("signatures", signatures))
        return rows
    }

    /// The architecture in the format's own spelling.
    private var architecture: String {
        artifact.fields.first { $0.name == "arch" }?.value ?? artifact.identity.architecture
    }

    private var signatures: [String] {
        guard artifact.signatures.isEmpty else {
            return artifact.signatures.map { signature in
                signature.words + (signature.time.map { ", \(UTCTime(clamping: $0).text)" } ?? "")
            }
        }
        let beside = artifact.path + ".asc"
        return [fileStatus(beside) == nil ? "none" : "none inside; agentpack verify looks into \(beside)"]
    }

    private var fieldRows: [Table.Row] {
        var hidden = 0
        var rows: [Table.Row] = []
        for field in artifact.fields {
            guard artifact.format != .rpm || Self.shownTags.contains(field.name) else {
                hidden += 1
                continue
            }
            let isTime = artifact.format == .rpm && field.name == "buildtime"
            let time = isTime ? Int64(field.value).map { UTCTime(clamping: $0).text } : nil
            let lines = (time ?? field.value).split(separator: "\n", omittingEmptySubsequences: false)
            let rest = lines.count > 1 ? " … (\(lines.count) lines)" : ""
            rows.append(Table.Row(field.name, (lines.first.map(String.init) ?? "") + rest))
        }
        if hidden > 0 { rows.append(Table.Row("more tags", "\(hidden): --json")) }
        return rows
    }

    private var scripts: String {
        artifact.scripts.isEmpty
            ? "none"
            : artifact.scripts.map { script in
                script.interpreter.isEmpty ? script.name : "\(script.name) (\(script.interpreter))"
            }.joined(separator: ", ")
    }

    private var files: String {
        guard let entries = artifact.entries else { return "not read: --files" }
        let files = entries.count { $0.kind == .file && !$0.flags.contains("ghost") }
        return "\(counted(entries.count, "path")), \(counted(files, "file")) of "
            + "\(ByteSize.text(artifact.installedSize))"
    }

    private var payload: String {
        let compression = artifact.compression
        let isPayload = { (part: ArtifactPart) in part.name == "payload" || part.name.hasPrefix("data.tar") }
        var text = artifact.parts.first(where: isPayload).map { Self.bytes($0.size) + ", " } ?? ""
        text += compression.compressor == "none" ? "not compressed" : compression.compressor
        if let settings = compression.settings { text += " (\(settings))" }
        guard !compression.blocks.isEmpty else { return text }
        let content = compression.blocks.reduce(UInt64(0)) { $0.addingReportingOverflow($1.contentSize).partialValue }
        text += ", \(counted(compression.blocks.count, "block")), \(ByteSize.text(content)) of content"
        var chains: [String: Int] = [:]
        for block in compression.blocks { chains[block.filters ?? "other filters", default: 0] += 1 }
        return text + " (" + chains.keys.sorted().map { "\(chains[$0] ?? 0) \($0)" }.joined(separator: ", ") + ")"
    }
}
